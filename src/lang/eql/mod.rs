//! EQL: from text to a plan.
