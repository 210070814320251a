//! Generates the code of an event: the trait impl with its descriptor, and the builder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    builder, encoder,
    helper::{helper, value_call, value_fn, value_type},
    registry_check, tracking,
};
use crate::{
    model::{Event, Field, Ownership, Presence, Since},
    registry::Checked,
};

pub(crate) fn event(event: &Event, checked: Option<&Checked>) -> TokenStream {
    let Event {
        ident,
        crate_path,
        name,
        schema,
        ..
    } = event;
    let (impl_generics, ty_generics, where_clause) = event.generics.split_for_impl();
    let descriptor = descriptor(event);
    let visits = encoder::visits(event);
    let values = event.fields.iter().filter_map(|field| value(event, field));
    let builder_type = builder::declaration(event);
    let builder = builder::impls(event);
    let tracking = checked.map(tracking::track);
    let registry_check = checked.map(|checked| registry_check::checks(event, checked));
    quote! {
        #builder_type
        #[allow(deprecated, unused_imports)]
        const _: () = {
            use #crate_path as __p;
            use __p::{Unitless as _, Fallback as _, NotDefault as _};
            #(#values)*
            #[automatically_derived]
            impl #impl_generics __p::TelemetryEvent for #ident #ty_generics #where_clause {
                const EVENT_NAME: &'static __p::Str = #name;
                const SCHEMA_VERSION: &'static __p::Str = #schema;
                const DESCRIPTOR: &'static __p::EventDescriptor = &#descriptor;
                fn visit<__V: __p::FieldVisitor>(&self, __v: &mut __V) {
                    #visits
                }
            }
            #builder
            #tracking
            #registry_check
        };
    }
}

/// The function that returns a `default` or `constant`. The user's expression is expanded only here.
fn value(event: &Event, field: &Field) -> Option<TokenStream> {
    let (Presence::Default(value) | Presence::Constant(value)) = &field.presence else {
        return None;
    };
    let name = value_fn(field);
    let ty = value_type(field);
    let (impl_generics, _, where_clause) = event.generics.split_for_impl();
    // The type of a default may not use all of them.
    let lint = event.generics.lifetimes().next().map(|_| {
        quote!(#[allow(unused_lifetimes, clippy::extra_unused_lifetimes, clippy::needless_lifetimes)])
    });
    Some(quote! {
        #lint
        fn #name #impl_generics () -> #ty #where_clause {
            #value
        }
    })
}

fn descriptor(event: &Event) -> TokenStream {
    let (name, schema, docs) = (&event.name, &event.schema, &event.docs.text);
    let fields = event.fields.iter().map(field_descriptor);
    let gdpr = event.gdpr.as_ref().map(|gdpr| {
        let category = format_ident!("{}", gdpr.category);
        let purpose = &gdpr.purpose;
        quote!(.gdpr(__p::GdprCategory::#category, #purpose))
    });
    let never = (!event.never.is_empty()).then(|| {
        let bullets = &event.never;
        quote!(.never(&[#(#bullets),*]))
    });
    let limit = event.limit.as_ref().map(|limit| {
        let (events, window_secs) = (limit.events, limit.window_secs);
        quote!(.limit(#events, #window_secs))
    });
    let ownership = ownership(&event.ownership);
    quote! {
        __p::event_descriptor(#name, #schema, #docs, &[#(#fields),*]) #gdpr #never #limit #ownership.0
    }
}

fn ownership(ownership: &Ownership) -> TokenStream {
    let owner = ownership.owner.as_ref().map(|name| quote!(.owner(#name)));
    let review = ownership.review.as_ref().map(|link| quote!(.review(#link)));
    let expires = ownership.expires.as_ref().map(|day| quote!(.expires(#day)));
    quote!(#owner #review #expires)
}

fn field_descriptor(field: &Field) -> TokenStream {
    let (wire, docs) = (&field.wire, &field.docs.text);
    let kind = match &field.presence {
        Presence::Sentinel => helper(field, "OPTIONAL"),
        _ => helper(field, "REQUIRED"),
    };
    let instead = match &field.presence {
        Presence::Required | Presence::Sentinel => None,
        Presence::Default(_) | Presence::Constant(_) => {
            let (wire_value, value) = (helper(field, "default_wire_value"), value_call(field));
            Some(quote!(.or(|| #wire_value(#value))))
        }
    };
    let modifiers = modifiers(field);
    quote!(#kind.named(#wire, #docs) #instead #modifiers.0)
}

/// The parts that the descriptors of most fields do not have.
fn modifiers(field: &Field) -> TokenStream {
    let constant = matches!(field.presence, Presence::Constant(_)).then(|| quote!(.constant()));
    let free_text = field
        .free_text
        .as_ref()
        .map(|reason| quote!(.free_text(#reason)));
    let max_len = field
        .max_len
        .as_ref()
        .map(|(_, max)| quote!(.max_len(#max)));
    let range = field.range.as_ref().map(|range| {
        let (min, max) = (encoder::bound(range.min), encoder::bound(range.max));
        quote!(.range(#min, #max))
    });
    let unit = field.unit.map(|unit| {
        let variant = format_ident!("{}", unit.variant);
        quote!(.unit(__p::Unit::#variant))
    });
    let since = field.since.as_ref().map(since);
    quote!(#constant #free_text #max_len #range #unit #since)
}

/// The part of a descriptor with the version that introduced a field or a value.
pub(super) fn since(since: &Since) -> TokenStream {
    let version = &since.literal;
    quote!(.since(#version))
}
