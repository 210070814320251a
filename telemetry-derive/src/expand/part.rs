//! Generates the code of a part: the trait impl and the builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::{builder, encoder, fields, helper};
use crate::model::Struct;

pub(crate) fn part(item: &Struct) -> TokenStream {
    let (ident, crate_path) = (&item.ident, &item.crate_path);
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    let list = fields::list(item);
    let keys = encoder::keys(item);
    let visits = encoder::visits(item);
    let values = fields::values(item);
    let of_parts = fields::of_parts(item, "", false);
    let item_checks = fields::item_checks(item, "", false);
    let builder_type = builder::declaration(item);
    let builder = builder::impls(item);
    let imports = helper::imports();
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
            impl #impl_generics __p::TelemetryFields for #ident #ty_generics #where_clause {
                const FIELDS: &'static [__p::FieldDescriptor] = #list;
                const KEYS: &'static [__p::Key] = &[#(#keys),*];
                fn visit<__P: __p::Prefix, __V: __p::FieldVisitor>(&self, __v: &mut __V) {
                    #visits
                }
            }
            #builder
        };
    }
}
