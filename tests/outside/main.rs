//! The program as a user runs it: arguments and logs in; tables, messages and exit codes out.

mod answers;
mod collections;
mod damage;
mod folders;
mod forms;
mod golden;
mod messages;
mod options;
mod support;
mod timeline;
