use std::sync::atomic::{AtomicU64, Ordering};

/// The one word that lets a walk run a check without taking its lock.
///
/// ```text
///                     CAS, by a walk
///            [ Quick n ] ----------> [ Walked n ]     a walk polls the check
///              ^  |  ^                 |       |
///              |  |  +-----------------+       |
///              |  |    CAS, by that walk,      |
///              |  |    after a pass            |
///              |  | swap                       | swap: the walk's run becomes
///              |  v                            v run n, which can be joined
///            [           Slow n                  ]    look into the state
/// ```
///
/// Steps to `Slow` and from it are taken under the checker's lock only, the two others without it.
/// `n` is the number of the run: it never comes again once the run is lost to somebody who took
/// over, so a walk that comes back from a long block cannot take another walk's run for its own.
pub(crate) struct Word<A = AtomicU64>(A);

/// What a lock holder found, who took the word off the quick way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Slow,
    Quick,
    /// A walk runs the check, as the run of this number.
    Walked(u64),
}

const SLOW: u64 = 0;
const QUICK: u64 = 1;
const WALKED: u64 = 2;

/// The atomic that the word is made of: `std`'s, or that of a checker of interleavings.
pub(crate) trait Atomic {
    fn new(value: u64) -> Self;
    fn load(&self, order: Ordering) -> u64;
    fn store(&self, value: u64, order: Ordering);
    fn swap(&self, value: u64, order: Ordering) -> u64;
    fn exchange(&self, current: u64, new: u64, order: Ordering) -> bool;
}

macro_rules! atomic {
    ($atomic:ty) => {
        impl Atomic for $atomic {
            fn new(value: u64) -> Self {
                Self::new(value)
            }

            fn load(&self, order: Ordering) -> u64 {
                self.load(order)
            }

            fn store(&self, value: u64, order: Ordering) {
                self.store(value, order);
            }

            fn swap(&self, value: u64, order: Ordering) -> u64 {
                self.swap(value, order)
            }

            fn exchange(&self, current: u64, new: u64, order: Ordering) -> bool {
                self.compare_exchange(current, new, order, Ordering::Relaxed).is_ok()
            }
        }
    };
}

atomic!(AtomicU64);

impl<A: Atomic> Word<A> {
    pub(crate) fn new() -> Self {
        Self(A::new(SLOW))
    }

    /// Takes the one run of a quick check; returns its number.
    pub(crate) fn begin(&self) -> Option<u64> {
        let word = self.0.load(Ordering::Relaxed);
        let (state, number) = (word & 3, word >> 2);
        // Acquire: what the run before did, on whatever thread, is there for this one.
        (state == QUICK && self.0.exchange(word, number << 2 | WALKED, Ordering::Acquire))
            .then_some(number)
    }

    /// Gives the run back after a pass; false if somebody has looked meanwhile, so that the pass
    /// must be settled under the lock.
    pub(crate) fn end(&self, number: u64) -> bool {
        // Release: what this run did is there for the next one.
        self.0.exchange(number << 2 | WALKED, number << 2 | QUICK, Ordering::Release)
    }

    /// Takes the check off the quick way. Under the lock.
    pub(crate) fn slow(&self) -> Found {
        // Only a holder of the lock leaves `Slow`, and it leaves a number that only it may change.
        let word = self.0.load(Ordering::Relaxed);
        if word & 3 == SLOW {
            return Found::Slow;
        }
        let number = word >> 2;
        match self.0.swap(number << 2 | SLOW, Ordering::Acquire) & 3 {
            WALKED => Found::Walked(number),
            _ => Found::Quick,
        }
    }

