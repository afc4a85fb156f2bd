//! SPL: from text to a plan.
