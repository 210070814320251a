//! The files in which events wait until they are sent.

use crate::product::Product;

/// True if the product declares a folder for events. Then its clients can hold them there.
pub(super) const fn are_in_files(product: &Product) -> bool {
    #[cfg(feature = "spool")]
    return product.spool.is_declared();
    #[cfg(not(feature = "spool"))]
    {
        let _ = product;
        false
    }
}

/// The content of the files, their place and their limits; `None` if events are held only in memory.
pub(super) fn in_files(product: &Product) -> Option<String> {
    #[cfg(feature = "spool")]
    {
        use crate::spool::Limits;

        let folder = product.spool.described()?;
        let session = match product.session {
            true => ", the session id",
            false => "",
        };
        let days = Limits::DEFAULT.age.as_secs() / (24 * 3600);
        let mebibytes = Limits::DEFAULT.total_bytes / (1024 * 1024);
        Some(format!(
            "Events that are waiting to be sent{session} and the other fields of their requests: in memory, \
             and in files `v1-*` in `{}`{} for at most {days} days and {mebibytes} MiB. Other users of this \
             machine cannot read them. A later run of the program sends them. The program can also start \
             itself once more in the background at its end, to send them, for at most 10 s and never while \
             telemetry is off; the file `sender.lock` in the same folder prevents a second one. Older ones are \
             never sent, and a later run removes them. If you turn telemetry off, all of them are removed.",
            folder.path,
            folder.remark()
        ))
    }
    #[cfg(not(feature = "spool"))]
    {
        let _ = product;
        None
    }
}

/// A sentence for the screen of the prompt, after a space.
#[cfg(feature = "consent")]
pub(super) const fn in_short(product: &Product) -> &'static str {
    match are_in_files(product) {
        true => " Unsent events are kept in files for at most 7 days.",
        false => "",
    }
}
