//! Processes: created (1), ended (5), a thread put into another (8), a drive read raw (9), another
//! process opened (10), an image tampered with (25).

use super::shared::{ANY, PROCESS, PROCESS_HASHES, USER};
use crate::schema::row::{Kind, Row, kept, moved, plain, text};
use crate::schema::transform::Transform::*;

/// 1: a process was created.
pub static CREATE: Kind = Kind {
    id: 1,
    tag: "ProcessCreate",
    category: &["process"],
    types: &["start"],
    action: "Process creation",
    ecs: &[],
    cim: &[("signature", "Process creation"), ("action", "allowed")],
    tables: &[ANY, PROCESS, CREATED, USER, PROCESS_HASHES, PARENT],
};

static CREATED: &[Row] = &[
    kept("FileVersion", &[text("process.pe.file_version")], &[]),
    kept("Description", &[text("process.pe.description")], &[]),
    kept("Product", &[text("process.pe.product")], &[]),
    kept("Company", &[text("process.pe.company")], &[]),
    moved(
        "OriginalFileName",
        &[text("process.pe.original_file_name")],
        &[text("original_file_name")],
    ),
    moved(
        "CommandLine",
        &[
            text("process.command_line"),
            ("process.args", Arguments),
            ("process.args_count", ArgumentCount),
        ],
        &[text("process")],
    ),
    moved(
        "CurrentDirectory",
        &[text("process.working_directory")],
        &[text("process_current_directory")],
    ),
    plain("LogonGuid"),
    kept("LogonId", &[("user.id", SystemLogon)], &[]),
    plain("TerminalSessionId"),
    kept("IntegrityLevel", &[], &[text("process_integrity_level")]),
];

static PARENT: &[Row] = &[
    moved(
        "ParentProcessGuid",
        &[("process.parent.entity_id", Guid)],
        &[("parent_process_guid", Guid)],
    ),
    moved(
        "ParentProcessId",
        &[("process.parent.pid", Int)],
        &[("parent_process_id", Int)],
    ),
    moved(
        "ParentImage",
        &[
            text("process.parent.executable"),
            ("process.parent.name", Name),
        ],
        &[
            text("parent_process_path"),
            ("parent_process_name", NameOrAll),
            ("parent_process_exec", NameOrAll),
        ],
    ),
    moved(
        "ParentCommandLine",
        &[
            text("process.parent.command_line"),
            ("process.parent.args", Arguments),
            ("process.parent.args_count", ArgumentCount),
        ],
        &[text("parent_process")],
    ),
    plain("ParentUser"),
];

/// 5: a process ended.
pub static TERMINATE: Kind = Kind {
    id: 5,
    tag: "ProcessTerminate",
    category: &["process"],
    types: &["end"],
    action: "Process terminated",
    ecs: &[],
    cim: &[("signature", "Process terminated")],
    tables: &[ANY, PROCESS, USER],
};

/// 8: a process started a thread in another.
pub static REMOTE_THREAD: Kind = Kind {
    id: 8,
    tag: "CreateRemoteThread",
    category: &["process"],
    types: &["change"],
    action: "CreateRemoteThread",
    ecs: &[],
    cim: &[("signature", "CreateRemoteThread")],
    tables: &[ANY, SOURCE, TARGET, THREAD, SOURCE_USER],
};

/// 9: a process read a drive past its file system.
pub static RAW_ACCESS: Kind = Kind {
    id: 9,
    tag: "RawAccessRead",
    category: &["process"],
    types: &["access"],
    action: "RawAccessRead",
    ecs: &[],
    cim: &[("signature", "RawAccessRead")],
    tables: &[ANY, PROCESS, DEVICE, USER],
};

/// 10: a process opened another.
pub static ACCESS: Kind = Kind {
    id: 10,
    tag: "ProcessAccess",
    category: &["process"],
    types: &["access"],
    action: "ProcessAccess",
    ecs: &[],
    cim: &[("signature", "ProcessAccess")],
    tables: &[ANY, SOURCE, TARGET, OPENED, SOURCE_USER],
};

static SOURCE: &[Row] = &[
    moved(
        "SourceProcessGuid",
        &[("process.entity_id", Guid)],
        &[("parent_process_guid", Guid)],
    ),
    moved(
        "SourceProcessGUID",
        &[("process.entity_id", Guid)],
        &[("parent_process_guid", Guid)],
    ),
    moved(
        "SourceProcessId",
        &[("process.pid", Int)],
        &[("parent_process_id", Int)],
    ),
    moved("SourceThreadId", &[("process.thread.id", Int)], &[]),
    moved(
        "SourceImage",
        &[text("process.executable"), ("process.name", Name)],
        &[
            text("parent_process_path"),
            ("parent_process_name", NameOrAll),
            ("parent_process_exec", NameOrAll),
        ],
    ),
];

static TARGET: &[Row] = &[
    kept(
        "TargetProcessGUID",
        &[("winlog.event_data.TargetProcessGUID", Guid)],
        &[("process_guid", Guid)],
    ),
    moved(
        "TargetProcessGuid",
        &[("winlog.event_data.TargetProcessGUID", Guid)],
        &[("process_guid", Guid)],
    ),
    kept("TargetProcessId", &[], &[("process_id", Int)]),
    kept(
        "TargetImage",
        &[],
        &[
            text("process_path"),
            ("process_name", NameOrAll),
            ("process_exec", NameOrAll),
        ],
    ),
];

static THREAD: &[Row] = &[
    plain("NewThreadId"),
    plain("StartAddress"),
    plain("StartModule"),
    plain("StartFunction"),
];

static OPENED: &[Row] = &[plain("GrantedAccess"), plain("CallTrace")];

static SOURCE_USER: &[Row] = &[
    kept("SourceUser", &[("user.id", SystemUser)], &[text("user")]),
    plain("TargetUser"),
];

static DEVICE: &[Row] = &[moved(
    "Device",
    &[
        text("file.path"),
        ("file.name", Name),
        ("file.directory", Directory),
        ("file.extension", Extension),
    ],
    &[],
)];

/// 25: the image of a process is not what its file holds.
pub static TAMPERING: Kind = Kind {
    id: 25,
    tag: "ProcessTampering",
    category: &["process"],
    types: &["change"],
    action: "ProcessTampering (Process image change)",
    ecs: &[],
    cim: &[("signature", "ProcessTampering")],
    tables: &[ANY, PROCESS, TAMPERED, USER, PROCESS_HASHES],
};

static TAMPERED: &[Row] = &[moved("Type", &[text("message")], &[])];
