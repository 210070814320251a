//! Generates the code of a wire enum.

use proc_macro2::TokenStream;
use quote::quote;

use super::fields;
use crate::model::{Enum, Variant};

pub(crate) fn enumeration(item: &Enum) -> TokenStream {
    let Enum {
        ident, crate_path, ..
    } = item;
    let inherent = inherent(item);
    let wire_enum = wire_enum(item);
    let field = field(item);
    let parse = parse(item);
    quote! {
        #[allow(deprecated)]
        const _: () = {
            use #crate_path as __p;
            #inherent
            #wire_enum
            #parse
            #field
            #[automatically_derived]
            impl __p::ClosedField for #ident {}
        };
    }
}

fn inherent(item: &Enum) -> TokenStream {
    let Enum { ident, vis, .. } = item;
    let variants = item.variants.iter().map(|variant| &variant.ident);
    let wires = item.variants.iter().map(|variant| &variant.wire);
    let from_wire = item.fallback().map(|fallback| {
        let (variant, wire) = (&fallback.ident, &fallback.wire);
        let docs =
            format!("The variant with this wire value, or the one with `{wire}` if there is none.");
        quote! {
            #[doc = #docs]
            #[must_use]
            #vis fn from_wire(wire: &__p::Str) -> Self {
                match __p::FromStr::from_str(wire) {
                    __p::Ok(value) => value,
                    __p::Err(_) => Self::#variant,
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #ident {
            /// The wire value.
            #[must_use]
            #vis const fn as_str(&self) -> &'static __p::Str {
                match self {
                    #(Self::#variants => #wires,)*
                }
            }
            #from_wire
        }
    }
}

fn wire_enum(item: &Enum) -> TokenStream {
    let Enum {
        ident, name, docs, ..
    } = item;
    let docs = &docs.text;
    let variants = item.variants.iter().map(|variant| &variant.ident);
    let wires: Vec<_> = item.variants.iter().map(|variant| &variant.wire).collect();
    let values = item.variants.iter().map(value);
    let since = item.is_versioned().then(|| since(item));
    let quoted = wires.iter().map(|wire| format!("\"{wire}\""));
    let fallback = match item.fallback() {
        Some(fallback) => {
            let wire = &fallback.wire;
            quote!(__p::Some(#wire))
        }
        None => quote!(__p::None),
    };
    quote! {
        #[automatically_derived]
        impl __p::TelemetryEnum for #ident {
            const DESCRIPTOR: &'static __p::EnumDescriptor = &__p::enum_descriptor(
                #name,
                #docs,
                &[#(#values),*],
                #fallback,
            );
            const VALUES: &'static [&'static __p::Str] = &[#(#wires),*];
            fn quoted(&self) -> &'static __p::Str {
                match self {
                    #(Self::#variants => #quoted,)*
                }
            }
            #since
        }
    }
}

/// The descriptor of one value.
fn value(variant: &Variant) -> TokenStream {
    let (wire, docs) = (&variant.wire, &variant.docs.text);
    let since = variant.since.as_ref().map(fields::since);
    let retired = variant.retired.as_ref().map(|_| quote!(.retired()));
    quote!(__p::enum_value(#wire, #docs) #since #retired.0)
}

/// The method that returns the first schema version that may contain a value.
fn since(item: &Enum) -> TokenStream {
    let arms = item.variants.iter().filter_map(|variant| {
        let ident = &variant.ident;
        let (major, minor) = match (&variant.retired, &variant.since) {
            (Some(_), _) => return Some(quote!(Self::#ident => __p::SchemaVersion::NEVER,)),
            (None, since) => since.as_ref()?.version?,
        };
        Some(quote!(Self::#ident => __p::SchemaVersion::new(#major, #minor),))
    });
    quote! {
        fn since(&self) -> __p::SchemaVersion {
            match self {
                #(#arms)*
                _ => __p::SchemaVersion::FIRST,
            }
        }
    }
}

fn parse(item: &Enum) -> TokenStream {
    let ident = &item.ident;
    let variants = item.variants.iter().map(|variant| &variant.ident);
    let wires = item.variants.iter().map(|variant| &variant.wire);
    quote! {
        #[automatically_derived]
        impl __p::FromStr for #ident {
            type Err = __p::UnknownValueError;
            fn from_str(wire: &__p::Str) -> __p::Result<Self, __p::UnknownValueError> {
                match wire {
                    #(#wires => __p::Ok(Self::#variants),)*
                    _ => __p::Err(__p::unknown_value::<Self>()),
                }
            }
        }
    }
}

/// The traits of field types.
fn field(item: &Enum) -> TokenStream {
    let ident = &item.ident;
    let variants = item.variants.iter().map(|variant| &variant.ident);
    let positions = 0..item.variants.len();
    let sentinel = item.fallback().map(|fallback| {
        let variant = &fallback.ident;
        quote! {
            #[automatically_derived]
            impl __p::HasSentinel for #ident {
                fn sentinel() -> Self {
                    Self::#variant
                }
            }
        }
    });
    let (put, fallback_for) = if item.is_versioned() {
        let fallback_for = quote! {
            fn fallback_for(&self, schema: __p::SchemaVersion) -> __p::Option<&'static __p::Str> {
                __p::fallback_for(self, schema)
            }
        };
        (
            quote!(__p::visit_versioned(self, key, visitor);),
            fallback_for,
        )
    } else {
        let quoted = quote!(__p::TelemetryEnum::quoted(self));
        let put = quote!(__p::FieldVisitor::quoted(visitor, key, #quoted););
        (put, TokenStream::new())
    };
    quote! {
        #[automatically_derived]
        impl __p::TelemetryField for #ident {
            const TYPE: __p::FieldType =
                __p::FieldType::Enum(<Self as __p::TelemetryEnum>::DESCRIPTOR);
            fn visit<__V: __p::FieldVisitor>(&self, key: __p::Key, visitor: &mut __V) {
                #put
            }
        }
        #[automatically_derived]
        impl __p::TextField for #ident {
            fn as_text(&self) -> &__p::Str {
                self.as_str()
            }
            #fallback_for
        }
        #[automatically_derived]
        impl __p::CountKey for #ident {
            fn index(&self) -> __p::Index {
                match self {
                    #(Self::#variants => #positions,)*
                }
            }
        }
        #[automatically_derived]
        impl __p::HasDefault for #ident {
            type Value = Self;
            fn from_default(value: Self) -> Self {
                value
            }
        }
        #sentinel
    }
}
