//! Expressions: typed, checked and folded.

use super::fold::{constant, fold, is_null, join, not};
use super::types::Type;
use super::{Lowering, Typed, fold};
use crate::diag::Diagnostic;
use crate::lang::eql::ast::{Node, NodeKind, Span};
use crate::lang::functions::{self, Function};
use crate::lang::pattern::{Pattern, RegexPattern};
use crate::lang::plan::{Case, Expr};
use crate::model::value::Value;

impl Lowering<'_> {
    pub(super) fn expr(&mut self, node: &Node) -> Result<Typed, Diagnostic> {
        let span = node.span.clone();
        let value = |value: Value| Typed {
            ty: Type::of_value(&value),
            expr: Expr::Const(value),
            span: node.span.clone(),
        };
        Ok(match &node.kind {
            NodeKind::Null => value(Value::Null),
            NodeKind::Bool(truth) => value(Value::Bool(*truth)),
            NodeKind::Int(number) => value(Value::Int(*number)),
            NodeKind::Float(number) => value(Value::Float(*number)),
            NodeKind::Str(text) => value(Value::str(&**text)),
            NodeKind::Field(field) => {
                let (id, ty) = self.field(field, &span)?;
                let expr = Expr::Field(id);
                Typed { expr, ty, span }
            }
            NodeKind::Not(inner) => {
                let inner = self.truth(inner, "not")?;
                truth_value(not(inner.expr), span)
            }
            NodeKind::And(parts) => {
                let parts = self.truths(parts, "and")?;
                truth_value(join(parts, true), span)
            }
            NodeKind::Or(parts) => {
                let parts = self.truths(parts, "or")?;
                truth_value(join(parts, false), span)
            }
            NodeKind::Compare { op, sides } => {
                let [left, right] = sides.as_ref();
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                truth_value(super::compare::compare(*op, left, right)?, span)
            }
            NodeKind::Arithmetic { op, sides } => {
                let [left, right] = sides.as_ref();
                let (left, right) = (self.number(left)?, self.number(right)?);
                let ty = match (left.ty, right.ty) {
                    (Type::Integer, Type::Integer) => Type::Integer,
                    _ => Type::Number,
                };
                let expr = match is_null(&left.expr) || is_null(&right.expr) {
                    true => fold::NULL,
                    false => fold(Expr::Arithmetic {
                        op: *op,
                        sides: Box::new([left.expr, right.expr]),
                    }),
                };
                Typed { expr, ty, span }
            }
            NodeKind::Negate(inner) => {
                let inner = self.number(inner)?;
                let expr = fold(Expr::Negate(Box::new(inner.expr)));
                let ty = inner.ty;
                Typed { expr, ty, span }
            }
            NodeKind::In { value, list, case } => {
                let value = self.expr(value)?;
                let list = self.exprs(list)?;
                truth_value(super::compare::within(value, list, *case)?, span)
            }
            NodeKind::Match {
                value,
                operator,
                regex,
                case,
                list,
            } => {
                let value = self.expr(value)?;
                let expr = match_text(value, operator, *regex, *case, list)?;
                truth_value(expr, span)
            }
            NodeKind::Call {
                name,
                name_span,
                case,
                args,
            } => {
                let function = known(name, name_span, *case)?;
                let args = self.exprs(args)?;
                check(function, &args, &span)?;
                let ty = Type::given(function.gives);
                let expr = call(function, args, *case)?;
                Typed { expr, ty, span }
            }
        })
    }

    fn number(&mut self, node: &Node) -> Result<Typed, Diagnostic> {
        let typed = self.expr(node)?;
        match typed.ty {
            Type::Null | Type::Unknown | Type::Integer | Type::Number => Ok(typed),
            other => Err(Diagnostic::new(
                format!("arithmetic needs numbers, but this is {}", other.name()),
                typed.span,
            )),
        }
    }

    fn exprs(&mut self, nodes: &[Node]) -> Result<Vec<Typed>, Diagnostic> {
        let mut exprs = Vec::with_capacity(nodes.len());
        for node in nodes {
            exprs.push(self.expr(node)?);
        }
        Ok(exprs)
    }

    fn truths(&mut self, nodes: &[Node], operator: &str) -> Result<Vec<Expr>, Diagnostic> {
        let mut truths = Vec::with_capacity(nodes.len());
        for node in nodes {
            truths.push(self.truth(node, operator)?.expr);
        }
        Ok(truths)
    }

    fn truth(&mut self, node: &Node, operator: &str) -> Result<Typed, Diagnostic> {
        let typed = self.expr(node)?;
        match typed.ty {
            Type::Null | Type::Unknown | Type::Boolean => Ok(typed),
            other => Err(Diagnostic::new(
                format!(
                    "`{operator}` needs conditions, but this is {}",
                    other.name()
                ),
                typed.span,
            )),
        }
    }
}

fn truth_value(expr: Expr, span: Span) -> Typed {
    let ty = Type::Boolean;
    Typed { expr, ty, span }
}

