//! Real servers on the loopback, asked from outside; one module for each resource. One binary, so
//! that it is linked once.

mod annotations;
mod bodies;
mod check;
mod cli;
mod common;
mod connections;
mod contract;
mod dashboards;
mod errors;
mod events;
mod growth;
mod health;
mod history;
mod me;
mod otlp;
mod outside;
mod page_line;
mod pages;
mod permissions;
mod pictures;
mod poller;
mod preferences;
mod secrets;
mod security;
mod series;
mod session;
mod session_life;
mod setup;
mod shop;
mod sign_in;
mod start;
mod stream;
mod tls;
mod tokens;
mod users;
