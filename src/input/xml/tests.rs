use std::collections::BTreeMap;

use proptest::prelude::*;

use super::read;
use crate::input::owned::Owned;
use crate::input::{Ask, BlockReport};
use crate::model::problem::Lost;
use crate::model::record::{EventIds, Names, SystemField};
use crate::model::time::Time;

/// Record id, event id and the data of every record that reaches the sink.
type Seen = Vec<(u64, u16, Vec<(String, String)>)>;

fn read_all(bytes: &[u8]) -> (Seen, BlockReport) {
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let mut seen = Vec::new();
    let report = read(
        Box::new(bytes),
        0,
        &ask,
        None,
        &mut Owned::default(),
        &mut |record| {
            let mut data = Vec::new();
            record.each_data(&mut |name, value| data.push((name.to_owned(), value.to_owned())));
            seen.push((record.record_id(), record.event_id(), data));
        },
    );
    (seen, report)
}

fn event(id: u64, data: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Sysmon' Guid='{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}'/>\
         <EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode>\
         <Keywords>0x8000000000000000</Keywords>\
         <TimeCreated SystemTime='2019-05-12T18:35:06.562944000Z'/>\
         <EventRecordID>{id}</EventRecordID><Correlation/>\
         <Execution ProcessID='1968' ThreadID='304'/>\
         <Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC1.example.corp</Computer>\
         <Security UserID='S-1-5-18'/></System><EventData>{data}</EventData></Event>"
    )
}

fn ids(seen: &Seen) -> Vec<u64> {
    seen.iter().map(|(id, ..)| *id).collect()
}

fn wrong(report: &BlockReport) -> Vec<(u64, &str)> {
    report
        .problems
        .iter()
        .map(|problem| (problem.offset.unwrap(), problem.what.as_str()))
        .collect()
}

#[test]
fn every_part_of_an_event_is_read() {
    let text = event(
        42,
        "<Data Name='Image'>C:\\a b\\x.exe</Data><Data Name='CommandLine'/>",
    );
    let mut names = Names::default();
    let image = names.intern("Image").unwrap();
    let command = names.intern("CommandLine").unwrap();
    let user = names.intern("User").unwrap();
    let ask = Ask {
        names: &names,
        events: &EventIds::of([1]),
        generic: false,
    };
    let mut count = 0;
    let report = read(
        Box::new(text.as_bytes()),
        7,
        &ask,
        None,
        &mut Owned::default(),
        &mut |record| {
            count += 1;
            assert_eq!(record.location().file, 7);
            assert_eq!(record.location().offset, 0);
            assert_eq!((record.event_id(), record.record_id()), (1, 42));
            assert_eq!(
                record.time_created(),
                Time::parse("2019-05-12T18:35:06.562944Z")
            );
            assert_eq!(record.computer(), "PC1.example.corp");
            assert_eq!(record.channel(), "Microsoft-Windows-Sysmon/Operational");
            let system = |field| record.system(field).map(|text| text.into_owned());
            assert_eq!(
                system(SystemField::ProviderName).as_deref(),
                Some("Microsoft-Windows-Sysmon")
            );
            assert_eq!(
                system(SystemField::Keywords).as_deref(),
                Some("0x8000000000000000")
            );
            assert_eq!(system(SystemField::ProcessId).as_deref(), Some("1968"));
            assert_eq!(system(SystemField::ThreadId).as_deref(), Some("304"));
            assert_eq!(system(SystemField::UserId).as_deref(), Some("S-1-5-18"));
            assert_eq!(system(SystemField::ActivityId), None);
            assert_eq!(record.data(image).as_deref(), Some("C:\\a b\\x.exe"));
            assert_eq!(record.data_tail(image).unwrap(), ("x.exe".into(), true));
            assert_eq!(record.data(command).as_deref(), Some(""));
            assert_eq!(record.data(user), None);
            assert!(record.document().is_none() && !record.damaged());
        },
    );
    assert_eq!(count, 1);
    assert_eq!(report.records, 1);
    assert_eq!(report.sysmon, BTreeMap::from([(1, 1)]));
    assert_eq!(report.bytes, text.len() as u64);
    assert_eq!(report.problems, []);
}

