#[must_use = "a builder does nothing until `build` is called"]
struct ModelBuilder<__S = ((), ())>(__S, ());
const _: () = {
    use ::telemetry_runtime::__private as __p;
    use __p::{
        CHECK as __W, Fact as __D, Fallback as _, Option as __O, Plain as __F,
        Unitless as _, Value as __X,
    };
    use __p::NotPart as _;
    enum __Prefix_host {}
    impl __p::Prefix for __Prefix_host {
        const TEXT: &'static __p::Str = "host";
    }
    const __PIECES: &[__p::Piece] = &[
        __p::Piece::field(
            "port",
            &__p::fields::<
                1,
            >(
                &[__D::Field(__F::<u16>::REQUIRED, "port", "Its port.")],
                __p::places!("Model::port"),
            ),
        ),
        __p::Piece::part("host", "host", __p::Part::<Host>::FIELDS),
    ];
    const __NAMES: &__p::Text<{ __p::names_len(__PIECES) }> = &__p::names(__PIECES);
    const __FIELDS: &[__p::FieldDescriptor] = &__p::flatten::<
        { __p::count(__PIECES) },
    >(__PIECES, __NAMES.as_str());
    const __OWNER: __p::Owner = __p::Owner {
        has_clash: __p::has_clash(__PIECES, __FIELDS),
        schema: "",
        has_registry: false,
    };
    const _: () = if let __p::Some(__text) = __p::piece_problem(
        __PIECES,
        __FIELDS,
        0usize,
        __OWNER,
    ) {
        __p::panic!("{}", __text.as_str())
    };
    const _: () = if let __p::Some(__text) = __p::piece_problem(
        __PIECES,
        __FIELDS,
        1usize,
        __OWNER,
    ) {
        __p::panic!("{}", __text.as_str())
    };
    #[automatically_derived]
    impl __p::TelemetryFields for Model {
        const FIELDS: &'static [__p::FieldDescriptor] = __FIELDS;
        const KEYS: &'static [__p::Key] = &[",\"port\":"];
        fn visit<__P: __p::Prefix, __V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __X(&self.port).visit(__p::FusedKey::<Self, __P, 0usize>::KEY, __v);
            __p::Part::<
                Host,
            >::visit::<__p::Join<__P, __Prefix_host>, __V>(&self.host, __v);
        }
    }
    mod __f {
        pub enum port {}
        pub enum host {}
    }
    #[automatically_derived]
    impl Model {
        #[inline]
        fn builder() -> ModelBuilder<((), ())> {
            ModelBuilder((__F::<u16>::unset(__W), __p::Part::<Host>::unset(__W)), ())
        }
    }
    #[automatically_derived]
    impl<__S0, __S1> ModelBuilder<(__S0, __S1)> {
        fn port(self, __v: u16) -> ModelBuilder<(__p::Set<u16>, __S1)>
        where
            __S0: __p::Empty<__f::port>,
        {
            ModelBuilder((__p::Set(__v), self.0.1), self.1)
        }
        fn maybe_port(self, _: __O<u16>) -> ModelBuilder<(__p::Set<u16>, __S1)>
        where
            __S0: __p::MayBeUnknown<__f::port>,
        {
            __p::invalid_declaration()
        }
        fn host(self, __v: Host) -> ModelBuilder<(__S0, __p::Set<Host>)>
        where
            __S1: __p::Empty<__f::host>,
        {
            ModelBuilder((self.0.0, __p::Set(__v)), self.1)
        }
        fn maybe_host(self, __v: __O<Host>) -> ModelBuilder<(__S0, __p::Set<Host>)>
        where
            __S1: __p::Empty<__f::host>,
            for<'__part> Host: __p::Omissible<'__part, __f::host>,
        {
            self.host(__p::Omissible::<'_, __f::host>::or_default(__v))
        }
        #[must_use]
        fn build(self) -> Model
        where
            __S0: __p::Filled<__f::port, u16>,
            __S1: __p::Given<__f::host, Host>,
        {
            Model {
                port: __p::Filled::value(self.0.0),
                host: __p::Given::value(self.0.1),
            }
        }
    }
    #[automatically_derived]
    impl<__S> ModelBuilder<__S> {}
    use __p::NotDefault as _;
    const _: fn() = __p::NoDefault::<Model>::check;
};
