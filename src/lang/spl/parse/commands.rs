//! The arguments of `stats`, `rename` and `convert`.

use super::Parser;
use crate::lang::plan::Op;
use crate::lang::spl::ast::{Aggregate, Ctime, Name, Rename, Stats};
use crate::lang::spl::error::Error;
use crate::lang::spl::lex::Kind;

impl Parser<'_> {
    /// `count min(_time) AS firstTime BY dest, user`
    pub(super) fn stats(&mut self) -> Result<Stats, Error> {
        let mut aggregates = Vec::new();
        while !self.at_end() && !self.is_keyword("by") {
            aggregates.push(self.aggregate()?);
            self.take(Kind::Comma);
        }
        if aggregates.is_empty() {
            return Err(self.unexpected("an aggregate like count"));
        }
        let mut by = Vec::new();
        if self.keyword("by") {
            by.push(self.name("a field to group by")?);
            loop {
                let comma = self.take(Kind::Comma);
                if self.at_end() && !comma {
                    break;
                }
                by.push(self.name("a field to group by")?);
                self.refuse_option()?;
            }
        }
        Ok(Stats { aggregates, by })
    }

    fn aggregate(&mut self) -> Result<Aggregate, Error> {
        let function = self.name("an aggregate like count")?;
        self.refuse_option()?;
        let mut field = None;
        if self.take(Kind::Open) {
            let argument = self.name("a field")?;
            if self.peek() == Some(Kind::Open) {
                let what = format!("\"{}\" inside an aggregate", argument.text);
                return Err(Error::not_supported(what, argument.span));
            }
            self.expect(Kind::Close, "a closing parenthesis")?;
            field = Some(argument);
        }
        let rename = self.alias()?;
        Ok(Aggregate {
            function,
            field,
            rename,
        })
    }

    /// `Computer AS dest, User AS user`
    pub(super) fn rename(&mut self) -> Result<Vec<Rename>, Error> {
        let mut renames = Vec::new();
        loop {
            let from = self.name("a field to rename")?;
            if !self.keyword("as") {
                return Err(self.unexpected("AS and a new name"));
            }
            let to = self.name("a new name")?;
            renames.push(Rename { from, to });
            let comma = self.take(Kind::Comma);
            if self.at_end() && !comma {
                return Ok(renames);
            }
        }
    }

    /// `timeformat="%Y" ctime(firstTime) AS first`
    pub(super) fn convert(&mut self) -> Result<Vec<Ctime>, Error> {
        let mut format = None;
        let mut conversions = Vec::new();
        while !self.at_end() {
            let function = self.name("a conversion like ctime(field)")?;
            if self.take(Kind::Compare(Op::Eq)) {
                if !function.text.eq_ignore_ascii_case("timeformat") {
                    let what = format!("the option \"{}\"", function.text);
                    return Err(Error::not_supported(what, function.span));
                }
                format = Some(self.name("a format of times")?);
                continue;
            }
            if !function.text.eq_ignore_ascii_case("ctime") {
                let what = format!("the conversion \"{}\"", function.text);
                return Err(Error::not_supported(what, function.span));
            }
            self.expect(Kind::Open, "a field in parentheses")?;
            let field = self.name("a field")?;
            self.expect(Kind::Close, "a closing parenthesis")?;
            let rename = self.alias()?;
            self.take(Kind::Comma);
            conversions.push(Ctime {
                format: format.clone(),
                field,
                rename,
            });
        }
        if conversions.is_empty() {
            return Err(self.unexpected("a conversion like ctime(field)"));
        }
        Ok(conversions)
    }

    fn alias(&mut self) -> Result<Option<Name>, Error> {
        if self.keyword("as") {
            return self.name("a new name").map(Some);
        }
        Ok(None)
    }

    /// `delim=":"`, `allnum=true`: what was read as a name is an option.
    fn refuse_option(&self) -> Result<(), Error> {
        let name = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        match (name, self.peek()) {
            (Some(name), Some(Kind::Compare(_) | Kind::DoubleEqual)) => Err(Error::not_supported(
                "an option of stats",
                name.span.clone(),
            )),
            _ => Ok(()),
        }
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(Kind::Pipe))
    }
}
