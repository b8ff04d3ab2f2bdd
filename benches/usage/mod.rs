//! What this process has used, where the system tells.

// Each bench uses its own part of this.
#![allow(dead_code)]

/// User and system time of this process.
pub fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th fields after it, in hundredths of a second.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Vec<f64> = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / 100.0)
}

/// A number of bytes from what the system tells about this process.
pub fn status(name: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Peak memory starts anew from what is in use, so that each measurement has its own; where the system cannot, sizes in ascending order will do.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
