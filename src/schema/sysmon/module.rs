//! Code that is loaded: a driver (6), an image into a process (7).
//!
//! Elastic's pipeline maps the loaded image to `file.*`. The `dll.*` fields, which rules ask for
//! beside them and which Elastic's own sensor fills, are filled with the same values.

use super::shared::{ANY, FILE_HASHES, PROCESS, USER};
use crate::schema::row::{Kind, Row, kept, moved, text};
use crate::schema::transform::Transform::*;

/// 6: a driver was loaded.
pub static DRIVER: Kind = Kind {
    id: 6,
    tag: "DriverLoad",
    category: &["driver"],
    types: &["start"],
    action: "Driver loaded",
    ecs: &[],
    cim: &[("signature", "Driver loaded")],
    tables: &[ANY, LOADED, FILE_HASHES, SIGNATURE],
};

/// 7: a process loaded an image.
pub static IMAGE: Kind = Kind {
    id: 7,
    tag: "ImageLoad",
    category: &["process"],
    types: &["change"],
    action: "Image loaded",
    ecs: &[],
    cim: &[("signature", "Image loaded"), ("action", "success")],
    tables: &[ANY, PROCESS, LOADED, DLL, FILE_HASHES, SIGNATURE, USER],
};

static LOADED: &[Row] = &[moved(
    "ImageLoaded",
    &[
        text("file.path"),
        ("file.name", Name),
        ("file.directory", Directory),
        ("file.extension", Extension),
    ],
    &[
        text("loaded_file_path"),
        ("loaded_file", NameOrAll),
        text("file_path"),
        ("file_name", NameOrAll),
    ],
)];

static DLL: &[Row] = &[
    moved("ImageLoaded", &[text("dll.path"), ("dll.name", Name)], &[]),
    kept(
        "FileVersion",
        &[text("file.pe.file_version"), text("dll.pe.file_version")],
        &[],
    ),
    kept(
        "Description",
        &[text("file.pe.description"), text("dll.pe.description")],
        &[],
    ),
    kept(
        "Product",
        &[text("file.pe.product"), text("dll.pe.product")],
        &[],
    ),
    kept(
        "Company",
        &[text("file.pe.company"), text("dll.pe.company")],
        &[],
    ),
    moved(
        "OriginalFileName",
        &[
            text("file.pe.original_file_name"),
            text("dll.pe.original_file_name"),
        ],
        &[text("original_file_name")],
    ),
    moved(
        "Hashes",
        &[
            ("dll.hash.md5", Hash("md5")),
            ("dll.hash.sha1", Hash("sha1")),
            ("dll.hash.sha256", Hash("sha256")),
            ("dll.pe.imphash", Hash("imphash")),
        ],
        &[],
    ),
    kept("Signed", &[("dll.code_signature.exists", Bool)], &[]),
    kept("Signature", &[text("dll.code_signature.subject_name")], &[]),
    kept(
        "SignatureStatus",
        &[
            text("dll.code_signature.status"),
            ("dll.code_signature.valid", TrueIfValid),
            ("dll.code_signature.trusted", TrueIfValid),
        ],
        &[],
    ),
];

static SIGNATURE: &[Row] = &[
    kept("Signed", &[], &[text("service_dll_signature_exists")]),
    kept(
        "Signature",
        &[text("file.code_signature.subject_name")],
        &[],
    ),
    kept(
        "SignatureStatus",
        &[
            text("file.code_signature.status"),
            ("file.code_signature.valid", TrueIfValid),
        ],
        &[text("service_dll_signature_verified")],
    ),
];
