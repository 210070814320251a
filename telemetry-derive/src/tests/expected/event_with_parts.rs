#[must_use = "a builder does nothing until `build` is called"]
pub struct RunBuilder<'a, __S = ((), ())>(
    __S,
    (i64,),
    ::telemetry_runtime::__private::PhantomData<(&'a (),)>,
);
const _: () = {
    use ::telemetry_runtime::__private as __p;
    use __p::{
        CHECK as __W, Fact as __D, Fallback as _, Option as __O, Plain as __F,
        Unitless as _, Value as __X,
    };
    use __p::NotPart as _;
    enum __Prefix_first {}
    impl __p::Prefix for __Prefix_first {
        const TEXT: &'static __p::Str = "first";
    }
    const __PIECES: &[__p::Piece] = &[
        __p::Piece::part("common", "", __p::Part::<Common>::FIELDS),
        __p::Piece::field(
            "exit_code",
            &__p::fields::<
                1,
            >(
                &[
                    __D::Field(
                        __F::<i64>::OPTIONAL,
                        "exitCode",
                        "Exit code of the process.",
                    ),
                ],
                __p::places!("Run::exit_code"),
            ),
        ),
        __p::Piece::part("first", "first", __p::Part::<Model<'static>>::FIELDS),
    ];
    const __NAMES: &__p::Text<{ __p::names_len(__PIECES) }> = &__p::names(__PIECES);
    const __FIELDS: &[__p::FieldDescriptor] = &__p::flatten::<
        { __p::count(__PIECES) },
    >(__PIECES, __NAMES.as_str());
    const __OWNER: __p::Owner = __p::Owner {
        has_clash: __p::has_clash(__PIECES, __FIELDS),
        schema: "1.0",
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
    const _: () = if let __p::Some(__text) = __p::piece_problem(
        __PIECES,
        __FIELDS,
        2usize,
        __OWNER,
    ) {
        __p::panic!("{}", __text.as_str())
    };
    #[automatically_derived]
    impl<'a> __p::TelemetryEvent for Run<'a> {
        const DESCRIPTOR: &'static __p::EventDescriptor = &__p::placed!(
            "Run" : __p::event_descriptor("run", "1.0", "One run.", __FIELDS)
        );
        fn visit<__V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __p::Part::<Common>::visit::<__p::NoPrefix, __V>(&self.common, __v);
            __X(&self.exit_code).visit(",\"exitCode\":", __v);
            __p::Part::<Model<'a>>::visit::<__Prefix_first, __V>(&self.first, __v);
        }
    }
    mod __f {
        pub enum common {}
        pub enum first {}
    }
    #[automatically_derived]
    impl<'a> Run<'a> {
        #[inline]
        pub fn builder() -> RunBuilder<'a, ((), ())> {
            RunBuilder(
                (__p::Part::<Common>::unset(__W), __p::Part::<Model<'a>>::unset(__W)),
                (__F::<i64>::sentinel(__W, __W),),
                __p::PhantomData,
            )
        }
    }
    #[automatically_derived]
    impl<'a, __S0, __S1> RunBuilder<'a, (__S0, __S1)> {
        pub fn common(self, __v: Common) -> RunBuilder<'a, (__p::Set<Common>, __S1)>
        where
            __S0: __p::Empty<__f::common>,
        {
            RunBuilder((__p::Set(__v), self.0.1), self.1, self.2)
        }
        pub fn maybe_common(
            self,
            __v: __O<Common>,
        ) -> RunBuilder<'a, (__p::Set<Common>, __S1)>
        where
            __S0: __p::Empty<__f::common>,
            for<'__part> Common: __p::Omissible<'__part, __f::common>,
        {
            self.common(__p::Omissible::<'_, __f::common>::or_default(__v))
        }
        pub fn first(self, __v: Model<'a>) -> RunBuilder<'a, (__S0, __p::Set<Model<'a>>)>
        where
            __S1: __p::Empty<__f::first>,
        {
            RunBuilder((self.0.0, __p::Set(__v)), self.1, self.2)
        }
        pub fn maybe_first(
            self,
            __v: __O<Model<'a>>,
        ) -> RunBuilder<'a, (__S0, __p::Set<Model<'a>>)>
        where
            __S1: __p::Empty<__f::first>,
            for<'__part> Model<'a>: __p::Omissible<'__part, __f::first>,
        {
            self.first(__p::Omissible::<'_, __f::first>::or_default(__v))
        }
        #[must_use]
        pub fn build(self) -> Run<'a>
        where
            __S0: __p::Given<__f::common, Common>,
            __S1: __p::Given<__f::first, Model<'a>>,
        {
            Run {
                exit_code: self.1.0,
                common: __p::Given::value(self.0.0),
                first: __p::Given::value(self.0.1),
            }
        }
    }
    #[automatically_derived]
    impl<'a, __S> RunBuilder<'a, __S> {
        pub fn exit_code(mut self, __v: i64) -> Self {
            self.1.0 = __v;
            self
        }
        pub fn maybe_exit_code(mut self, __v: __O<i64>) -> Self {
            __p::put(&mut self.1.0, __v);
            self
        }
    }
    #[automatically_derived]
    impl<'a> __p::Default for Run<'a>
    where
        for<'__part> Common: __p::DefaultPart<'__part, __f::common>,
        for<'__part> Model<'a>: __p::DefaultPart<'__part, __f::first>,
    {
        #[inline]
        fn default() -> Self {
            Self::builder()
                .common(<Common as __p::DefaultPart<'_, __f::common>>::value())
                .first(<Model<'a> as __p::DefaultPart<'_, __f::first>>::value())
                .build()
        }
    }
};
