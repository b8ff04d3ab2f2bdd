//! The peers in Python: `peers.py`, in an environment of its own beside the build.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde::Deserialize;

use crate::run::output;

pub const TOOLS: [&str; 2] = ["datasketch", "rensa"];

#[derive(Clone, Debug, Deserialize)]
pub struct Python {
    python: PathBuf,
    pub versions: BTreeMap<String, String>,
}

impl Python {
    /// Makes the environment, or finds it made.
    pub fn prepare() -> Result<Python> {
        output(Command::new("python3").arg(script()).arg("--prepare").arg(package().join("target").join("python")))
    }

    /// To be given a job.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(script());
        command
    }
}

fn script() -> PathBuf {
    package().join("peers.py")
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
