//! How much memory queries may hold.

use std::fmt::{self, Display, Formatter};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use datafusion::common::{Result, resources_err};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, UnboundedMemoryPool,
};

/// One half for those who spill when they may not grow, one for the merges of what was spilled, in equal shares; others, which hold some
/// megabytes, are not limited.
///
/// In the engine's fair pool all share one: sorts take all of it, then merges as much as they can get, and whoever can do with neither less nor more
/// fails, the writer of the same query.
#[derive(Debug)]
pub struct Halves {
    spilling: FairSpillPool,
    merging: Shares,
    others: UnboundedMemoryPool,
}

impl Halves {
    pub fn of(bytes: usize) -> Halves {
        let merging = Shares { bytes: bytes / 2, consumers: AtomicUsize::new(0), reserved: AtomicUsize::new(0) };
        Halves { spilling: FairSpillPool::new(bytes / 2), merging, others: UnboundedMemoryPool::default() }
    }

    fn part_of(&self, consumer: &MemoryConsumer) -> &dyn MemoryPool {
        if consumer.can_spill() {
            &self.spilling
        } else if consumer.name().starts_with("ExternalSorterMerge") {
            &self.merging
        } else {
            &self.others
        }
    }
}

impl MemoryPool for Halves {
    fn name(&self) -> &str {
        "halves"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.part_of(consumer).register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.part_of(consumer).unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.part_of(reservation.consumer()).grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.part_of(reservation.consumer()).shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.part_of(reservation.consumer()).try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.spilling.reserved() + self.merging.reserved() + self.others.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(2 * self.merging.bytes)
    }
}

impl Display for Halves {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "--memory {}: {}, {}", (2 * self.merging.bytes) >> 20, self.spilling, self.merging)
    }
}

/// An equal share for each, whatever the others have taken.
#[derive(Debug)]
struct Shares {
    bytes: usize,
    consumers: AtomicUsize,
    reserved: AtomicUsize,
}

impl MemoryPool for Shares {
    fn name(&self) -> &str {
        "shares"
    }

    fn register(&self, _: &MemoryConsumer) {
        self.consumers.fetch_add(1, Relaxed);
    }

    fn unregister(&self, _: &MemoryConsumer) {
        self.consumers.fetch_sub(1, Relaxed);
    }

    fn grow(&self, _: &MemoryReservation, additional: usize) {
        self.reserved.fetch_add(additional, Relaxed);
    }

    fn shrink(&self, _: &MemoryReservation, shrink: usize) {
        self.reserved.fetch_sub(shrink, Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let share = self.bytes / self.consumers.load(Relaxed).max(1);
        if reservation.size() + additional > share {
            return resources_err!(
                "{} holds {} bytes and would need {additional} more: {self}",
                reservation.consumer().name(),
                reservation.size()
            );
        }
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.reserved.load(Relaxed)
    }
}

impl Display for Shares {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} merges share {} MB", self.consumers.load(Relaxed), self.bytes >> 20)
    }
}
