//! The registry: a key or value created or deleted (12), a value set (13), renamed (14).

use super::shared::{ANY, EVENT_TYPE, PROCESS, USER};
use crate::schema::row::{Kind, Row, kept, moved, text};
use crate::schema::transform::Transform::*;

/// 12: a key or a value was created or deleted.
pub static OBJECT: Kind = Kind {
    id: 12,
    tag: "RegistryEvent",
    category: &["configuration", "registry"],
    types: &["change"],
    action: "RegistryEvent (Object create and delete)",
    ecs: &[],
    cim: &[("signature", "RegistryEvent (Object create and delete)")],
    tables: &[ANY, CREATED_DELETED, PROCESS, TARGET, USER],
};

static CREATED_DELETED: &[Row] = &[kept("EventType", &[], &[("action", RegistryAction)])];

/// 13: a value was set.
pub static VALUE: Kind = Kind {
    id: 13,
    tag: "RegistryEvent",
    category: &["configuration", "registry"],
    types: &["change"],
    action: "RegistryEvent (Value Set)",
    ecs: &[],
    cim: &[
        ("signature", "RegistryEvent (Value Set)"),
        ("action", "modified"),
    ],
    tables: &[ANY, EVENT_TYPE, PROCESS, TARGET, DETAILS, USER],
};

/// 14: a key or a value was renamed.
pub static RENAME: Kind = Kind {
    id: 14,
    tag: "RegistryEvent",
    category: &["configuration", "registry"],
    types: &["change"],
    action: "RegistryEvent (Key and Value Rename)",
    ecs: &[],
    cim: &[
        ("signature", "RegistryEvent (Key and Value Rename)"),
        ("action", "modified"),
    ],
    tables: &[ANY, EVENT_TYPE, PROCESS, TARGET, NEW_NAME, USER],
};

static TARGET: &[Row] = &[moved(
    "TargetObject",
    &[
        ("registry.path", RegistryPath),
        ("registry.hive", RegistryHive),
        ("registry.key", RegistryKey),
        ("registry.value", RegistryValue),
    ],
    &[
        text("registry_path"),
        ("registry_key_name", Directory),
        ("registry_value_name", NameOrAll),
    ],
)];

static DETAILS: &[Row] = &[kept(
    "Details",
    &[
        ("registry.data.strings", RegistryStrings),
        ("registry.data.type", RegistryType),
    ],
    &[("registry_value_data", RegistryPayload)],
)];

static NEW_NAME: &[Row] = &[kept("NewName", &[], &[])];
