//! An attack on Sysmon itself.

use super::super::teller::Teller;
use super::{event, write};

pub(super) fn tell(t: &mut Teller) {
    let data = [
        ("State", "Started"),
        ("Version", "15.15"),
        ("SchemaVersion", "4.90"),
    ];
    let started = event(t, 4, &data);
    write(t, started, "Sysmon starts");
    let data = [
        ("Configuration", r"C:\Users\Public\quiet.xml"),
        (
            "ConfigurationFileHash",
            "SHA256=9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
        ),
    ];
    let configured = event(t, 16, &data);
    write(
        t,
        configured,
        "it is given a configuration that leaves most things out",
    );
    let data = [
        ("ID", "DriverCommunication"),
        (
            "Description",
            "Failed to retrieve events - Last error: The media is write protected.",
        ),
    ];
    let error = event(t, 255, &data);
    write(t, error, "its driver no longer answers");
    let data = [
        ("State", "Stopped"),
        ("Version", "15.15"),
        ("SchemaVersion", "4.90"),
    ];
    let stopped = event(t, 4, &data);
    write(t, stopped, "and it is stopped");
}
