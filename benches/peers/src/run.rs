//! Jobs to outcomes: each in a process of its own, in turns, so that what else the machine does falls on all alike.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::clock::{Spent, median};
use crate::job::{Job, Outcome, Task};
use crate::python::{self, Python};

pub struct Runner {
    program: PathBuf,
    python: Option<Python>,
    rounds: usize,
}

impl Runner {
    pub fn new(python: Option<Python>, rounds: usize) -> Result<Runner> {
        Ok(Runner { program: std::env::current_exe()?, python, rounds })
    }

    /// The outcome of each job, times in the median of the rounds; none where a tool is not here.
    pub fn run(&self, jobs: &[Job]) -> Result<Vec<Option<Outcome>>> {
        let mut outcomes: Vec<Vec<Outcome>> = jobs.iter().map(|_| Vec::new()).collect();
        for round in 0..self.rounds {
            for (job, outcomes) in jobs.iter().zip(&mut outcomes) {
                // Estimates are the same each time.
                if round == 0 || job.task != Task::Estimates {
                    outcomes.extend(self.process(job)?);
                }
            }
        }
        Ok(outcomes.into_iter().map(in_the_median).collect())
    }

    fn process(&self, job: &Job) -> Result<Option<Outcome>> {
        let mut command = if python::TOOLS.contains(&job.tool.as_str()) {
            let Some(python) = &self.python else { return Ok(None) };
            python.command()
        } else {
            let mut command = Command::new(&self.program);
            command.arg("--job");
            command
        };
        command.arg(serde_json::to_string(job)?).env("RAYON_NUM_THREADS", job.threads.to_string());
        output(&mut command).with_context(|| format!("{}, {:?}", job.tool, job.task)).map(Some)
    }
}

/// What a process prints, read as JSON.
pub fn output<T: serde::de::DeserializeOwned>(command: &mut Command) -> Result<T> {
    let program = Path::new(command.get_program()).to_owned();
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {}", program.display()))?;
    ensure!(output.status.success(), "{} ended with {}", program.display(), output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("{} printed something else than JSON", program.display()))
}

fn in_the_median(mut outcomes: Vec<Outcome>) -> Option<Outcome> {
    let of = |value: fn(&Outcome) -> f64| median(outcomes.iter().map(value));
    let spent = Spent { wall: of(|outcome| outcome.spent.wall), cpu: of(|outcome| outcome.spent.cpu) };
    let last = outcomes.pop()?;
    Some(Outcome { spent, ..last })
}
