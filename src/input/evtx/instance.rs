//! A template instance: which definition it is of, and its values.

use super::bytes::u32_at;
use super::definition::{DEFINITION_HEADER, END, FRAGMENT, size_at};
use super::value::Value;

const INSTANCE: u8 = 0x0c;
/// Values of one instance. Sysmon's largest event has 23.
const MAX_VALUES: usize = 1024;

/// Reads a fragment that is one template instance and nothing else, `chunk[from..to]`, and puts
/// its values into `values`. A live log's fragments within records have no header. Returns where the definition stands. None where the fragment is
/// something else.
pub(super) fn read<'c>(
    chunk: &'c [u8],
    from: usize,
    to: usize,
    values: &mut Vec<Value<'c>>,
) -> Option<usize> {
    values.clear();
    let chunk_to = chunk.get(..to)?;
    let with_header = chunk_to.get(from..)?.starts_with(&FRAGMENT);
    let from = if with_header {
        from + FRAGMENT.len()
    } else {
        from
    };
    let head = chunk_to.get(from..)?.first_chunk::<10>()?;
    if head[0] != INSTANCE {
        return None;
    }
    let definition = u32_at(head, 6)? as usize;
    let mut at = from + head.len();
    if at == definition {
        at = at.checked_add(DEFINITION_HEADER + size_at(chunk_to, at)?)?;
    }
    let count = u32_at(chunk_to, at)? as usize;
    if count > MAX_VALUES {
        return None;
    }
    at += 4;
    let descriptors = chunk_to.get(at..at + count * 4)?;
    at += count * 4;
    values.reserve(count);
    for [low, high, kind, _] in descriptors.as_chunks::<4>().0 {
        let size = usize::from(u16::from_le_bytes([*low, *high]));
        let bytes = chunk_to.get(at..at + size)?;
        values.push(Value::new(*kind, at as u32, bytes)?);
        at += size;
    }
    matches!(chunk_to.get(at), None | Some(&END)).then_some(definition)
}
