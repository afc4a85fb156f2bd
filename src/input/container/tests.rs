use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Limits;
use crate::input::discover::{Discovery, discover_within};
use crate::input::{Ask, Buffers, Format, Input};
use crate::model::record::{EventIds, Names};

const LIMITS: Limits = Limits {
    free: 1 << 20,
    ratio: 10,
    members: 50,
    spooled: 4 << 20,
};

fn event(id: u64) -> String {
    format!(
        "<Event><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID>\
         <TimeCreated SystemTime='2019-05-12T18:35:06.5Z'/><EventRecordID>{id}</EventRecordID>\
         </System></Event>"
    )
}

fn json(id: u64) -> String {
    format!(
        "{{\"Event\":{{\"System\":{{\"Provider_attributes\":{{\"Name\":\"Microsoft-Windows-Sysmon\"}},\
         \"EventID\":1,\"TimeCreated_attributes\":{{\"SystemTime\":\"2019-05-12T18:35:06.5Z\"}},\
         \"EventRecordID\":{id}}}}}}}\n"
    )
}

/// A log of zeros behind a file header, so that it packs well.
fn log(chunks: usize) -> Vec<u8> {
    let mut log = vec![0; 4096 + chunks * 65_536];
    log[..8].copy_from_slice(b"ElfFile\0");
    log
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes.as_ref()).unwrap();
    packed.finish().unwrap()
}

fn zip(members: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        packed.start_file(*name, options).unwrap();
        packed.write_all(bytes).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

fn found(name: &str, bytes: impl AsRef<[u8]>) -> (tempfile::TempDir, Discovery) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let found = discover_within(&[path], LIMITS).unwrap();
    (folder, found)
}

fn shown<'a>(folder: &tempfile::TempDir, path: &'a Path) -> &'a str {
    path.strip_prefix(folder.path()).unwrap().to_str().unwrap()
}

/// Record ids and what was wrong.
fn read(input: &Input) -> (Vec<u64>, Vec<String>) {
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let mut ids = Vec::new();
    let mut wrong: Vec<String> = input
        .problems()
        .iter()
        .map(|one| one.what.clone())
        .collect();
    for block in 0..input.blocks() {
        let report = input.read(block, &ask, None, &mut Buffers::default(), &mut |record| {
            ids.push(record.record_id());
        });
        wrong.extend(report.problems.into_iter().map(|one| one.what));
    }
    (ids, wrong)
}

#[test]
fn every_format_is_found_in_gzip() {
    let cases = [
        (event(1).into_bytes(), Format::Xml, vec![1]),
        (json(2).into_bytes(), Format::JsonLines, vec![2]),
        (log(1), Format::Evtx, vec![]),
    ];
    for (bytes, format, ids) in cases {
        let (folder, found) = found("log.gz", gzip(&bytes));
        let [input] = found.inputs.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(shown(&folder, input.path()), "log.gz");
        assert_eq!(input.format(), format);
        assert_eq!(read(input).0, ids);
        assert_eq!(read(input).0, ids, "a second reading begins anew");
    }
    let two = [gzip(event(1)), gzip(event(2))].concat();
    let (_folder, found) = found("two.gz", two);
    assert_eq!(read(&found.inputs[0]).0, [1, 2]);
}

#[test]
fn every_format_is_found_in_zip() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let inner = zip(&[("i.xml", event(5).into_bytes())], method);
        let members: [(&str, Vec<u8>); 8] = [
            ("C/a.evtx", log(2)),
            ("b.xml", event(1).into_bytes()),
            ("c.jsonl", json(2).into_bytes()),
            ("d.xml.gz", gzip(event(4))),
            ("e.zip", inner),
            ("note.txt", b"no log".to_vec()),
            ("../../f.xml", event(6).into_bytes()),
            ("/g.xml", event(7).into_bytes()),
        ];
        let (folder, found) = found("a.zip", zip(&members, method));
        let names: Vec<&str> = found
            .inputs
            .iter()
            .map(|one| shown(&folder, one.path()))
            .collect();
        let expected = [
            "a.zip!/../../f.xml",
            "a.zip!/C/a.evtx",
            "a.zip!/b.xml",
            "a.zip!/c.jsonl",
            "a.zip!/d.xml.gz",
            "a.zip!/e.zip!/i.xml",
            "a.zip!/g.xml",
        ];
        assert_eq!(names, expected);
        let ids: Vec<Vec<u64>> = found.inputs.iter().map(|input| read(input).0).collect();
        assert_eq!(
            ids,
            [vec![6], vec![], vec![1], vec![2], vec![4], vec![5], vec![7]]
        );
        assert_eq!(found.inputs[1].blocks(), 2);
        assert_eq!(found.inputs[1].size(), 4096 + 2 * 65_536);
        let [(path, why)] = found.passed_over.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(shown(&folder, path), "a.zip!/note.txt");
        assert!(why.starts_with("not a log"));
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is unpacked beside the container");
    }
}

#[test]
fn a_container_without_logs_is_one_line() {
    let members: [(&str, Vec<u8>); 2] = [
        ("word/document.xml", b"<?xml version='1.0'?><w/>".to_vec()),
        ("x", b"y".to_vec()),
    ];
    let (_folder, found) = found("a.docx", zip(&members, CompressionMethod::Deflated));
    assert_eq!(found.inputs.len(), 0);
    assert_eq!(found.passed_over.len(), 1);
    assert_eq!(found.passed_over[0].1, "a zip archive without logs");
}

