#[must_use = "a builder does nothing until `build` is called"]
struct DownloadBuilder<'a, __S = ((),)>(
    __S,
    (u32, Duration, Vec<Attempt<'a>>, i64, i64),
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
    fn __value_of_source<'a>() -> <String as __p::HasDefault>::Value {
        "downloader"
    }
    use __p::NotListed as _;
    const _: () = if let __p::Some(__text) = __p::item_problem(
        &__p::field(
            &[__D::Field(__p::Listed::<Vec<Attempt<'static>>, _>::REQUIRED, "tried", "")],
        ),
        "1.10",
        false,
    ) {
        __p::panic!("{}", __text.as_str())
    };
    #[automatically_derived]
    impl<'a> __p::TelemetryEvent for Download<'a> {
        const DESCRIPTOR: &'static __p::EventDescriptor = &__p::placed!(
            "Download" : __p::event_descriptor("download", "1.10", "One download.", &
            __p::fields:: < 7 > (& [__D::Field(__F:: < & 'a str > ::REQUIRED, "mirror",
            "The mirror."), __D::FreeText("one of the mirrors built into the program"),
            __D::MaxLen(32usize), __D::Field(__F:: < u32 > ::REQUIRED, "attempts",
            "How often it was tried."), __D::Or(|| __F:: < u32 >
            ::default_wire_value(__value_of_attempts:: < > ())), __D::Range(1f64, 9f64),
            __D::Field(__p::Scaled:: < Duration, __p::Ms > ::OPTIONAL, "wallMs",
            "How long it took."), __D::Unit(__p::Unit::Milliseconds), __D::Since("1.9"),
            __D::Why("Which mirrors are slow?"), __D::Field(__p::Listed:: < Vec < Attempt
            < 'a > >, _ > ::OPTIONAL, "tried", "The tried mirrors."),
            __D::MaxItems(5usize), __D::Field(__F:: < String > ::REQUIRED, "source",
            "The program."), __D::Or(|| __F:: < String >
            ::default_wire_value(__value_of_source:: < > ())), __D::Constant,
            __D::Field(__F:: < i64 > ::OPTIONAL, "old", ""), __D::Field(__F:: < i64 >
            ::OPTIONAL, "retries", "How often it was repeated."), __D::Since("1.9"),
            __D::Retired("1.10"),], __p::places!("Download::mirror",
            "Download::attempts", "Download::duration", "Download::tried",
            "Download::source", "Download::old", "Download::retries")))
            .gdpr(__p::GdprCategory::Technical, "to see which mirrors are used").never(&
            ["paths", "addresses"]).limit(100u32, 60u64)
        );
        fn visit<__V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __F::<&'a str>::truncated(&self.mirror, ",\"mirror\":", __v, 32usize);
            __F::<
                u32,
            >::ranged_or(
                &self.attempts,
                ",\"attempts\":",
                __v,
                1f64,
                9f64,
                __value_of_attempts,
            );
            __p::Scaled::<Duration, __p::Ms>::visit(&self.duration, ",\"wallMs\":", __v);
            __p::Listed::<
                Vec<Attempt<'a>>,
                _,
            >::at_most(&self.tried, ",\"tried\":", __v, 5usize);
            __F::<String>::visit_constant(__value_of_source(), ",\"source\":", __v);
            __X(&self.old).visit(",\"old\":", __v);
            let _ = &self.retries;
            __X(&__F::<i64>::sentinel(__W, __W)).visit(",\"retries\":", __v);
        }
    }
    mod __f {
        pub enum mirror {}
    }
    #[automatically_derived]
    impl<'a> Download<'a> {
        #[inline]
        fn builder() -> DownloadBuilder<'a, ((),)> {
            DownloadBuilder(
                (__F::<&'a str>::text_unset(__W),),
                (
                    __F::<u32>::defaulted(__W)(__value_of_attempts()),
                    __p::Scaled::<Duration, __p::Ms>::sentinel(__W, __W),
                    __p::Listed::<Vec<Attempt<'a>>, _>::sentinel(__W, __W),
                    __F::<i64>::sentinel(__W, __W),
                    __F::<i64>::sentinel(__W, __W),
                ),
                __p::PhantomData,
            )
        }
    }
    #[automatically_derived]
    impl<'a, __S0> DownloadBuilder<'a, (__S0,)> {
        fn mirror(self, __v: &'a str) -> DownloadBuilder<'a, (__p::Set<&'a str>,)>
        where
            __S0: __p::Empty<__f::mirror>,
        {
            DownloadBuilder((__p::Set(__v),), self.1, self.2)
        }
        fn maybe_mirror(
            self,
            _: __O<&'a str>,
        ) -> DownloadBuilder<'a, (__p::Set<&'a str>,)>
        where
            __S0: __p::MayBeUnknown<__f::mirror>,
        {
            __p::invalid_declaration()
        }
        #[must_use]
        fn build(self) -> Download<'a>
        where
            __S0: __p::Filled<__f::mirror, &'a str>,
        {
            Download {
                mirror: __p::Filled::value(self.0.0),
                attempts: self.1.0,
                duration: self.1.1,
                tried: self.1.2,
                source: __F::<String>::constant(__W)(__value_of_source()),
                old: self.1.3,
                retries: self.1.4,
            }
        }
    }
    #[automatically_derived]
    impl<'a, __S> DownloadBuilder<'a, __S> {
        fn attempts(mut self, __v: u32) -> Self {
            self.1.0 = __v;
            self
        }
        fn maybe_attempts(mut self, __v: __O<u32>) -> Self {
            __p::put(&mut self.1.0, __v);
            self
        }
        fn duration(mut self, __v: Duration) -> Self {
            self.1.1 = __v;
            self
        }
        fn maybe_duration(mut self, __v: __O<Duration>) -> Self {
            __p::put(&mut self.1.1, __v);
            self
        }
        fn tried(mut self, __v: Vec<Attempt<'a>>) -> Self {
            self.1.2 = __v;
            self
        }
        fn maybe_tried(mut self, __v: __O<Vec<Attempt<'a>>>) -> Self {
            __p::put(&mut self.1.2, __v);
            self
        }
        #[deprecated]
        fn old(mut self, __v: i64) -> Self {
            self.1.3 = __v;
            self
        }
        #[deprecated]
        fn maybe_old(mut self, __v: __O<i64>) -> Self {
            __p::put(&mut self.1.3, __v);
            self
        }
        #[deprecated(
            note = "the field is retired since schema version 1.10: its value is not sent"
        )]
        fn retries(mut self, __v: i64) -> Self {
            self.1.4 = __v;
            self
        }
        #[deprecated(
            note = "the field is retired since schema version 1.10: its value is not sent"
        )]
        fn maybe_retries(mut self, __v: __O<i64>) -> Self {
            __p::put(&mut self.1.4, __v);
            self
        }
    }
    use __p::NotDefault as _;
    const _: fn() = __p::NoDefault::<Download<'static>>::check;
};
