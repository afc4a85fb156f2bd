//! Sysmon's own state (4), configuration (16) and errors (255); WMI subscriptions (19, 20, 21); the
//! clipboard (24).

use super::shared::{ANY, EVENT_TYPE, PROCESS, PROCESS_HASHES, USER};
use crate::schema::row::{Kind, Row, kept, moved, plain, text};
use crate::schema::transform::Transform::*;

/// 4: the Sysmon service started or stopped.
pub static STATE: Kind = Kind {
    id: 4,
    tag: "SysmonServiceStateChange",
    category: &["process"],
    types: &["change"],
    action: "Sysmon service state changed",
    ecs: &[],
    cim: &[("signature", "Sysmon service state changed")],
    tables: &[ANY, SERVICE],
};

static SERVICE: &[Row] = &[plain("State"), plain("Version"), plain("SchemaVersion")];

/// 16: Sysmon was given a configuration.
pub static CONFIGURATION: Kind = Kind {
    id: 16,
    tag: "ServiceConfigurationChange",
    category: &["configuration"],
    types: &["change"],
    action: "ServiceConfigurationChange",
    ecs: &[],
    cim: &[("signature", "ServiceConfigurationChange")],
    tables: &[ANY, CONFIGURED],
};

static CONFIGURED: &[Row] = &[plain("Configuration"), plain("ConfigurationFileHash")];

/// 19: a WMI event filter was registered.
pub static WMI_FILTER: Kind = Kind {
    id: 19,
    tag: "WmiEvent",
    category: &["process"],
    types: &["info"],
    action: "WmiEvent (WmiEventFilter activity detected)",
    ecs: &[],
    cim: &[("signature", "WmiEvent (WmiEventFilter activity detected)")],
    tables: &[ANY, EVENT_TYPE, OPERATION, USER, FILTER],
};

static OPERATION: &[Row] = &[plain("Operation")];

static FILTER: &[Row] = &[plain("EventNamespace"), plain("Name"), plain("Query")];

/// 20: a WMI event consumer was registered.
pub static WMI_CONSUMER: Kind = Kind {
    id: 20,
    tag: "WmiEvent",
    category: &["process"],
    types: &["change"],
    action: "WmiEvent (WmiEventConsumer activity detected)",
    ecs: &[],
    cim: &[("signature", "WmiEvent (WmiEventConsumer activity detected)")],
    tables: &[ANY, EVENT_TYPE, OPERATION, USER, CONSUMER],
};

static CONSUMER: &[Row] = &[
    plain("Name"),
    plain("Type"),
    moved(
        "Destination",
        &[text("process.executable"), ("process.name", Name)],
        &[],
    ),
];

/// 21: a WMI consumer was bound to a filter.
pub static WMI_BINDING: Kind = Kind {
    id: 21,
    tag: "WmiEvent",
    category: &["process"],
    types: &["access"],
    action: "WmiEvent (WmiEventConsumerToFilter activity detected)",
    ecs: &[],
    cim: &[(
        "signature",
        "WmiEvent (WmiEventConsumerToFilter activity detected)",
    )],
    tables: &[ANY, EVENT_TYPE, OPERATION, USER, BINDING],
};

static BINDING: &[Row] = &[plain("Consumer"), plain("Filter")];

/// 24: something was put on the clipboard.
pub static CLIPBOARD: Kind = Kind {
    id: 24,
    tag: "ClipboardChange",
    category: &[],
    types: &["change"],
    action: "ClipboardChange (New content in the clipboard)",
    ecs: &[],
    cim: &[("signature", "ClipboardChange")],
    tables: &[ANY, PROCESS, CLIP, USER, PROCESS_HASHES],
};

static CLIP: &[Row] = &[
    plain("Session"),
    plain("ClientInfo"),
    moved("Archived", &[("sysmon.file.archived", Bool)], &[]),
];

/// 255: Sysmon failed at something.
pub static ERROR: Kind = Kind {
    id: 255,
    tag: "Error",
    category: &["process"],
    types: &[],
    action: "Error",
    ecs: &[("event.outcome", "failure")],
    cim: &[("signature", "Error")],
    tables: &[ANY, FAILURE],
};

static FAILURE: &[Row] = &[
    moved("ID", &[text("error.code")], &[]),
    kept("Description", &[text("process.pe.description")], &[]),
];
