//! The path of the runtime: `::telemetry_runtime`, or the path in `crate = path`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use crate::diag::{self, Errors};

/// Path of the runtime's `__private` module.
#[derive(Clone, Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
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

/// A relative path would have another meaning inside the block of the expansion.
fn is_absolute(path: &Path) -> bool {
    path.leading_colon.is_some()
        || path
            .segments
            .first()
            .is_some_and(|segment| segment.ident == "crate")
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => tokens.extend(quote!(#path::__private)),
            None => tokens.extend(quote!(::telemetry_runtime::__private)),
        }
    }
}
