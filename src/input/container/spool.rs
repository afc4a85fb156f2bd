//! One temporary file for all that must be unpacked before it can be read.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::sync::Arc;

use super::Origin;
use crate::input::source::Source;

/// The temporary file, made when it is first needed.
#[derive(Debug, Default)]
pub(in crate::input) struct Spool {
    file: Option<Arc<File>>,
    end: u64,
}

/// What was unpacked.
#[derive(Debug)]
pub(in crate::input) struct Spooled {
    /// The unpacked bytes.
    pub(in crate::input) source: Source,
    /// Why they end before their end, if they do.
    pub(in crate::input) fault: Option<String>,
}

impl Spool {
    /// Unpacks to the end of the file. What can be unpacked of a damaged member is kept.
    pub(in crate::input) fn unpack(&mut self, origin: &Origin) -> io::Result<Spooled> {
        let file = match &self.file {
            Some(file) => file.clone(),
            None => self.file.insert(Arc::new(tempfile::tempfile()?)).clone(),
        };
        let start = self.end;
        let room = origin.limits.spooled.saturating_sub(start);
        let mut from = origin.open()?.take(room.saturating_add(1));
        // The one cursor of the file stands at its end: readers bring their own places.
        let mut to = BufWriter::new(&*file);
        let mut buffer = vec![0; 64 << 10];
        let mut length = 0;
        let fault = loop {
            match from.read(&mut buffer) {
                Ok(0) => break None,
                Ok(count) => {
                    to.write_all(&buffer[..count])?;
                    length += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error.to_string()),
            }
        };
        to.flush()?;
        drop(to);
        self.end += length;
        if length > room {
            return Err(io::Error::other(
                "the containers unpack to too many bytes in all",
            ));
        }
        Ok(Spooled {
            source: Source::Part(file, start, length),
            fault,
        })
    }
}
