//! Events from records: every quirk of the mapping, by value.

mod document;
mod families;
mod layout;
mod process_and_network;
mod random;

use std::borrow::Cow;

use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, Fields, Known, Show, View};
use crate::model::record::{Location, NameId, Names, Record, SystemField};
use crate::model::time::Time;
use crate::model::value::Value;
use crate::schema::clock::{Clock, Moment, ProcessGuid};
use crate::schema::{Layout, Options, Schema, SplunkDest, WRITTEN_USER, event_ids};

/// A record by hand.
#[derive(Clone, Default)]
struct Sample {
    id: u16,
    data: Vec<(String, String)>,
    names: Names,
    document: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Sample {
    fn new(id: u16, data: &[(&str, &str)]) -> Sample {
        let data = data
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect();
        Sample {
            id,
            data,
            ..Sample::default()
        }
    }

    fn document(id: u16, json: serde_json::Value) -> Sample {
        Sample {
            id,
            document: json.as_object().cloned(),
            ..Sample::default()
        }
    }

    fn with(&self, options: &Options, view: View, field: &str) -> Value {
        let mut fields = FieldTable::default();
        let id = fields.intern(view, field);
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, options);
        let record = Sample {
            names,
            ..self.clone()
        };
        let mut scratch = layout.scratch();
        layout.event(&record, &mut scratch).get(id).clone()
    }

    fn ecs(&self, field: &str) -> Value {
        self.with(&Options::default(), View::Ecs, field)
    }

    fn cim(&self, field: &str) -> Value {
        self.with(&Options::default(), View::Cim, field)
    }

    fn moment(&self) -> Moment {
        let mut names = Names::default();
        let clock = Clock::new(&mut names);
        clock.moment(&Sample {
            names,
            ..self.clone()
        })
    }
}

impl Record for Sample {
    fn location(&self) -> Location {
        Location {
            file: 0,
            block: 0,
            offset: 0,
        }
    }
    fn event_id(&self) -> u16 {
        self.id
    }
    fn record_id(&self) -> u64 {
        7
    }
    fn time_created(&self) -> Option<Time> {
        Time::parse("2019-05-12T18:35:07.5Z")
    }
    fn computer(&self) -> &str {
        "IEWIN7"
    }
    fn channel(&self) -> &str {
        "Microsoft-Windows-Sysmon/Operational"
    }
    fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        Some(match field {
            SystemField::Version => "5".into(),
            SystemField::Level => "4".into(),
            SystemField::Opcode => "0".into(),
            SystemField::EventRecordId => "7".into(),
            SystemField::EventId => self.id.to_string().into(),
            SystemField::UserId => "S-1-5-18".into(),
            SystemField::ProcessId => "1564".into(),
            SystemField::ProviderGuid => "5770385F-C22A-43E0-BF4C-06F5698FFBD9".into(),
            _ => return None,
        })
    }
    fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
        let name = self.names.name(name);
        let (_, text) = self.data.iter().find(|(known, _)| known == name)?;
        Some(Cow::Borrowed(text))
    }
    fn each_data(&self, visit: &mut dyn FnMut(&str, &str)) {
        self.data.iter().for_each(|(name, text)| visit(name, text));
    }
    fn document(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        self.document.as_ref()
    }
}

fn text(text: &str) -> Value {
    Value::str(text)
}

fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| text(item)).collect())
}

fn address(text: &str) -> Value {
    Value::ip(text.parse().unwrap())
}

const GUID: &str = "365ABB72-67B5-5CD8-0000-00107A8E0D00";

fn start() -> Sample {
    Sample::new(
        1,
        &[
            ("RuleName", ""),
            ("UtcTime", "2019-05-12 18:35:06.562"),
            ("ProcessGuid", GUID),
            ("ProcessId", "2476"),
            ("Image", r"C:\Windows\System32\regsvr32.exe"),
            ("FileVersion", "6.1.7600.16385 (win7_rtm.090713-1255)"),
            ("Company", "Microsoft Corporation"),
            ("OriginalFileName", "-"),
            ("CommandLine", r#"regsvr32 /s "/i:http://a b" scrobj.dll"#),
            ("CurrentDirectory", r"C:\Users\IEUser\"),
            ("User", r"IEWIN7\IEUser"),
            ("LogonGuid", "{365ABB72-6759-5CD8-0000-0020F2CF0700}"),
            ("LogonId", "0x18d3fb"),
            ("IntegrityLevel", "High"),
            (
                "Hashes",
                "SHA1=9E57914D39FBFE785C915E225011892613C4714C,MD5=00000000000000000000000000000000,\
             IMPHASH=B6789EDFE23DDA911AE37C87444D3DCB",
            ),
            (
                "ParentProcessGuid",
                "{00000000-0000-0000-0000-000000000000}",
            ),
            ("ParentProcessId", "0"),
            ("ParentImage", "-"),
            ("ParentCommandLine", r"C:\x.exe"),
        ],
    )
}
