//! Where the runtime is: `::telemetry_runtime`, or what `crate = path` says.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use crate::diag::{self, Errors};

/// Path of the runtime's `__private` module.
#[derive(Clone, Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    pub(crate) fn of(path: Option<Path>, errors: &mut Errors) -> Self {
        let path = path.filter(|path| {
            let absolute = is_absolute(path);
            if !absolute {
                errors.push(diag::relative_crate(path));
            }
            absolute
        });
        Self(path)
    }
}

/// A relative path would mean another thing inside of the expansion's own block.
fn is_absolute(path: &Path) -> bool {
    path.leading_colon.is_some()
        || path
            .segments
            .first()
            .is_some_and(|segment| segment.ident == "crate")
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => tokens.extend(quote!(#path::__private)),
            None => tokens.extend(quote!(::telemetry_runtime::__private)),
        }
    }
}
