use std::collections::BTreeSet;

use super::*;
use crate::schema::header;
use crate::schema::row::{self, Kind};
use crate::schema::sysmon::UNKNOWN;
use crate::schema::{SplunkDest, WRITTEN_USER};

fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().chain([&UNKNOWN])
}

/// Every name in the tables, and some that are in none.
fn names() -> BTreeSet<String> {
    let others = [
        "process.Ext.x",
        "",
        "x",
        "New",
        "winlog.event_data.New",
        WRITTEN_USER,
    ];
    let mut names: BTreeSet<String> = others.map(str::to_owned).into();
    for row in kinds().flat_map(Kind::rows).chain(header::HEADER) {
        let targets = row.ecs.iter().chain(row.cim).map(|(name, _)| *name);
        names.extend(targets.map(str::to_owned));
        if let Source::Data(data) = row.source {
            names.extend([data.to_owned(), [EVENT_DATA, data].concat()]);
        }
    }
    let constants = kinds().flat_map(|kind| kind.ecs.iter().chain(kind.cim));
    let constants = constants.chain(header::ECS).chain(header::CIM);
    names.extend(constants.map(|(name, _)| (*name).to_owned()));
    names.extend(["event.category", "event.type", "event.action"].map(str::to_owned));
    names
}

/// What fills a field in events of a kind, found by asking every table for it.
fn asked(kind: &'static Kind, view: View, name: &str, dest: SplunkDest) -> Vec<String> {
    let is_data = |data: &str| kind.rows().any(|row| row.source_is(data));
    if view == View::Cim && is_data(name) {
        return vec![format!("raw {name}")];
    }
    let name = match name {
        WRITTEN_USER if view == View::Ecs => "winlog.user.identifier",
        name => name,
    };
    let constants: Vec<(&str, &str)> = match view {
        View::Ecs => {
            let action = [("event.action", kind.action)];
            let category = kind.category.iter().map(|one| ("event.category", *one));
            let types = kind.types.iter().map(|one| ("event.type", *one));
            let own = kind.ecs.iter().chain(header::ECS).copied();
            category.chain(types).chain(action).chain(own).collect()
        }
        View::Cim => kind.cim.iter().chain(header::CIM).copied().collect(),
    };
    let constants = constants
        .iter()
        .filter(|(one, text)| *one == name && !text.is_empty());
    let constants: Vec<String> = constants.map(|(_, text)| (*text).to_owned()).collect();
    if !constants.is_empty() {
        return constants;
    }
    let rows = |name: &str| {
        let mut steps = Vec::new();
        for row in kind.rows().chain(header::HEADER) {
            for (_, transform) in row.targets(view).iter().filter(|(one, _)| *one == name) {
                match row.source {
                    Source::System(SystemField::EventId) if kind.id != UNKNOWN.id => {
                        return vec![kind.id.to_string()];
                    }
                    source => steps.push(format!("{source:?} {transform:?}")),
                }
            }
        }
        steps
    };
    let mut steps = Vec::new();
    if (view, name, dest) == (View::Cim, "dest", SplunkDest::Remote) {
        steps.extend(rows(row::REMOTE_DEST));
    }
    steps.extend(rows(name));
    if !steps.is_empty() {
        return steps;
    }
    let fills = |row: &Row| row.targets(view).iter().any(|(one, _)| *one == name);
    let elsewhere = || {
        kinds().flat_map(Kind::rows).any(fills)
            || kinds().any(|kind| kind.cim.iter().any(|(one, _)| *one == name))
    };
    match (view, name.strip_prefix(EVENT_DATA)) {
        (View::Ecs, Some(data)) => {
            let moved = |row: &Row| row.source_is(data) && !row.kept;
            let is_guid = data.to_lowercase().ends_with("guid");
            let how = if is_guid { "Guid" } else { "Text" };
            let stays = !kind.rows().any(moved);
            let step = stays.then(|| format!("Data({data:?}) {how}"));
            step.into_iter().collect()
        }
        (View::Ecs, None) => Vec::new(),
        (View::Cim, _) if name != row::REMOTE_DEST && elsewhere() => Vec::new(),
        (View::Cim, _) => vec![format!("raw {name}")],
    }
}

/// The same of a slot.
fn told(slot: &Slot, names: &Names) -> Vec<String> {
    let step = |step: &Step| match step.from {
        Piece::Raw(name) => format!("raw {}", names.name(name)),
        Piece::Data(name) => format!("Data({:?}) {:?}", names.name(name), step.transform),
        Piece::System(field) => format!("System({field:?}) {:?}", step.transform),
    };
    match slot {
        Slot::Absent => Vec::new(),
        Slot::Always(value) => value.items().iter().map(Value::to_string).collect(),
        Slot::First(steps) | Slot::Collect(steps) => steps.iter().map(step).collect(),
    }
}

#[test]
fn every_field_is_filled_as_asking_every_table_for_it_says() {
    let mut fields = FieldTable::default();
    for name in names() {
        fields.intern(View::Ecs, &name);
        fields.intern(View::Cim, &name);
    }
    for splunk_dest in [SplunkDest::Endpoint, SplunkDest::Remote] {
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, &Options { splunk_dest });
        let mut filled = 0;
        for kind in kinds() {
            for (field, view, name) in fields.iter() {
                let slot = layout.slots(kind.id).get(field).unwrap();
                let told = told(slot, &names);
                let asked = asked(kind, view, name, splunk_dest);
                assert_eq!(told, asked, "{view:?} {name} of {}", kind.id);
                let collects = matches!(slot, Slot::Collect(_));
                assert!(!collects || row::collects(name), "{name}");
                filled += usize::from(!told.is_empty());
            }
        }
        assert!(filled > 5000, "{filled}");
    }
}

#[test]
fn event_ids_share_what_their_tables_have_in_common() {
    let mut fields = FieldTable::default();
    let name = fields.intern(View::Ecs, "process.name");
    let host = fields.intern(View::Ecs, "host.name");
    let layout = Layout::new(&fields, &mut Names::default(), &Options::default());
    let slot = |id, field| layout.slots(id).get(field).unwrap();
    assert!(std::ptr::eq(slot(1, name), slot(3, name)));
    assert!(std::ptr::eq(slot(1, host), slot(4242, host)));
    assert_ne!(slot(1, name), slot(10, name));
    let mut all: Vec<String> = layout
        .slots
        .iter()
        .map(|slot| format!("{slot:?}"))
        .collect();
    all.sort();
    all.dedup();
    assert_eq!(layout.slots.len(), all.len());
}
