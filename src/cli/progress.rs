//! A bar by bytes read, where somebody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;

/// The bar, or nothing.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for so many bytes.
    pub fn new(terminal: &Terminal, bytes: u64) -> Progress {
        if !terminal.watched || terminal.quiet {
            return Progress(None);
        }
        let bar =
            ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(10));
        let form = match terminal.color {
            true => "{bar:40.cyan/dim} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}",
            false => "{bar:40} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Progress(Some(bar))
    }

    /// So many bytes more.
    pub fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
