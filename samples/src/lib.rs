//! From a story told in Rust to EVTX bytes, so that anyone can see what is in the sample logs.
