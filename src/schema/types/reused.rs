//! The field sets that describe what others name, many of them in many places: binaries and their
//! signatures, certificates, addresses and what is known of a threat.

use super::ecs::Set;

pub(super) static REUSED: &[Set] = &[
    Set::of(
        &[
            "as",
            "client.as",
            "destination.as",
            "server.as",
            "source.as",
            "threat.indicator.as",
            "threat.enrichments.indicator.as",
        ],
        "organization.name",
    )
    .long("number"),
    Set::of(
        &[
            "dll.code_signature",
            "file.code_signature",
            "process.code_signature",
            "process.parent.code_signature",
            "Effective_process.code_signature",
            "Target.process.code_signature",
            "email.attachments.file.code_signature",
            "threat.indicator.file.code_signature",
            "threat.enrichments.indicator.file.code_signature",
        ],
        "digest_algorithm flags signing_id status subject_name team_id thumbprint_sha256",
    )
    .boolean("exists trusted valid")
    .date("timestamp"),
    Set::of(
        &[
            "file.elf",
            "process.elf",
            "process.parent.elf",
            "threat.indicator.file.elf",
            "threat.enrichments.indicator.file.elf",
            "file.macho",
            "process.macho",
            "process.parent.macho",
        ],
        "architecture byte_order cpu_type go_import_hash header.abi_version header.class \
         header.data header.object_version header.os_abi header.type header.version import_hash \
         sections.flags sections.name sections.physical_offset sections.type segments.sections \
         segments.type shared_libraries symhash telfhash",
    )
    .long(
        "go_imports_names_entropy go_imports_names_var_entropy header.entrypoint \
         imports_names_entropy imports_names_var_entropy sections.chi2 sections.entropy \
         sections.physical_size sections.var_entropy sections.virtual_address \
         sections.virtual_size",
    )
    .boolean("go_stripped")
    .date("creation_date"),
    Set::of(
        &[
            "client.geo",
            "destination.geo",
            "host.geo",
            "observer.geo",
            "server.geo",
            "source.geo",
            "threat.indicator.geo",
            "threat.enrichments.indicator.geo",
        ],
        "city_name continent_code continent_name country_iso_code country_name location name \
         postal_code region_iso_code region_name timezone",
    ),
    Set::of(
        &[
            "dll.hash",
            "file.hash",
            "process.hash",
            "process.parent.hash",
            "Effective_process.hash",
            "Target.process.hash",
            "email.attachments.file.hash",
            "threat.indicator.file.hash",
            "threat.enrichments.indicator.file.hash",
        ],
        "cdhash md5 sha1 sha256 sha384 sha512 ssdeep tlsh",
    ),
    Set::of(
        &[
            "dll.pe",
            "file.pe",
            "process.pe",
            "process.parent.pe",
            "Effective_process.pe",
            "Target.process.pe",
            "threat.indicator.file.pe",
            "threat.enrichments.indicator.file.pe",
        ],
        "architecture company description file_version go_import_hash imphash import_hash \
         original_file_name pehash product sections.name",
    )
    .long(
        "go_imports_names_entropy go_imports_names_var_entropy imports_names_entropy \
         imports_names_var_entropy sections.entropy sections.physical_size sections.var_entropy \
         sections.virtual_size",
    )
    .boolean("go_stripped"),
    Set::of(
        &["threat"],
        "enrichments.matched.atomic enrichments.matched.field enrichments.matched.id \
         enrichments.matched.index enrichments.matched.type feed.dashboard_id feed.description \
         feed.name feed.reference framework group.alias group.id group.name group.reference \
         software.alias software.id software.name software.platforms software.reference \
         software.type tactic.id tactic.name tactic.reference technique.id technique.name \
         technique.reference technique.subtechnique.id technique.subtechnique.name \
         technique.subtechnique.reference",
    )
    .date("enrichments.matched.occurred"),
    Set::of(
        &["threat.indicator", "threat.enrichments.indicator"],
        "confidence description email.address marking.tlp marking.tlp_version name provider \
         reference type",
    )
    .long("port scanner_stats sightings")
    .date("first_seen last_seen modified_at")
    .ip("ip"),
    Set::of(
        &[
            "file.x509",
            "tls.client.x509",
            "tls.server.x509",
            "threat.indicator.x509",
            "threat.indicator.file.x509",
            "threat.enrichments.indicator.x509",
            "threat.enrichments.indicator.file.x509",
        ],
        "alternative_names issuer.common_name issuer.country issuer.distinguished_name \
         issuer.locality issuer.organization issuer.organizational_unit issuer.state_or_province \
         public_key_algorithm public_key_curve serial_number signature_algorithm \
         subject.common_name subject.country subject.distinguished_name subject.locality \
         subject.organization subject.organizational_unit subject.state_or_province \
         version_number",
    )
    .long("public_key_exponent public_key_size")
    .date("not_after not_before"),
    Set::of(
        &["tls"],
        "cipher client.certificate client.certificate_chain client.hash.md5 client.hash.sha1 \
         client.hash.sha256 client.issuer client.ja3 client.server_name client.subject \
         client.supported_ciphers curve next_protocol server.certificate \
         server.certificate_chain server.hash.md5 server.hash.sha1 server.hash.sha256 \
         server.issuer server.ja3s server.subject version version_protocol",
    )
    .boolean("established resumed")
    .date("client.not_after client.not_before server.not_after server.not_before"),
    Set::of(
        &[
            "url",
            "threat.indicator.url",
            "threat.enrichments.indicator.url",
        ],
        "domain extension fragment full original password path query registered_domain scheme \
         subdomain top_level_domain username",
    )
    .long("port"),
    Set::of(
        &["vulnerability"],
        "category classification description enumeration id reference report_id scanner.vendor \
         score.version severity",
    )
    .double("score.base score.environmental score.temporal"),
];