#[test]
fn every_form_of_export_gives_the_same_records() {
    let one = event(1, "<Data Name='Image'>C:\\ą.exe</Data>");
    let two = event(2, "<Data Name='Image'>b</Data>");
    let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>";
    let forms = [
        format!("{one}{two}"),
        format!("{one}\n{two}\n"),
        format!("{declaration}\r\n<Events>{one}{two}</Events>"),
        format!("{declaration}<Events>\n  {one}\n  {two}\n</Events>").replace('\'', "\""),
        format!("<Events>{one}{two}</Events>")
            .replace("<Event ", "<e:Event ")
            .replace("</Event>", "</e:Event>"),
        format!("Record 1\n{declaration}\n{one}\nRecord 2\n{declaration}\n{two}\n"),
        format!("<!-- {two} --><!DOCTYPE Events [<!ENTITY x \"{two}\">]>{one}{two}"),
    ];
    let expected = read_all(one.as_bytes())
        .0
        .into_iter()
        .chain(read_all(two.as_bytes()).0);
    let expected: Seen = expected.collect();
    assert_eq!(ids(&expected), [1, 2]);
    for form in forms {
        let (seen, report) = read_all(form.as_bytes());
        assert_eq!(seen, expected, "{form}");
        assert_eq!(report.problems, [], "{form}");
        let utf16: Vec<u8> = format!("\u{FEFF}{form}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let (seen, report) = read_all(&utf16);
        assert_eq!(seen, expected);
        assert_eq!(
            (report.problems, report.bytes),
            (vec![], utf16.len() as u64)
        );
    }
}

#[test]
fn entities_are_resolved_and_nothing_expands() {
    let text = event(
        1,
        "<Data Name='a'>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;</Data>\
         <Data Name='b'><![CDATA[<Event> </Event> &amp;]]></Data>\
         <Data Name='c'>x &bomb; &#0; &#xD800; y & z</Data>\
         <Data Name='&lt;d&gt;'> spaced </Data>\
         <Data>first</Data><Data>second</Data>\
         <!-- <Data Name='no'/> --><Binary>00</Binary>",
    );
    let (seen, report) =
        read_all(format!("<!DOCTYPE e [<!ENTITY bomb \"boom\">]>{text}").as_bytes());
    assert_eq!(report.problems, []);
    let data: Vec<(&str, &str)> = seen[0]
        .2
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        data,
        [
            ("a", "<&>\"'A😀"),
            ("b", "<Event> </Event> &amp;"),
            ("c", "x &bomb; &#0; &#xD800; y & z"),
            ("<d>", " spaced "),
            ("param1", "first"),
            ("param2", "second"),
        ]
    );
}

#[test]
fn what_a_viewer_renders_is_not_data() {
    let rendered = "</EventData><RenderingInfo Culture='en-US'><Message>m</Message><System>\
                    <Computer>other</Computer></System><EventData><Data Name='x'>y</Data></EventData>\
                    </RenderingInfo><EventData>";
    let (seen, report) = read_all(event(1, rendered).as_bytes());
    assert_eq!(seen, [(1, 1, vec![])]);
    assert_eq!(report.problems, []);
}

#[test]
fn other_providers_are_counted_and_events_not_asked_for_do_not_reach_the_sink() {
    let text = [
        event(1, ""),
        event(2, "").replace(
            "Microsoft-Windows-Sysmon'",
            "Microsoft-Windows-Security-Auditing'",
        ),
        event(3, "").replace("<EventID>1<", "<EventID>3<"),
    ]
    .concat();
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::of([3]),
        generic: false,
    };
    let mut seen = Vec::new();
    let mut buffer = Owned::default();
    let report = read(
        Box::new(text.as_bytes()),
        0,
        &ask,
        None,
        &mut buffer,
        &mut |record| {
            seen.push((record.record_id(), record.location().offset));
        },
    );
    assert_eq!(seen, [(3, text.rfind("<Event ").unwrap() as u64)]);
    assert_eq!(report.records, 3);
    assert_eq!(report.sysmon, BTreeMap::from([(1, 1), (3, 1)]));

    let only = [seen[0].1];
    let mut again = Vec::new();
    let report = read(
        Box::new(text.as_bytes()),
        0,
        &ask,
        Some(&only),
        &mut buffer,
        &mut |record| {
            again.push(record.record_id());
        },
    );
    assert_eq!(again, [3]);
    assert_eq!((report.records, report.problems), (0, vec![]));
}

