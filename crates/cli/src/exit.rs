//! The exit codes that scripts may rely on.

use syncline_sync::ErrorKind;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Done, and conflicts or problems are held.
    Held = 1,
    /// Wrong usage.
    Usage = 2,
    /// Refused, nothing changed.
    Refused = 3,
    /// The remote refused a push.
    PushRefused = 4,
    /// Sign-in failed, or no right to read.
    SignIn = 5,
    /// The remote could not be reached, found or trusted.
    Unreachable = 6,
    /// The repository or a file is damaged.
    Damaged = 7,
    /// A defect of ours.
    Defect = 70,
    /// Stopped by Ctrl-C or the like.
    Stopped = 130,
}

impl Exit {
    /// [`Exit::Held`] where something is held.
    pub(crate) fn held_if(held: bool) -> Self {
        if held { Self::Held } else { Self::Done }
    }

    /// What went wrong, in one word for programs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Held => "held",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::PushRefused => "push-refused",
            Self::SignIn => "sign-in",
            Self::Unreachable => "unreachable",
            Self::Damaged => "damaged",
            Self::Defect => "defect",
            Self::Stopped => "stopped",
        }
    }

    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Usage => Self::Usage,
            ErrorKind::Refused => Self::Refused,
            ErrorKind::PushRefused => Self::PushRefused,
            ErrorKind::SignIn => Self::SignIn,
            ErrorKind::Unreachable => Self::Unreachable,
            ErrorKind::Damaged => Self::Damaged,
            ErrorKind::Defect => Self::Defect,
        }
    }
}
