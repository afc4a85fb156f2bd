//! Rows that many event ids share.

use crate::schema::row::{Row, kept, moved, text};
use crate::schema::transform::Transform::*;

/// What nearly every event has.
pub static ANY: &[Row] = &[
    moved("UtcTime", &[("@timestamp", Moment)], &[]),
    moved("RuleName", &[text("rule.name")], &[]),
];

/// The process that did it.
pub static PROCESS: &[Row] = &[
    moved(
        "ProcessGuid",
        &[("process.entity_id", Guid)],
        &[("process_guid", Guid)],
    ),
    moved("ProcessId", &[("process.pid", Int)], &[("process_id", Int)]),
    moved(
        "Image",
        &[text("process.executable"), ("process.name", Name)],
        &[
            text("process_path"),
            ("process_name", NameOrAll),
            ("process_exec", NameOrAll),
        ],
    ),
];

/// Whose process it was.
pub static USER: &[Row] = &[moved(
    "User",
    &[
        ("user.domain", UserDomain),
        ("user.name", UserName),
        ("user.id", SystemUser),
        ("related.user", UserName),
    ],
    &[text("user")],
)];

/// Hashes of the process's image. Old schemas call them `Hash`.
pub static PROCESS_HASHES: &[Row] = &[
    moved("Hashes", PROCESS_HASH, &[text("process_hash")]),
    moved("Hash", PROCESS_HASH, &[text("process_hash")]),
];

const PROCESS_HASH: &[(&str, crate::schema::transform::Transform)] = &[
    ("process.hash.md5", Hash("md5")),
    ("process.hash.sha1", Hash("sha1")),
    ("process.hash.sha256", Hash("sha256")),
    ("process.pe.imphash", Hash("imphash")),
    ("related.hash", Hashes),
];

/// Hashes of the file that the event is about.
pub static FILE_HASHES: &[Row] = &[
    moved("Hashes", FILE_HASH, &[text("file_hash")]),
    moved("Hash", FILE_HASH, &[text("file_hash")]),
];

const FILE_HASH: &[(&str, crate::schema::transform::Transform)] = &[
    ("file.hash.md5", Hash("md5")),
    ("file.hash.sha1", Hash("sha1")),
    ("file.hash.sha256", Hash("sha256")),
    ("file.pe.imphash", Hash("imphash")),
    ("related.hash", Hashes),
];

/// Hashes that the pipeline collects and puts into no hash field.
pub static OTHER_HASHES: &[Row] = &[
    moved("Hashes", &[("related.hash", Hashes)], &[text("file_hash")]),
    moved("Hash", &[("related.hash", Hashes)], &[text("file_hash")]),
];

/// The file that the event is about.
pub static FILE: &[Row] = &[moved(
    "TargetFilename",
    &[
        text("file.path"),
        ("file.name", Name),
        ("file.directory", Directory),
        ("file.extension", Extension),
    ],
    &[text("file_path"), ("file_name", NameOrAll)],
)];

/// The time that the file claims to be made at.
pub static CREATION: &[Row] = &[kept("CreationUtcTime", &[], &[text("file_create_time")])];

/// The operation's name in its own words.
pub static EVENT_TYPE: &[Row] = &[kept("EventType", &[], &[])];
