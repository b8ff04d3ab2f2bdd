//! How much memory queries may hold.

use std::fmt::{self, Display, Formatter};

use datafusion::common::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// One half for those who spill when they may not grow, in equal shares, and one for all others: writers of files, merges of what was spilled.
///
/// In a pool that both share, sorts take all of it, and whoever cannot spill then fails.
#[derive(Debug)]
pub struct Halves {
    bytes: usize,
    spilling: FairSpillPool,
    others: GreedyMemoryPool,
}

impl Halves {
    pub fn of(bytes: usize) -> Halves {
        Halves { bytes, spilling: FairSpillPool::new(bytes / 2), others: GreedyMemoryPool::new(bytes / 2) }
    }

    fn half_of(&self, consumer: &MemoryConsumer) -> &dyn MemoryPool {
        if consumer.can_spill() { &self.spilling } else { &self.others }
    }
}

impl MemoryPool for Halves {
    fn name(&self) -> &str {
        "halves"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.half_of(consumer).register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.half_of(consumer).unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.half_of(reservation.consumer()).grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.half_of(reservation.consumer()).shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.half_of(reservation.consumer()).try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.spilling.reserved() + self.others.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.bytes)
    }
}

impl Display for Halves {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} MB, of which {} spill and {} do not", self.bytes >> 20, self.spilling, self.others)
    }
}
