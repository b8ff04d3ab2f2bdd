//! What a stretch of work takes: seconds by the wall, seconds of all cores, memory.

use std::ops::AddAssign;
use std::time::Instant;

use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

/// When something began.
pub struct Clock {
    wall: Instant,
    cpu: ProcessTime,
}

/// Seconds by the wall and of all cores.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Spent {
    pub wall: f64,
    pub cpu: f64,
}

impl Clock {
    pub fn start() -> Clock {
        Clock { wall: Instant::now(), cpu: ProcessTime::now() }
    }

    pub fn spent(&self) -> Spent {
        Spent { wall: self.wall.elapsed().as_secs_f64(), cpu: self.cpu.elapsed().as_secs_f64() }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

/// Of an uneven number of values the middle one, of an even number the upper of the two; 0 of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The most memory that this process has had, in bytes, where the system tells.
pub fn peak_memory() -> Option<u64> {
    memory("VmHWM")
}

/// The memory that this process has now.
pub fn memory_now() -> Option<u64> {
    memory("VmRSS")
}

fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
