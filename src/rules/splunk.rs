//! Splunk rule files: from YAML to rules.
