//! The field sets, as data: where each stands, and its fields by type.

use super::ecs::Set;

const PROCESSES: &[&str] = &[
    "process",
    "process.parent",
    "process.parent.group_leader",
    "process.group_leader",
    "process.entry_leader",
    "process.entry_leader.parent",
    "process.entry_leader.parent.session_leader",
    "process.session_leader",
    "process.session_leader.parent",
    "process.session_leader.parent.session_leader",
    "process.previous",
    "process.parent.session_leader",
    "process.parent.entry_leader",
    "process.parent.parent",
    "process.responsible",
    "Effective_process",
    "Target.process",
    "Target.process.parent",
];

pub(super) static SETS: &[Set] = &[
    Set::of(&[""], "message tags").date("@timestamp"),
    Set::of(
        &["agent"],
        "build.original ephemeral_id id name type version",
    ),
    Set::of(
        &["client", "destination", "server", "source"],
        "address domain mac registered_domain subdomain top_level_domain",
    )
    .long("bytes nat.port packets port")
    .ip("ip nat.ip"),
    Set::of(
        &["cloud", "cloud.origin", "cloud.target"],
        "account.id account.name availability_zone instance.id instance.name machine.type \
         project.id project.name provider region service.name",
    ),
    Set::of(
        &["container"],
        "id image.hash.all image.name image.tag name runtime",
    )
    .long("disk.read.bytes disk.write.bytes network.egress.bytes network.ingress.bytes")
    .double("cpu.usage memory.usage")
    .boolean("security_context.privileged"),
    Set::of(&["data_stream"], "dataset namespace type"),
    Set::of(
        &[
            "device",
            "process.Ext.device",
            "dll.Ext.device",
            "file.Ext.device",
        ],
        "id manufacturer model.identifier model.name product_id serial_number vendor_id \
         volume_device_type bus_type dos_name file_system_type volume_name product_name vendor_name",
    ),
    Set::of(&["dll"], "name path"),
    Set::of(
        &["dns"],
        "answers.class answers.data answers.name answers.type header_flags id op_code \
         question.class question.name question.registered_domain question.subdomain \
         question.top_level_domain question.type response_code type",
    )
    .long("answers.ttl")
    .ip("resolved_ip"),
    Set::of(&["ecs"], "version"),
    Set::of(
        &["email"],
        "attachments.file.extension attachments.file.mime_type attachments.file.name bcc.address \
         cc.address content_type direction from.address local_id message_id reply_to.address \
         sender.address subject to.address x_mailer",
    )
    .long("attachments.file.size")
    .date("delivery_timestamp origination_timestamp"),
    Set::of(&["error"], "code id message stack_trace type"),
    Set::of(
        &["event"],
        "action agent_id_status category code dataset hash id kind module original outcome \
         provider reason reference timezone type url",
    )
    .long("duration sequence severity")
    .double("risk_score risk_score_norm")
    .date("created end ingested start"),
    Set::of(
        &["faas"],
        "execution id name trigger.request_id trigger.type version",
    )
    .boolean("coldstart"),
    Set::of(
        &[
            "file",
            "threat.indicator.file",
            "threat.enrichments.indicator.file",
        ],
        "attributes device directory drive_letter extension fork_name gid group inode mime_type \
         mode name origin_referrer_url origin_url owner path target_path type uid",
    )
    .long("size")
    .date("accessed created ctime mtime"),
    Set::of(
        &[
            "group",
            "user.group",
            "user.target.group",
            "user.effective.group",
            "user.changes.group",
            "client.user.group",
            "destination.user.group",
            "server.user.group",
            "source.user.group",
            "process.group",
            "process.parent.group",
            "process.parent.real_group",
            "process.parent.saved_group",
            "process.parent.supplemental_groups",
            "process.real_group",
            "process.saved_group",
            "process.supplemental_groups",
            "process.attested_groups",
            "process.entry_leader.attested_groups",
            "process.entry_leader.group",
            "process.entry_leader.real_group",
            "process.entry_leader.saved_group",
            "process.entry_leader.supplemental_groups",
            "process.group_leader.group",
            "process.group_leader.real_group",
            "process.group_leader.saved_group",
            "process.group_leader.supplemental_groups",
            "process.session_leader.group",
            "process.session_leader.real_group",
            "process.session_leader.saved_group",
            "process.session_leader.supplemental_groups",
        ],
        "domain id name",
    ),
    Set::of(
        &["host"],
        "architecture boot.id domain hostname id mac name pid_ns_ino risk.calculated_level \
         risk.static_level type user.name",
    )
    .long(
        "disk.read.bytes disk.write.bytes network.egress.bytes network.egress.packets \
         network.ingress.bytes network.ingress.packets uptime",
    )
    .double(
        "cpu.usage risk.calculated_score risk.calculated_score_norm risk.static_score \
         risk.static_score_norm",
    )
    .ip("ip"),
    Set::of(
        &["http"],
        "request.body.content request.id request.method request.mime_type request.referrer \
         response.body.content response.mime_type version",
    )
    .long(
        "request.body.bytes request.bytes response.body.bytes response.bytes response.status_code",
    ),
    Set::of(
        &["log"],
        "file.path level logger origin.file.name origin.function syslog.appname \
         syslog.facility.name syslog.hostname syslog.msgid syslog.procid syslog.severity.name \
         syslog.version",
    )
    .long("origin.file.line syslog.facility.code syslog.priority syslog.severity.code"),
    Set::of(
        &["network"],
        "application community_id direction iana_number inner.vlan.id inner.vlan.name name \
         protocol transport type vlan.id vlan.name",
    )
    .long("bytes packets")
    .ip("forwarded_ip"),
    Set::of(
        &["observer"],
        "egress.interface.alias egress.interface.id egress.interface.name egress.vlan.id \
         egress.vlan.name egress.zone hostname ingress.interface.alias ingress.interface.id \
         ingress.interface.name ingress.vlan.id ingress.vlan.name ingress.zone mac name product \
         serial_number type vendor version",
    )
    .ip("ip"),
    Set::of(
        &["orchestrator"],
        "api_version cluster.id cluster.name cluster.url cluster.version namespace organization \
         resource.annotation resource.id resource.label resource.name resource.parent.type \
         resource.type type",
    )
    .ip("resource.ip"),
    Set::of(&["organization"], "id name"),
    Set::of(
        &["host.os", "observer.os", "user_agent.os"],
        "family full kernel name platform type version Ext.variant",
    ),
    Set::of(
        &["package"],
        "architecture build_version checksum description install_scope license name path \
         reference type version",
    )
    .long("size")
    .date("installed"),
    Set::of(
        PROCESSES,
        "args command_line entity_id entry_meta.type env_vars executable io.text io.type name \
         thread.capabilities.effective thread.capabilities.permitted thread.name title \
         working_directory",
    )
    .long(
        "args_count exit_code io.bytes_skipped.length io.bytes_skipped.offset \
         io.total_bytes_captured io.total_bytes_skipped pgid pid ppid thread.id \
         tty.char_device.major tty.char_device.minor tty.columns tty.rows uptime vpid",
    )
    .ip("entry_meta.source.ip")
    .boolean("interactive same_as_process io.max_bytes_per_process_exceeded")
    .date("end start"),
    Set::of(
        &["process.Ext", "process.parent.Ext", "Target.process.Ext"],
        "",
    )
    .ip("session_info.client_address")
    .double(
        "relative_file_creation_time relative_file_name_modify_time \
         session_info.relative_logon_time session_info.relative_password_age",
    )
    .long(
        "api.parameters.allocation_size api.parameters.desired_access_numeric \
         api.parameters.size memory_region.bytes_allocation_offset memory_region.region_size \
         real.pid token.integrity_level",
    )
    .boolean(
        "created_suspended token.elevation token.is_appcontainer token.security_attributes_set \
         session_info.is_domain_joined",
    ),
    Set::of(&["dll.Ext", "file.Ext"], "")
        .double(
            "entropy relative_file_creation_time relative_file_name_modify_time \
             original.entropy",
        )
        .long("size header_bytes_count windows.zone_identifier")
        .boolean("device.is_removable"),
    Set::of(
        &[
            "registry",
            "threat.indicator.registry",
            "threat.enrichments.indicator.registry",
        ],
        "data.bytes data.strings data.type hive key path value",
    ),
    Set::of(&["related"], "hash hosts user").ip("ip"),
    Set::of(
        &["rule"],
        "author category description id license name reference ruleset uuid version",
    ),
    Set::of(
        &["service", "service.origin", "service.target"],
        "address environment ephemeral_id id name node.name node.role node.roles state type \
         version",
    ),
    Set::of(&["span", "trace", "transaction"], "id"),
    Set::of(
        &[
            "user",
            "user.effective",
            "user.target",
            "user.changes",
            "client.user",
            "destination.user",
            "server.user",
            "source.user",
            "process.user",
            "process.real_user",
            "process.saved_user",
            "process.attested_user",
            "process.parent.user",
            "process.parent.real_user",
            "process.parent.saved_user",
            "process.entry_leader.attested_user",
            "process.entry_leader.user",
            "process.entry_leader.real_user",
            "process.entry_leader.saved_user",
            "process.group_leader.user",
            "process.group_leader.real_user",
            "process.group_leader.saved_user",
            "process.session_leader.user",
            "process.session_leader.real_user",
            "process.session_leader.saved_user",
            "Effective_process.user",
            "Target.process.user",
        ],
        "domain email full_name hash id name risk.calculated_level risk.static_level roles",
    )
    .double(
        "risk.calculated_score risk.calculated_score_norm risk.static_score \
         risk.static_score_norm",
    ),
    Set::of(&["user_agent"], "device.name name original version"),
    Set::of(
        &["volume"],
        "bus_type default_access device_name device_type dos_name file_system_type mount_name \
         nt_name product_id product_name serial_number vendor_id vendor_name",
    )
    .long("size")
    .boolean("removable writable"),
    Set::of(
        &["winlog"],
        "activity_id api channel computer_name computerObject.domain computerObject.id \
         computerObject.name event_id keywords level logon.failure.reason logon.failure.status \
         logon.failure.sub_status logon.id logon.type opcode outcome provider_guid provider_name \
         record_id related_activity_id task trustAttribute trustDirection trustType user.domain \
         user.identifier user.name user.type",
    )
    .long("process.pid process.thread.id version")
    .date("time_created"),
    Set::of(&["dns.Ext"], "").long("options status"),
    Set::of(
        &["powershell"],
        "command.invocation_details.name command.invocation_details.type \
         command.invocation_details.value command.name command.path command.type command.value \
         connected_user.domain connected_user.name engine.new_state engine.previous_state \
         engine.version file.script_block_hash file.script_block_id file.script_block_text id \
         pipeline_id process.executable_version provider.name provider.new_state \
         runspace_id",
    )
    .long("file.script_block_length file.script_block_unique_symbols sequence total")
    .double("file.script_block_entropy_bits file.script_block_surprisal_stdev"),
    Set::of(&["sysmon"], "dns.status").boolean("file.archived file.is_executable"),
];