#[test]
fn a_bomb_is_read_up_to_the_limit_and_reported() {
    let (_folder, found) = found("bomb.gz", gzip(log(40)));
    let [input] = found.inputs.as_slice() else {
        panic!("{found:?}")
    };
    assert!(input.size() <= 1 << 20);
    assert!(
        input
            .problems()
            .iter()
            .any(|one| one.what.contains("as a bomb does"))
    );
    let (_folder, found) = self::found(
        "bomb.xml.gz",
        gzip(format!("{}{}", event(1), " ".repeat(2 << 20))),
    );
    let (ids, wrong) = read(&found.inputs[0]);
    assert_eq!(ids, [1]);
    assert!(wrong[0].contains("as a bomb does"), "{wrong:?}");
}

#[test]
fn bombs_of_many_members_or_of_all_members_together_are_refused() {
    let names: Vec<String> = (0..51).map(|number| format!("{number}.xml")).collect();
    let text = event(1);
    let members: Vec<(&str, Vec<u8>)> = names
        .iter()
        .map(|name| (name.as_str(), text.clone().into_bytes()))
        .collect();
    let (_folder, found) = found("many.zip", zip(&members, CompressionMethod::Stored));
    assert_eq!(found.inputs.len(), 0);
    assert_eq!(found.unreadable[0].1, "an archive of more than 50 members");

    let log = log(15);
    let members: Vec<(&str, Vec<u8>)> = names[..8]
        .iter()
        .map(|name| (name.as_str(), log.clone()))
        .collect();
    let (_folder, found) = self::found("big.zip", zip(&members, CompressionMethod::Deflated));
    assert_eq!((found.inputs.len(), found.unreadable.len()), (4, 4));
    assert_eq!(
        found.unreadable[0].1,
        "the containers unpack to too many bytes in all"
    );
}

#[test]
fn containers_nest_twice_and_no_deeper() {
    let one = zip(
        &[("a.xml", event(1).into_bytes())],
        CompressionMethod::Stored,
    );
    let two = zip(&[("one.zip", one)], CompressionMethod::Stored);
    let three = zip(&[("two.zip", two.clone())], CompressionMethod::Stored);
    assert_eq!(found("two.zip", two).1.inputs.len(), 1);
    let (_folder, found) = found("three.zip", three);
    assert_eq!(found.inputs.len(), 0);
}

#[test]
fn damaged_containers_give_what_they_can() {
    let packed = gzip((1..200).map(event).collect::<String>());
    let (_folder, found) = found("cut.gz", &packed[..packed.len() / 2]);
    let (ids, wrong) = read(&found.inputs[0]);
    assert!(ids.len() > 10 && ids.len() < 199, "{}", ids.len());
    assert!(
        wrong
            .iter()
            .any(|what| what.starts_with("cannot be read on")),
        "{wrong:?}"
    );

    let mut packed = zip(
        &[("a.xml", event(1).into_bytes())],
        CompressionMethod::Stored,
    );
    let at = packed.windows(5).position(|five| five == b"06.5Z").unwrap();
    packed[at] = b'1';
    let (_folder, found) = self::found("bad.zip", &packed);
    let (ids, wrong) = read(&found.inputs[0]);
    assert_eq!(
        (ids, wrong),
        (
            vec![1],
            vec!["cannot be read on: its checksum fails".to_owned()]
        )
    );

    let (_folder, found) = self::found("cut.zip", &packed[..packed.len() - 10]);
    assert_eq!((found.inputs.len(), found.unreadable.len()), (0, 1));
}

#[test]
fn members_that_share_bytes_are_refused() {
    let text = event(1);
    let members: [(&str, Vec<u8>); 2] = [
        ("a.xml", text.clone().into_bytes()),
        ("b.xml", text.clone().into_bytes()),
    ];
    let mut packed = zip(&members, CompressionMethod::Stored);
    let directory: Vec<usize> = (0..packed.len() - 4)
        .filter(|at| packed[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    // The second entry of the directory names the place of the first member.
    packed[directory[1] + 42..directory[1] + 46].fill(0);
    let (_folder, found) = found("overlap.zip", &packed);
    assert_eq!((found.inputs.len(), found.unreadable.len()), (1, 1));
    assert_eq!(
        found.unreadable[0].1,
        "shares its bytes with another member, as in a bomb"
    );
}

#[test]
fn unpacked_logs_are_read_from_their_own_bytes() {
    let (mut a, mut b) = (log(1), log(1));
    a[4096..4104].copy_from_slice(b"ElfChnk\0");
    b.extend_from_slice(&[0; 100]);
    let members: [(&str, Vec<u8>); 2] = [("a", a.clone()), ("b", b.clone())];
    let (_folder, found) = found("a.zip", zip(&members, CompressionMethod::Deflated));
    let sizes: Vec<u64> = found.inputs.iter().map(Input::size).collect();
    assert_eq!(sizes, [a.len() as u64, b.len() as u64]);
    let paths: Vec<PathBuf> = found
        .inputs
        .iter()
        .map(|one| one.path().to_owned())
        .collect();
    assert!(paths[0] < paths[1]);
}
