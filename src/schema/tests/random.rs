//! Any text in any piece of data.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::model::field::Kinds;

fn every_field() -> FieldTable {
    let mut fields = FieldTable::default();
    for row in crate::schema::sysmon::KINDS
        .iter()
        .flat_map(|kind| kind.rows())
        .chain(crate::schema::header::HEADER)
    {
        for (name, _) in row.ecs {
            fields.intern(View::Ecs, name);
        }
        for (name, _) in row.cim {
            fields.intern(View::Cim, name);
        }
        if let crate::schema::row::Source::Data(name) = row.source {
            fields.intern(View::Ecs, &format!("winlog.event_data.{name}"));
            fields.intern(View::Cim, name);
        }
    }
    fields
}

type Everything = (FieldTable, Names, Layout, Vec<Option<FieldType>>);

static EVERYTHING: LazyLock<Everything> = LazyLock::new(|| {
    let fields = every_field();
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    let types = fields
        .iter()
        .map(|(_, view, name)| Schema.type_of(view, name))
        .collect();
    (fields, names, layout, types)
});

proptest! {
    /// Any text in any piece of data gives values of the fields' types, and never a panic.
    #[test]
    fn any_text_anywhere(
        id in prop_oneof![1u16..32, Just(255), Just(9999)],
        texts in proptest::collection::vec(
            "\\PC{0,12}|[\\\\\"=,;: .-]{0,8}|type:[ 0-9a-z.;:]{0,20}|[DQ]?WORD \\(0x[0-9a-f]{8}-?.{0,12}|\\{[0-9A-F-]{36}\\}", 1..4),
    ) {
        let (fields, names, layout, types) = &*EVERYTHING;
        let data = (0..names.len())
            .map(|at| names.name(NameId(at as u16)).to_owned())
            .zip(texts.iter().cloned().cycle())
            .collect();
        let record = Sample { id, data, names: names.clone(), document: None };
        let mut scratch = layout.scratch();
        let event = layout.event(&record, &mut scratch);
        // Before its value is derived, a field is shown straight from the record.
        let shown = |field| {
            let (mut shown, mut bytes) = ("before".to_owned(), b"before".to_vec());
            let any = event.show(field, &mut shown);
            assert_eq!(event.show(field, &mut bytes), any);
            assert_eq!(bytes, shown.as_bytes());
            (any, shown)
        };
        let straight: Vec<(bool, String)> = fields.iter().map(|(field, ..)| shown(field)).collect();
        let as_it_is = |field| event.with_text(field, |text| text.to_vec());
        let texts: Vec<Option<Vec<u8>>> = fields.iter().map(|(field, ..)| as_it_is(field)).collect();
        for (field, view, name) in fields.iter() {
            let value = event.get(field).clone();
            if let Some(text) = &texts[field.0 as usize] {
                let text = str::from_utf8(text).map(Value::str);
                prop_assert_eq!(text.as_ref(), Ok(&value), "{}", name);
            }
            let expected = (!value.is_null(), format!("before{value}"));
            prop_assert_eq!(&straight[field.0 as usize], &expected, "{}", name);
            prop_assert_eq!(shown(field), expected, "{}", name);
            for item in value.items() {
                prop_assert!(!item.is_null() && !matches!(item, Value::List(_)));
                if view == View::Ecs {
                    let fits = matches!(
                        (types[field.0 as usize], item),
                        (Some(FieldType::Keyword), Value::Str(_))
                            | (Some(FieldType::Long), Value::Int(_))
                            | (Some(FieldType::Boolean), Value::Bool(_))
                            | (Some(FieldType::Date), Value::Time(_))
                            | (Some(FieldType::Ip), Value::Ip(_))
                    );
                    prop_assert!(fits, "{}: {:?}", name, item);
                }
            }
            if layout.known(id, field) == Known::Absent {
                prop_assert!(value.is_null());
            }
        }
    }
}
