//! Files: created (11), given another creation time (2), given a stream (15), deleted (23, 26),
//! blocked (27, 28), an executable found (29); and pipes (17, 18), which Elastic counts among them.

use super::shared::{
    ANY, CREATION, EVENT_TYPE, FILE, FILE_HASHES, OTHER_HASHES, PROCESS, PROCESS_HASHES, USER,
};
use crate::schema::row::{Kind, Row, moved, plain, text};
use crate::schema::transform::Transform::*;

/// 2: a process changed the time that a file was created.
pub static TIME: Kind = Kind {
    id: 2,
    tag: "FileCreateTime",
    category: &["file"],
    types: &["change"],
    action: "A process changed a file creation time",
    ecs: &[],
    cim: &[
        ("signature", "A process changed a file creation time"),
        ("action", "modified"),
    ],
    tables: &[ANY, PROCESS, FILE, CREATION, PREVIOUS, USER],
};

static PREVIOUS: &[Row] = &[plain("PreviousCreationUtcTime")];

/// 11: a file was created or overwritten.
pub static CREATE: Kind = Kind {
    id: 11,
    tag: "FileCreate",
    category: &["file"],
    types: &["creation"],
    action: "FileCreate",
    ecs: &[],
    cim: &[("signature", "FileCreate")],
    tables: &[ANY, PROCESS, FILE, CREATION, USER],
};

/// 15: a named stream was created.
pub static STREAM: Kind = Kind {
    id: 15,
    tag: "FileCreateStreamHash",
    category: &["file"],
    types: &["access"],
    action: "FileCreateStreamHash",
    ecs: &[],
    cim: &[("signature", "FileCreateStreamHash")],
    tables: &[ANY, PROCESS, FILE, CREATION, FILE_HASHES, CONTENTS, USER],
};

static CONTENTS: &[Row] = &[plain("Contents")];

/// 17: a pipe was created.
pub static PIPE_CREATED: Kind = Kind {
    id: 17,
    tag: "PipeCreated",
    category: &["file"],
    types: &["creation"],
    action: "PipeEvent (Pipe Created)",
    ecs: &[],
    cim: &[("signature", "PipeEvent (Pipe Created)")],
    tables: &[ANY, EVENT_TYPE, PROCESS, PIPE, USER],
};

/// 18: a pipe was connected to.
pub static PIPE_CONNECTED: Kind = Kind {
    id: 18,
    tag: "PipeConnected",
    category: &["file"],
    types: &["access"],
    action: "PipeEvent (Pipe Connected)",
    ecs: &[],
    cim: &[("signature", "PipeEvent (Pipe Connected)")],
    tables: &[ANY, EVENT_TYPE, PROCESS, PIPE, USER],
};

static PIPE: &[Row] = &[moved(
    "PipeName",
    &[text("file.name")],
    &[text("pipe_name")],
)];

/// 23: a file was deleted and kept in Sysmon's archive.
pub static DELETE: Kind = Kind {
    id: 23,
    tag: "FileDelete",
    category: &["file"],
    types: &["deletion"],
    action: "FileDelete (File Delete archived)",
    ecs: &[],
    cim: &[
        ("signature", "FileDelete (File Delete archived)"),
        ("action", "deleted"),
    ],
    tables: &[ANY, USER, PROCESS, FILE, PROCESS_HASHES, DELETED],
};

/// 26: a file was deleted.
pub static DELETE_DETECTED: Kind = Kind {
    id: 26,
    tag: "FileDeleteDetected",
    category: &["file"],
    types: &["deletion"],
    action: "FileDeleteDetected (File Delete logged)",
    ecs: &[],
    cim: &[
        ("signature", "FileDeleteDetected (File Delete logged)"),
        ("action", "deleted"),
    ],
    tables: &[ANY, USER, PROCESS, FILE, FILE_HASHES, DELETED],
};

static DELETED: &[Row] = &[
    moved("IsExecutable", &[("sysmon.file.is_executable", Bool)], &[]),
    moved("Archived", &[("sysmon.file.archived", Bool)], &[]),
];

/// 27: an executable file was kept from being created.
pub static BLOCK_EXECUTABLE: Kind = Kind {
    id: 27,
    tag: "FileBlockExecutable",
    category: &["file"],
    types: &["creation"],
    action: "FileBlockExecutable",
    ecs: &[("event.outcome", "failure")],
    cim: &[("signature", "FileBlockExecutable"), ("action", "blocked")],
    tables: &[ANY, USER, PROCESS, FILE, OTHER_HASHES],
};

/// 28: a file was kept from being overwritten for good.
pub static BLOCK_SHREDDING: Kind = Kind {
    id: 28,
    tag: "FileBlockShredding",
    category: &["file"],
    types: &["deletion"],
    action: "FileBlockShredding",
    ecs: &[],
    cim: &[("signature", "FileBlockShredding"), ("action", "blocked")],
    tables: &[ANY, USER, PROCESS, FILE, OTHER_HASHES, DELETED],
};

/// 29: an executable file was created.
pub static EXECUTABLE_DETECTED: Kind = Kind {
    id: 29,
    tag: "FileExecutableDetected",
    category: &["file"],
    types: &["creation"],
    action: "FileExecutableDetected",
    ecs: &[],
    cim: &[
        ("signature", "FileExecutableDetected"),
        ("action", "created"),
    ],
    tables: &[ANY, USER, PROCESS, FILE, FILE_HASHES],
};
