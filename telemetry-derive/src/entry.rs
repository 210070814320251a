//! Runs the stages of a derive. The result is the expansion, or all errors and a stub.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Data, DeriveInput};

use crate::{check, diag, diag::Errors, expand, parse, registry, stub};

/// `#[derive(TelemetryEvent)]`
pub(crate) fn event(input: TokenStream) -> TokenStream {
    catch_panic("TelemetryEvent", input, |input| {
        let mut errors = Errors::new();
        let mut event = parse::event(input, &mut errors);
        check::event(&event, &mut errors);
        let is_valid = errors.is_empty();
        let checked = registry::check(&event, &mut errors);
        match errors.into_tokens() {
            None => expand::event(&event, checked.as_ref()),
            // Only the registry disagrees: code that uses the event still gets its real expansion.
            Some(errors) if is_valid => {
                registry::mark_documented(&mut event);
                let event = expand::event(&event, None);
                quote!(#errors #event)
            }
            Some(errors) => {
                let stub = stub::event(&event);
                quote!(#errors #stub)
            }
        }
    })
}

/// `#[derive(TelemetryFields)]`
pub(crate) fn fields(input: TokenStream) -> TokenStream {
    catch_panic("TelemetryFields", input, |input| {
        let mut errors = Errors::new();
        let part = parse::part(input, &mut errors);
        check::fields(&part, &mut errors);
        match errors.into_tokens() {
            None => expand::part(&part),
            Some(errors) => {
                let stub = stub::part(&part);
                quote!(#errors #stub)
            }
        }
    })
}

/// `#[derive(TelemetryEnum)]`
pub(crate) fn enumeration(input: TokenStream) -> TokenStream {
    catch_panic("TelemetryEnum", input, |input| {
        let mut errors = Errors::new();
        let item = parse::enumeration(input, &mut errors);
        check::enumeration(&item, &mut errors);
        match errors.into_tokens() {
            None => expand::enumeration(&item),
            Some(errors) => {
                let stub = stub::enumeration(&item);
                quote!(#errors #stub)
            }
        }
    })
}

/// Parses the input and runs `derive` on it. A parse error or a panic of the macro becomes an error
/// with the best stub that the tokens allow.
fn catch_panic(
    name: &str,
    input: TokenStream,
    derive: impl Fn(&DeriveInput) -> TokenStream,
) -> TokenStream {
    let parsed = match parse_item(input.clone()) {
        Ok(parsed) => parsed,
        Err(error) => return with_stub(&error, name, input),
    };
    catch_unwind(AssertUnwindSafe(|| derive(&parsed)))
        .unwrap_or_else(|_| with_stub(&diag::bug(name_span(&input), name), name, input))
}

/// If another crate of the build enables the feature `full` of syn, syn accepts `_` as the name of a field.
fn parse_item(input: TokenStream) -> syn::Result<DeriveInput> {
    let parsed = syn::parse2::<DeriveInput>(input)?;
    if let Data::Struct(data) = &parsed.data {
        let mut names = data.fields.iter().filter_map(|field| field.ident.as_ref());
        if let Some(name) = names.find(|name| *name == "_") {
            return Err(syn::Error::new(name.span(), "a field needs a name"));
        }
    }
    Ok(parsed)
}

fn with_stub(error: &syn::Error, name: &str, input: TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    let stub = stub::from_tokens(name, input);
    quote!(#error #stub)
}

/// The span of the item's name.
fn name_span(input: &TokenStream) -> Span {
    stub::item_name(input.clone()).map_or_else(
        || {
            let first: Option<TokenTree> = input.clone().into_iter().next();
            first.map_or_else(Span::call_site, |token| token.span())
        },
        |name| name.span(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_asks_for_a_report() {
        let code = catch_panic(
            "TelemetryEvent",
            quote!(
                struct E {
                    a: i64,
                }
            ),
            |_| panic!("oh"),
        );
        let code = code.to_string();
        assert!(code.contains("please report"), "{code}");
        assert!(code.contains("TelemetryEvent for E"), "{code}");
    }

    #[test]
    fn a_field_without_a_name_is_an_error_in_every_build() {
        let code = event(quote!(
            #[event(name = "e", schema = "1.0")]
            struct E {
                _: i64,
            }
        ));
        let code = code.to_string();
        assert!(code.contains("compile_error"), "{code}");
        assert!(code.contains("TelemetryEvent for E"), "{code}");
        assert!(!code.contains("fn _"), "{code}");
    }

    #[test]
    fn a_half_typed_struct_keeps_a_stub() {
        let code = event(quote!(pub struct E<'a> { a: &'a str, b: })).to_string();
        assert!(code.contains("compile_error"), "{code}");
        assert!(code.contains("TelemetryEvent for E"), "{code}");
    }

    #[test]
    fn expanding_twice_gives_the_same_code() {
        let input = quote! {
            #[event(name = "e", schema = "1.0")]
            struct E { #[event(required)] a: i64, #[event(default = 3)] b: i64 }
        };
        assert_eq!(event(input.clone()).to_string(), event(input).to_string());
    }
}