#[test]
fn a_broken_event_costs_that_event_alone() {
    let good = event(9, "<Data Name='Image'>x</Data>");
    let broken = [
        (good.replace("</EventData>", ""), "ill-formed"),
        (good.replace("</Event>", ""), "an event without its end"),
        (
            good.replace("<Event ", "<Evil "),
            "the end of an event without its beginning",
        ),
        (
            good.replace("<EventRecordID>9", "<EventRecordID>x"),
            "a record without a record id",
        ),
        (
            good.replace("<EventID>1", "<EventID>99999"),
            "a record without an event id",
        ),
        (
            good.replace("2019", "x"),
            "a record without the time it was created",
        ),
        (
            good.replace("<Provider", "<Procurer"),
            "a record without a provider",
        ),
        (
            good.replace("<EventData>", "<![CDATA[ <EventData>"),
            "CDATA not closed",
        ),
        (good.replace("<EventData>", "<!-- <EventData>"), ""),
    ];
    for (text, what) in broken {
        let (seen, report) = read_all(format!("{}{text}{}", event(1, ""), event(2, "")).as_bytes());
        assert_eq!(ids(&seen), [1, 2], "{text}");
        assert_eq!(report.problems.len(), 1, "{text}: {:?}", report.problems);
        assert!(
            report.problems[0].what.contains(what),
            "{:?}",
            report.problems
        );
        assert_eq!(report.problems[0].lost, Lost::Record);
    }
}

#[test]
fn a_text_that_is_cut_off_says_so() {
    let whole = event(1, "");
    let text = format!("{whole}{}", &event(2, "")[..200]);
    let (seen, report) = read_all(text.as_bytes());
    assert_eq!(ids(&seen), [1]);
    assert_eq!(
        wrong(&report),
        [(whole.len() as u64, "the text ends inside an event")]
    );
}

#[test]
fn an_event_without_bound_is_given_up() {
    let long = event(1, &format!("<Data Name='a'>{}</Data>", "x".repeat(2 << 20)));
    let (seen, report) = read_all(format!("{long}{}", event(2, "")).as_bytes());
    assert_eq!(ids(&seen), [2]);
    assert_eq!(wrong(&report)[0], (0, "an event longer than 1 MiB"));
    let (_, report) = read_all("<Event ><!--".repeat(50_000).as_bytes());
    assert_eq!(report.problems.len(), 10_001);
    assert_eq!(
        report.problems[10_000].what,
        "40000 more records that cannot be read"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_mutation_panics_or_costs_an_event_it_does_not_touch(
        at in 0usize..2000, length in 0usize..40, bytes in prop::collection::vec(any::<u8>(), 0..40)
    ) {
        let (first, last) = (event(1, "<Data Name='a'>b</Data>"), event(3, ""));
        let mut middle = event(2, "<Data Name='a'>&lt;</Data>").into_bytes();
        let from = at.min(middle.len());
        let to = (from + length).min(middle.len());
        middle.splice(from..to, bytes);
        let text = [first.as_bytes(), &middle, last.as_bytes()].concat();
        let (seen, _) = read_all(&text);
        prop_assert_eq!(seen.first().map(|seen| seen.0), Some(1));
        prop_assert_eq!(seen.last().map(|seen| seen.0), Some(3));
    }

    #[test]
    fn no_text_panics(text in "(<|>|/|Event|Events|System|Data|!--|--|!\\[CDATA\\[|\\]\\]|&|;|'|\"| |a|=|\\?){0,60}") {
        read_all(text.as_bytes());
    }
}