/// `:`, `like` and `regex`.
fn match_text(
    value: Typed,
    operator: &str,
    regex: bool,
    case: Case,
    list: &[Node],
) -> Result<Expr, Diagnostic> {
    if !matches!(value.ty, Type::Null | Type::Unknown | Type::Text) {
        let message = format!(
            "`{operator}` compares texts, but this is {}",
            value.ty.name()
        );
        return Err(Diagnostic::new(message, value.span).hint("compare with `==`"));
    }
    let constant = |item: &&Node| matches!(item.kind, NodeKind::Str(_) | NodeKind::Null);
    if let Some(item) = list.iter().find(|item| !constant(item)) {
        let message = format!("`{operator}` compares with texts only");
        return Err(Diagnostic::new(message, item.span.clone()).hint("compare with `==`"));
    }
    let texts = list.iter().filter_map(|item| match &item.kind {
        NodeKind::Str(text) => Some((text, &item.span)),
        _ => None,
    });
    if texts.clone().next().is_none() || is_null(&value.expr) {
        return Ok(fold::NULL);
    }
    let value = Box::new(value.expr);
    if !regex {
        let mut patterns = Vec::with_capacity(list.len());
        patterns.extend(texts.map(|(text, _)| Pattern::wildcard(text)));
        return Ok(fold(Expr::Text {
            value,
            patterns,
            case,
        }));
    }
    let patterns = texts.map(|(text, span)| {
        let pattern = RegexPattern::new(text, case);
        pattern.map_err(|error| Diagnostic::new(error.message, span.clone()))
    });
    let patterns = patterns.collect::<Result<_, _>>()?;
    Ok(fold(Expr::Regex { value, patterns }))
}

/// The function of a name, if the query may call it so.
fn known(name: &str, span: &Span, case: Case) -> Result<&'static Function, Diagnostic> {
    let Some(function) = functions::named(name) else {
        let wrong = Diagnostic::new(format!("unknown function `{name}`"), span.clone());
        return Err(match name.to_ascii_lowercase().as_str() {
            "wildcard" => wrong.hint("write `field like \"pattern\"`, or `:` to ignore case"),
            "match" | "matchlite" => wrong.hint("write `field regex \"pattern\"`"),
            "arraycontains" | "arraysearch" | "arraycount" => {
                wrong.hint("a comparison with an array field asks whether any value matches")
            }
            _ => match functions::nearest(name) {
                Some(nearest) => wrong.hint(format!("did you mean `{nearest}`?")),
                None => wrong,
            },
        });
    };
    if case == Case::Insensitive && !function.folds_case {
        let message = format!("`{}` has no form that ignores letter case", function.name);
        return Err(Diagnostic::new(message, span.clone()).hint("leave the `~` away"));
    }
    Ok(function)
}

/// Whether the arguments are as many as the function takes, and of what it takes.
fn check(function: &Function, args: &[Typed], span: &Span) -> Result<(), Diagnostic> {
    let params = function.params;
    let least = params.iter().filter(|param| !param.optional).count();
    let most = if function.variadic {
        usize::MAX
    } else {
        params.len()
    };
    if !(least..=most).contains(&args.len()) {
        let takes = match (least, most) {
            (1, usize::MAX) => "one argument or more".to_owned(),
            (least, usize::MAX) => format!("{least} arguments or more"),
            (1, 1) => "one argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        let message = format!("`{}` takes {takes}, not {}", function.name, args.len());
        return Err(Diagnostic::new(message, span.clone()));
    }
    for (at, arg) in args.iter().enumerate() {
        let param = params[at.min(params.len() - 1)];
        if !arg.ty.suits(param.kind) {
            let message = format!(
                "`{}` takes {} as its {}, but this is {}",
                function.name,
                Type::given(param.kind).name(),
                param.name,
                arg.ty.name()
            );
            return Err(Diagnostic::new(message, arg.span.clone()));
        }
    }
    Ok(())
}

/// The call, computed where it can be.
fn call(function: &'static Function, args: Vec<Typed>, case: Case) -> Result<Expr, Diagnostic> {
    if function.name == "cidrMatch" {
        for net in &args[1..] {
            match constant(&net.expr) {
                Some(Value::Null) => {}
                Some(Value::Str(text)) if functions::parse_net(text).is_some() => {}
                Some(Value::Str(text)) => {
                    let message = format!("`{text}` is no net");
                    return Err(Diagnostic::new(message, net.span.clone())
                        .hint("a net is written 10.0.0.0/8 or fe80::/10"));
                }
                _ => {
                    let message = "`cidrMatch` takes constant nets only";
                    return Err(Diagnostic::new(message, net.span.clone()));
                }
            }
        }
    }
    let needed_null = args.iter().enumerate().any(|(at, arg)| {
        let param = function.params[at.min(function.params.len() - 1)];
        is_null(&arg.expr) && !param.optional && !tolerates_null(function, at)
    });
    if needed_null {
        return Ok(fold::NULL);
    }
    let text = args.first().and_then(|arg| constant(&arg.expr)).cloned();
    let first = args.first().map(|arg| arg.span.clone());
    let args = args.into_iter().map(|arg| arg.expr).collect();
    let folded = fold(Expr::Call {
        function,
        args,
        case,
    });
    match (text, first) {
        (Some(Value::Str(text)), Some(span)) if function.name == "number" && is_null(&folded) => {
            let message = format!("`{text}` is no number of that base");
            Err(Diagnostic::new(message, span))
        }
        _ => Ok(folded),
    }
}

/// `substring(text, null)` starts at the start.
fn tolerates_null(function: &Function, at: usize) -> bool {
    function.name == "substring" && at == 1
}
