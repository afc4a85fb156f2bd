//! Attacks for every Sysmon event.
