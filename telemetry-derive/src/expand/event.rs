//! Generates the code of an event: the trait impl with its descriptor, and the builder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{builder, encoder, fields, helper, registry_check, tracking};
use crate::{
    model::{Event, Ownership},
    registry::Checked,
    wire,
};

pub(crate) fn event(event: &Event, checked: Option<&Checked>) -> TokenStream {
    let Event { item, schema, .. } = event;
    let (ident, crate_path) = (&item.ident, &item.crate_path);
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    let descriptor = descriptor(event);
    let visits = encoder::visits(item);
    let values = fields::values(item);
    let of_parts = fields::of_parts(item, schema, event.registry.is_some());
    let item_checks = fields::item_checks(item, schema, event.registry.is_some());
    let builder_type = builder::declaration(item);
    let builder = builder::impls(item);
    let imports = helper::imports();
    let tracking = checked.map(tracking::track);
    let registry_check = checked.map(|checked| registry_check::checks(event, checked));
    quote! {
        #builder_type
        #[allow(deprecated, unused_imports)]
        const _: () = {
            use #crate_path as __p;
            #imports
            #values
            #of_parts
            #item_checks
            #[automatically_derived]
            impl #impl_generics __p::TelemetryEvent for #ident #ty_generics #where_clause {
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

fn descriptor(event: &Event) -> TokenStream {
    let (name, schema, docs) = (&event.name, &event.schema, &event.item.docs.text);
    let fields = fields::list(&event.item);
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
    let place = wire::ident_name(&event.item.ident);
    quote! {
        __p::placed!(
            #place: __p::event_descriptor(#name, #schema, #docs, #fields)
                #gdpr #never #limit #ownership
        )
    }
}

fn ownership(ownership: &Ownership) -> TokenStream {
    let owner = ownership.owner.as_ref().map(|name| quote!(.owner(#name)));
    let review = ownership.review.as_ref().map(|link| quote!(.review(#link)));
    let expires = ownership.expires.as_ref().map(|day| quote!(.expires(#day)));
    quote!(#owner #review #expires)
}
