//! A zip archive's members, as its directory lists them.

use std::io;

use zip::{CompressionMethod, ZipArchive};

use super::{Origin, Packing};

/// One member.
#[derive(Debug)]
pub(in crate::input) struct Member {
    /// Its name as the archive has it.
    pub(in crate::input) name: String,
    /// Its bytes, or why they cannot be had.
    pub(in crate::input) origin: Result<Origin, String>,
}

/// The files in an archive, in the order of its directory. An error where it has none that can be
/// read.
pub(in crate::input) fn members(archive: &Origin) -> io::Result<Vec<Member>> {
    let mut zip = ZipArchive::new(archive.source.cursor(0)?)?;
    let limits = archive.limits;
    if zip.len() > limits.members {
        let why = format!("an archive of more than {} members", limits.members);
        return Err(io::Error::other(why));
    }
    let source = archive.source.clone();
    let mut members = Vec::new();
    for index in 0..zip.len() {
        let member = match zip.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => {
                members.push(Member {
                    name: format!("member {}", index + 1),
                    origin: Err(error.to_string()),
                });
                continue;
            }
        };
        if !member.is_file() {
            continue;
        }
        let name = match member.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(member.name_raw()).into_owned(),
        };
        let packing = match member.compression() {
            _ if member.encrypted() => Err("encrypted".to_owned()),
            CompressionMethod::Stored => Ok(Packing::None),
            CompressionMethod::Deflated => Ok(Packing::Deflate),
            other => Err(format!("packed by a method that is not read: {other}")),
        };
        let start = member.data_start().ok_or("no such place in the archive");
        let (length, checksum) = (member.compressed_size(), member.crc32());
        let origin = packing.and_then(|packing| {
            Ok(Origin {
                source: source.clone(),
                start: start?,
                length,
                packing,
                checksum: Some(checksum),
                limits,
            })
        });
        members.push(Member { name, origin });
    }
    refuse_overlaps(&mut members);
    Ok(members)
}

/// Members that share bytes let a small archive unpack to any size.
fn refuse_overlaps(members: &mut [Member]) {
    let mut readable: Vec<(u64, u64, &mut Member)> = members
        .iter_mut()
        .filter_map(|member| {
            let origin = member.origin.as_ref().ok()?;
            Some((origin.start, origin.length, member))
        })
        .collect();
    readable.sort_by_key(|(start, length, _)| (*start, *length));
    let mut end = 0;
    for (start, length, member) in readable {
        if start < end {
            member.origin = Err("shares its bytes with another member, as in a bomb".to_owned());
        }
        end = end.max(start.saturating_add(length));
    }
}
