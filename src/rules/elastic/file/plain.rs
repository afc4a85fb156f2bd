//! From a rule file in the plain form that Elastic's repository keeps to what of it is read,
//! without a tree of everything else in it: most of a rule file is its investigation guide.
//!
//! Known tables, bare keys, simple values. Of a file with anything else in it, right or wrong,
//! this reader says nothing, and the TOML parser reads it: what is read here, it reads alike.

mod reader;

use super::{File, Metadata, Named, RuleTable, Technique, Threat};
use reader::{Reader, Value};

/// Most tables have no more keys, and most files no more tables.
const COMMON_KEYS: usize = 30;

/// Reads a file; none where it is not in the plain form.
pub(super) fn read(text: &str) -> Option<File<'_>> {
    let mut reader = Reader::new(text)?;
    let mut draft = Draft {
        keys: Vec::with_capacity(COMMON_KEYS),
        tables: Vec::with_capacity(COMMON_KEYS),
        ..Draft::default()
    };
    loop {
        reader.skip_blank();
        match reader.peek() {
            None => return draft.finish(),
            Some(b'[') => draft.open(reader.header()?)?,
            Some(_) => {
                let key = reader.key()?;
                let value = reader.value(0)?;
                draft.set(key, value)?;
            }
        }
        reader.end_line()?;
    }
}

/// The table that keys belong to.
#[derive(Clone, Copy, Default)]
enum Table {
    /// None yet.
    #[default]
    Root,
    Metadata,
    Rule,
    Threat,
    Tactic,
    Technique,
    Subtechnique,
    Transform,
    /// One that nobody reads.
    Other,
}

#[derive(Default)]
struct Draft<'t> {
    table: Table,
    /// The keys of the table so far.
    keys: Vec<&'t str>,
    /// The tables that a file has once.
    tables: Vec<&'t str>,
    metadata: Metadata<'t>,
    rule: RuleTable<'t>,
}

impl<'t> Draft<'t> {
    fn open(&mut self, header: &'t str) -> Option<()> {
        self.keys.clear();
        self.table = match header {
            "[metadata]" => self.once(header, Table::Metadata)?,
            "[rule]" => self.once(header, Table::Rule)?,
            "[transform]" => self.once(header, Table::Transform)?,
            "[rule.investigation_fields]" if self.has("[rule]") => {
                self.once(header, Table::Other)?
            }
            "[[transform.investigate]]" | "[[transform.osquery]]" => {
                // They make the table where it does not stand; it may not stand after them.
                self.once("[transform]", Table::Other);
                Table::Other
            }
            "[[rule.threat]]" if self.has("[rule]") => {
                self.rule.threat.push(Threat::default());
                Table::Threat
            }
            "[rule.threat.tactic]" => {
                let threat = self.rule.threat.last_mut()?;
                if threat.tactic.replace(Named::default()).is_some() {
                    return None;
                }
                Table::Tactic
            }
            "[[rule.threat.technique]]" => {
                let threat = self.rule.threat.last_mut()?;
                threat.technique.push(Technique::default());
                Table::Technique
            }
            "[[rule.threat.technique.subtechnique]]" => {
                let technique = self.rule.threat.last_mut()?.technique.last_mut()?;
                technique.subtechnique.push(Named::default());
                Table::Subtechnique
            }
            _ => return None,
        };
        Some(())
    }

    fn has(&self, header: &str) -> bool {
        self.tables.contains(&header)
    }

    fn once(&mut self, header: &'t str, table: Table) -> Option<Table> {
        (!self.has(header)).then(|| {
            self.tables.push(header);
            table
        })
    }

    fn set(&mut self, key: &'t str, value: Value<'t>) -> Option<()> {
        if self.keys.contains(&key) {
            return None;
        }
        self.keys.push(key);
        let rule = &mut self.rule;
        match (self.table, key) {
            (Table::Root, _)
            | (Table::Rule, "filters" | "investigation_fields" | "threat")
            | (Table::Threat, "tactic" | "technique")
            | (Table::Technique, "subtechnique")
            | (Table::Transform, "investigate" | "osquery") => return None,
            (Table::Metadata, "maturity") => self.metadata.maturity = Some(value.text()?),
            (Table::Rule, "rule_id") => rule.rule_id = Some(value.text()?),
            (Table::Rule, "name") => rule.name = Some(value.text()?),
            (Table::Rule, "description") => rule.description = Some(value.text()?),
            (Table::Rule, "type") => rule.kind = Some(value.text()?),
            (Table::Rule, "language") => rule.language = Some(value.text()?),
            (Table::Rule, "query") => rule.query = Some(value.spanned()?),
            (Table::Rule, "severity") => rule.severity = Some(value.text()?),
            (Table::Rule, "risk_score") => rule.risk_score = Some(value.number()?),
            (Table::Rule, "version") => rule.version = Some(value.number()?.into()),
            (Table::Rule, "enabled") => rule.enabled = Some(value.flag()?),
            (Table::Rule, "event_category_override") => {
                rule.event_category_override = Some(value.text()?);
            }
            (Table::Rule, "index") => rule.index = value.texts()?,
            (Table::Tactic, _) => {
                rule.threat.last_mut()?.tactic.as_mut()?.set(key, value)?;
            }
            (Table::Technique | Table::Subtechnique, _) => {
                let technique = rule.threat.last_mut()?.technique.last_mut()?;
                let named = match self.table {
                    Table::Technique => &mut technique.named,
                    _ => technique.subtechnique.last_mut()?,
                };
                named.set(key, value)?;
            }
            _ => {}
        }
        Some(())
    }

    fn finish(self) -> Option<File<'t>> {
        self.has("[rule]").then_some(File {
            metadata: self.metadata,
            rule: self.rule,
        })
    }
}

impl<'t> Named<'t> {
    fn set(&mut self, key: &str, value: Value<'t>) -> Option<()> {
        match key {
            "id" => self.id = value.text()?,
            "name" => self.name = value.text()?,
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
