//! Which numbers hang together: disjoint sets.

/// Sets of the numbers below some bound, each at first by itself; the least member stands for its set.
#[derive(Debug)]
pub(crate) struct Connected {
    /// A number nearer to the least of the set, or that itself.
    nearer: Vec<u32>,
}

impl Connected {
    pub(crate) fn new(numbers: usize) -> Connected {
        Connected { nearer: (0..numbers as u32).collect() }
    }

    /// Makes one set of the two in which these stand.
    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.least(a), self.least(b));
        self.nearer[a.max(b) as usize] = a.min(b);
    }

    /// The least number of the set in which this one stands. O(log n) amortised.
    pub(crate) fn least(&mut self, mut number: u32) -> u32 {
        while self.nearer[number as usize] != number {
            let skipped = self.nearer[self.nearer[number as usize] as usize];
            self.nearer[number as usize] = skipped;
            number = skipped;
        }
        number
    }
}