    /// Puts the check on the quick way, after the run of this number. Under the lock.
    pub(crate) fn quick(&self, number: u64) {
        self.0.store(number << 2 | QUICK, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use loom::{
        cell::UnsafeCell,
        sync::{Arc, Mutex, atomic},
        thread,
    };

    use super::*;

    atomic!(atomic::AtomicU64);

    /// A check as the word sees it: its place, which one run at a time may use, and the rest of its
    /// state under a lock.
    struct Check {
        word: Word<atomic::AtomicU64>,
        place: UnsafeCell<u32>,
        state: Mutex<State>,
    }

    #[derive(Default)]
    struct State {
        number: u64,
        out: Option<u64>,
        joined: u32,
        told: u32,
    }

    impl Check {
        /// A check on the quick way.
        fn quick() -> Arc<Self> {
            let (word, state) = (Word::new(), State { number: 7, ..State::default() });
            word.quick(7);
            Arc::new(Self { word, place: UnsafeCell::new(0), state: Mutex::new(state) })
        }

        /// Fails the test if two runs can be there at once.
        fn run(&self) {
            self.place.with_mut(|_| ());
        }

        fn locked<T>(&self, decide: impl FnOnce(&mut State) -> T) -> T {
            let mut state = self.state.lock().unwrap();
            if let Found::Walked(number) = self.word.slow() {
                assert_eq!(state.out.replace(number), None);
            }
            decide(&mut state)
        }

        /// Ends a run; a lost one is nobody's. The check is well again if it `passes`.
        fn settle(&self, number: u64, passes: bool) {
            self.locked(|state| {
                if state.out.take_if(|out| *out == number).is_some() {
                    state.told += std::mem::take(&mut state.joined);
                }
                if passes && state.out.is_none() {
                    self.word.quick(state.number);
                }
            });
        }

        fn walk(&self, passes: bool) {
            let Some(number) = self.word.begin() else { return };
            self.run();
            if !(passes && self.word.end(number)) {
                self.settle(number, passes);
            }
        }

        /// Joins the run that is out, or leads one.
        fn ask(&self) {
            let leads = self.locked(|state| {
                if state.out.is_some() {
                    state.joined += 1;
                    return None;
                }
                state.number += 1;
                state.out = Some(state.number);
                state.out
            });
            if let Some(number) = leads {
                self.run();
                self.settle(number, true);
            }
        }
    }

    /// Tries every interleaving of these threads that the memory model allows: of two of them all,
    /// of three those with at most two preemptions, because of all there are too many.
    fn every_interleaving(threads: &'static [fn(&Arc<Check>)]) {
        interleavings((threads.len() > 2).then_some(2), threads);
    }

    fn interleavings(preemptions: Option<usize>, threads: &'static [fn(&Arc<Check>)]) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = preemptions;
        model.check(move || {
            let check = Check::quick();
            let spawn = |work: &'static fn(&Arc<Check>)| {
                let check = check.clone();
                thread::spawn(move || work(&check))
            };
            for thread in threads.iter().map(spawn).collect::<Vec<_>>() {
                thread.join().unwrap();
            }
            check.locked(|state| {
                assert_eq!(state.out, None, "a run is out for ever");
                assert_eq!(state.joined, 0, "somebody who joined is never told");
            });
        });
    }

    #[test]
    fn walks_never_overlap() {
        every_interleaving(&[|check| check.walk(true), |check| check.walk(true)]);
        every_interleaving(&[|check| check.walk(false), |check| check.walk(true)]);
    }

    #[test]
    fn who_asks_during_a_walk_joins_it_and_is_told() {
        every_interleaving(&[|check| check.walk(true), |check| check.ask()]);
        every_interleaving(&[|check| check.walk(false), |check| check.ask()]);
        every_interleaving(&[|check| check.walk(true), |check| check.ask(), |check| check.ask()]);
        every_interleaving(&[
            |check| check.walk(true),
            |check| check.walk(true),
            |check| check.ask(),
        ]);
    }

    /// The run of a walk that is blocked is taken over. When it comes back, its number is nobody's.
    #[test]
    fn a_walk_that_comes_back_late_takes_no_other_for_its_own() {
        let threads: &'static [fn(&Arc<Check>)] = &[
            |check| {
                // It has begun long ago and uses the place no more.
                let Some(number) = check.word.begin() else { return };
                if !check.word.end(number) {
                    check.settle(number, true);
                }
            },
            |check| {
                let number = check.locked(|state| {
                    state.number += 1;
                    state.out = Some(state.number);
                    state.number
                });
                check.settle(number, true);
                let other = check.clone();
                let other = thread::spawn(move || other.walk(true));
                check.walk(true);
                other.join().unwrap();
            },
        ];
        interleavings(Some(3), threads);
    }
}
