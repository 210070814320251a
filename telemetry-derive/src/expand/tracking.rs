//! Makes the compiler track the inputs of the registry check: the file and two variables.
//!
//! The expansion never contains an absolute path, so that two checkouts produce the same code. `env!`
//! inserts the folder, and only `include_bytes!` uses it. Both are in a function that is never called:
//! the compiler would store the values of constants in the library.

use proc_macro2::TokenStream;
use quote::quote;

use crate::registry::{Checked, ROOT, SWITCH};

pub(super) fn track(checked: &Checked) -> TokenStream {
    let file = checked.tracked.as_ref().map(|tracked| {
        let (variable, path) = (tracked.variable, format!("/{}", tracked.path));
        // If the root is set, `env!` tracks it. `option_env!` would store its value, which differs
        // between checkouts.
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
