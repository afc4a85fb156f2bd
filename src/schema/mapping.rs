//! The mapping tables as a page for people: `docs/mapping.md` is written from the code.

use std::fmt::Write;

use super::header;
use super::row::{Kind, REMOTE_DEST, Row, Source, Target};
use super::sysmon::KINDS;
use super::transform::Transform;
use crate::model::field::View;

/// The page, in Markdown.
pub fn markdown() -> String {
    let mut page = String::from(OPENING);
    constants(&mut page);
    page.push_str("\n## Every record\n\nThe header (`Event/System`), whatever the event id.\n\n");
    table(&mut page, &header::HEADER.iter().collect::<Vec<_>>(), None);
    page.push_str("\nAlways the same:\n\n| field | value |\n|---|---|\n");
    for (name, value) in header::ECS.iter().chain(header::CIM) {
        let _ = writeln!(page, "| `{name}` | {value} |");
    }
    for kind in KINDS {
        let _ = write!(
            page,
            "\n## {} {}\n\n{}.\n\n",
            kind.id, kind.tag, kind.action
        );
        let rows: Vec<_> = kind.rows().collect();
        table(&mut page, &rows, Some(kind));
    }
    page.push_str(SPLUNK);
    page.push_str(LEFT_OUT);
    page
}

const OPENING: &str = "\
<!-- Written from src/schema by its tests: EVQL_BLESS=1 cargo test --lib schema -->
# What Sysmon's fields become

For each Sysmon event id: the name of a piece of data in the record, the fields of the Elastic
Common Schema (ECS) that it fills, and the fields of Splunk that it fills. What becomes of the
text stands in parentheses where it is not taken as it is.

- Data that is empty, `-` or the GUID `{00000000-0000-0000-0000-000000000000}` is absent.
- What does not fit (a port that is no number) is absent.
- Where two rows fill one field, the first that has a value does; `related.*` collects all.
- Data that the record has and no table names is `winlog.event_data.NAME`.
- Splunk keeps each piece of data under its own name too (`Image`), as it stands in the record.
- GUIDs are written in braces and lower case, whatever the log's format.
- An IPv4-mapped IPv6 address (`::ffff:10.0.0.5`) is the IPv4 address in ECS fields; Splunk's
  fields have it as the record writes it.
- `user.id` is the process's own user, as far as a record says it: one of Windows' own three
  accounts, by logon id or by name in some language of Windows. The profile `elastic` reads
  `winlog.user.identifier` in its place, as Elastic's pipeline does, in conditions and join keys;
  of a document, what its own `user.id` says.
  Of a document that Elastic's pipeline made from a Sysmon record it is derived in the same way;
  every other field of a document is what the document says.
- `host.id` is the computer's name: Elastic's agent sets it, no record has it.
- `dll.*` is filled beside `file.*` for event 7. Elastic's Sysmon pipeline leaves it empty; its own
  sensor fills it, and rules name both. `dll.code_signature.trusted` is `Valid`.

Sources: the ingest pipeline of Elastic's integration `windows`, data stream `sysmon_operational`,
for ECS; see [below](#how-sure-the-splunk-side-is) for Splunk.

## What an event id says by itself

| id | tag | event.category | event.type | event.action | more |
|---|---|---|---|---|---|
";

const SPLUNK: &str = "
## How sure the Splunk side is

Splunk's add-on for Sysmon is not published as a whole; what is known of it comes from Splunk's
documentation of the add-on, the Common Information Model, and published searches that use its
fields.

| confidence | fields |
|---|---|
| high | each piece of data under its own name; `EventCode`, `Computer`, `dvc`, `source`, `sourcetype`, `src_ip`, `dest_ip`, `src_port`, `dest_port`, `transport`, `protocol`, `process_name`, `process_path`, `process_id`, `process_guid`, `process`, `parent_process*` of event 1, `registry_path`, `registry_value_data`, `file_path`, `file_name`, `file_create_time`, `loaded_file`, `loaded_file_path`, `query` |
| medium | `user` with its domain; `dest` as the endpoint (`--splunk-dest remote` makes it the remote host, by name or else by address); `src` as the name, else the address; `direction`; `_time` as TimeCreated; `action`; `registry_value_name`, `registry_key_name`; `original_file_name`; `process_hash`, `file_hash`; `service_dll_signature_*`; `answer`, `reply_code_id`; `signature` |
| low | of events 8 and 10, the source process as `parent_process*` and the target process as `process*`; `app`; `pipe_name`; `process_integrity_level`, `process_current_directory`; `dest_nt_host` |
";

const LEFT_OUT: &str = "
## What is left out

- `file.code_signature.signed`: the pipeline compares the text `true` with the boolean, so it never
  sets it.
- `dns.question.registered_domain`, `.subdomain`, `.top_level_domain`: they need the public suffix
  list. `network.community_id`.
- `sysmon.dns.status` names the usual codes; others stay numbers.
- `winlog.task` and `winlog.keywords`, whose texts stand in the provider's manifest, not in a record.
- Splunk's `action` of event 11 (created or modified), `registry_hive`, `record_type`.
";

fn constants(page: &mut String) {
    for kind in KINDS {
        let more: Vec<String> = kind
            .ecs
            .iter()
            .chain(kind.cim)
            .map(|(name, value)| format!("`{name}`: {value}"))
            .collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            kind.id,
            kind.tag,
            kind.category.join(", "),
            kind.types.join(", "),
            kind.action,
            more.join("<br>"),
        );
    }
}

/// One line a piece of data, though several rows may name it.
fn table(page: &mut String, rows: &[&Row], kind: Option<&Kind>) {
    page.push_str("| Sysmon | ECS | Splunk |\n|---|---|---|\n");
    let mut done: Vec<Source> = Vec::new();
    for row in rows {
        if done.contains(&row.source) {
            continue;
        }
        done.push(row.source);
        let same = || rows.iter().filter(|other| other.source == row.source);
        let kept = kind.is_some() && same().all(|row| row.kept);
        let mut ecs: Vec<String> = targets(same().flat_map(|row| row.targets(View::Ecs)));
        let name = match row.source {
            Source::Data(name) => {
                if kept {
                    ecs.push(format!("`winlog.event_data.{name}`"));
                }
                name.to_owned()
            }
            Source::System(field) => format!("{field:?}"),
        };
        let cim = targets(same().flat_map(|row| row.targets(View::Cim)));
        let _ = writeln!(
            page,
            "| {name} | {} | {} |",
            ecs.join("<br>"),
            cim.join("<br>")
        );
    }
}

fn targets<'a>(targets: impl Iterator<Item = &'a Target>) -> Vec<String> {
    targets
        .map(|(field, transform)| match (*field, transform) {
            (REMOTE_DEST, _) => "`dest`, if it is to be the remote host".to_owned(),
            (field, Transform::Text | Transform::RegistryPath) => format!("`{field}`"),
            (field, transform) => format!("`{field}` ({})", transform.describe()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_page_is_what_the_code_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mapping.md");
        let page = super::markdown();
        if std::env::var_os("EVQL_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &page).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page,
            "docs/mapping.md is not what the tables say: run EVQL_BLESS=1 cargo test --lib schema"
        );
    }
}
