#[must_use = "a builder does nothing until `build` is called"]
pub(crate) struct ModelBuilder<'a, __S = ((),)>(
    __S,
    (u32,),
    crate::vendored::__private::PhantomData<(&'a (),)>,
);
const _: () = {
    use crate::vendored::__private as __p;
    use __p::{
        CHECK as __W, Fact as __D, Fallback as _, Option as __O, Plain as __F,
        Unitless as _, Value as __X,
    };
    fn __value_of_attempts<'a>() -> <u32 as __p::HasDefault>::Value {
        1
    }
    #[automatically_derived]
    impl<'a> __p::TelemetryFields for Model<'a> {
        const FIELDS: &'static [__p::FieldDescriptor] = &__p::fields::<
            2,
        >(
            &[
                __D::Field(__F::<&'a str>::REQUIRED, "name", "Its name."),
                __D::FreeText("one of the names in the program"),
                __D::Field(__F::<u32>::REQUIRED, "attempts", "Number of attempts."),
                __D::Or(|| __F::<u32>::default_wire_value(__value_of_attempts())),
                __D::Number(1f64),
                __D::Range(1f64, __p::INFINITY),
            ],
            __p::places!("Model::name", "Model::attempts"),
        );
        const KEYS: &'static [__p::Key] = &[",\"name\":", ",\"attempts\":"];
        fn visit<__P: __p::Prefix, __V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __X(&self.name).visit(__p::FusedKey::<Self, __P, 0usize>::KEY, __v);
            __F::<
                u32,
            >::ranged_or(
                &self.attempts,
                __p::FusedKey::<Self, __P, 1usize>::KEY,
                __v,
                1f64,
                __p::INFINITY,
                __value_of_attempts,
            );
        }
    }
    mod __f {
        pub enum name {}
    }
    #[automatically_derived]
    impl<'a> Model<'a> {
        #[inline]
        pub(crate) fn builder() -> ModelBuilder<'a, ((),)> {
            ModelBuilder(
                (__F::<&'a str>::text_unset(__W),),
                (__F::<u32>::defaulted(__W)(__value_of_attempts()),),
                __p::PhantomData,
            )
        }
    }
    #[automatically_derived]
    impl<'a, __S0> ModelBuilder<'a, (__S0,)> {
        pub(crate) fn name(self, __v: &'a str) -> ModelBuilder<'a, (__p::Set<&'a str>,)>
        where
            __S0: __p::Empty<__f::name>,
        {
            ModelBuilder((__p::Set(__v),), self.1, self.2)
        }
        pub(crate) fn maybe_name(
            self,
            _: __O<&'a str>,
        ) -> ModelBuilder<'a, (__p::Set<&'a str>,)>
        where
            __S0: __p::MayBeUnknown<__f::name>,
        {
            __p::invalid_declaration()
        }
        #[must_use]
        pub(crate) fn build(self) -> Model<'a>
        where
            __S0: __p::Filled<__f::name, &'a str>,
        {
            Model {
                name: __p::Filled::value(self.0.0),
                attempts: self.1.0,
            }
        }
    }
    #[automatically_derived]
    impl<'a, __S> ModelBuilder<'a, __S> {
        pub(crate) fn attempts(mut self, __v: u32) -> Self {
            self.1.0 = __v;
            self
        }
        pub(crate) fn maybe_attempts(mut self, __v: __O<u32>) -> Self {
            __p::put(&mut self.1.0, __v);
            self
        }
    }
    use __p::NotDefault as _;
    const _: fn() = __p::NoDefault::<Model<'static>>::check;
};
