//! Makes the compiler track what the registry check depends on: the file and the two switches.
//!
//! No absolute path is written: two checkouts must give the same code. The folder is named through
//! `env!`, and its value does not outlive the `include_bytes!` around it. That stands in a function
//! that nobody calls, since the values of constants are stored in a library.

use proc_macro2::TokenStream;
use quote::quote;

use crate::registry::{Checked, ROOT, SWITCH};

pub(super) fn track(checked: &Checked) -> TokenStream {
    let file = checked.tracked.as_ref().map(|tracked| {
        let (variable, path) = (tracked.variable, format!("/{}", tracked.path));
        // A root that is set is tracked by its `env!`; as a value it would differ by checkout.
        let root = (variable != ROOT).then(|| quote!(let _ = __p::option_env!(#ROOT);));
        quote! {
            #root
            let _ = __p::include_bytes!(__p::concat!(__p::env!(#variable), #path));
        }
    });
    quote! {
        #[allow(dead_code)]
        #[inline(never)]
        fn __tracked() {
            let _ = __p::option_env!(#SWITCH);
            #file
        }
    }
}
