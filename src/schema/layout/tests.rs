use super::*;

#[test]
fn a_field_that_no_table_fills_has_the_slot_that_asking_all_tables_gives() {
    let others = ["process.Ext.x", "winlog.event_data.Image", "Image", "", "x"];
    let names = FILLED.keys().map(|(_, name)| *name).chain(others);
    let mut unfilled_ones = 0;
    for (name, view) in names.flat_map(|name| [(name, View::Ecs), (name, View::Cim)]) {
        for kind in KINDS.iter().copied().chain([&UNKNOWN]) {
            if !FILLED.contains_key(&(view, name)) {
                let mut names = [Names::default(), Names::default()];
                let asked = slot(kind, view, name, &mut names[0], &Options::default());
                let known = unfilled(kind, view, name, &mut names[1]);
                assert_eq!(format!("{asked:?}"), format!("{known:?}"), "{name}");
                unfilled_ones += 1;
            }
        }
    }
    assert!(unfilled_ones > 1000);
}

#[test]
fn kinds_that_share_a_slot_have_the_one_that_they_would_have_alone() {
    let data = ["winlog.event_data.Image", "winlog.event_data.New"];
    let mut fields = FieldTable::default();
    for view in [View::Ecs, View::Cim] {
        for name in data.into_iter().chain(["New", "x", "process.Ext.x"]) {
            fields.intern(view, name);
        }
    }
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    for kind in KINDS.iter().copied().chain([&UNKNOWN]) {
        for (field, view, name) in fields.iter() {
            let shared = &layout.slots(kind.id)[field.0 as usize];
            let alone = slot(kind, view, name, &mut names, &Options::default());
            assert_eq!(format!("{shared:?}"), format!("{alone:?}"), "{name}");
        }
    }
}
