//! What goes wrong when.

use std::path::Path;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Every one.
    Any,
    /// Listing the refs in order to read.
    RefsForFetch,
    /// Asking for objects.
    Fetch,
    /// Listing the refs in order to push.
    RefsForPush,
    /// Sending objects and moving refs.
    Push,
    /// What is none of Git's.
    Other,
}

impl On {
    pub(super) fn matches(self, request: Self) -> bool {
        self == Self::Any || self == request
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This HTTP status, with a sentence as text.
    Status(u16),
    /// This HTTP status with `Retry-After`, in seconds.
    RetryAfter(u16, u32),
    /// A web page of one line where Git should answer, with status 200.
    LoginPage,
    /// A redirect to a web page.
    RedirectToLogin,
    /// Redirects without end.
    RedirectLoop,
    /// The connection ends before a byte of the answer.
    Cut,
    /// The connection ends after so many bytes of the answer's body.
    CutAfter(u64),
    /// The connection ends after so many bytes of the request's body were read; git never sees it.
    CutRequestAfter(u64),
    /// Nothing is answered until the server stops or `release_stalled` is called.
    Stall,
    /// Git does it all, and the connection ends before a byte of the answer.
    LoseAnswer,
    /// So many bytes of the answer in a second.
    Slow(u64),
}

pub(super) type Action = Box<dyn FnOnce(&Path) + Send>;

/// The faults and actions to come.
#[derive(Default)]
pub(super) struct Plan {
    faults: Vec<(usize, On, Fault)>,
    actions: Vec<(On, Action)>,
    /// How often stalled requests were let go.
    pub(super) releases: usize,
}

impl Plan {
    pub(super) fn add(&mut self, times: usize, on: On, fault: Fault) {
        self.faults.push((times, on, fault));
    }

    pub(super) fn add_action(&mut self, on: On, action: Action) {
        self.actions.push((on, action));
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    /// The first fault that is planned for such a request; it counts as used.
    pub(super) fn take_fault(&mut self, request: On) -> Option<Fault> {
        let at = self.faults.iter().position(|(left, on, _)| *left > 0 && on.matches(request))?;
        self.faults[at].0 -= 1;
        Some(self.faults[at].2.clone())
    }

    pub(super) fn take_action(&mut self, request: On) -> Option<Action> {
        let at = self.actions.iter().position(|(on, _)| on.matches(request))?;
        Some(self.actions.remove(at).1)
    }
}
