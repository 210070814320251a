#[must_use = "a builder does nothing until `build` is called"]
struct DownloadBuilder<'a, __S0 = ()> {
    required: (__S0,),
    optional: (u32, Duration, i64),
    lifetimes: crate::vendored::__private::PhantomData<(&'a (),)>,
}
const _: () = {
    use crate::vendored::__private as __p;
    use __p::{Unitless as _, Unknown as _};
    fn __value_of_attempts<'a>() -> <u32 as __p::HasDefault>::Value {
        1
    }
    fn __value_of_source<'a>() -> <String as __p::HasDefault>::Value {
        "downloader"
    }
    #[automatically_derived]
    impl<'a> __p::TelemetryEvent for Download<'a> {
        const EVENT_NAME: &'static __p::Str = "download";
        const SCHEMA_VERSION: &'static __p::Str = "1.10";
        const DESCRIPTOR: &'static __p::EventDescriptor = &__p::EventDescriptor::new(
                "download",
                "1.10",
                "One download.",
                &[
                    __p::Of::<&'a str>::REQUIRED
                        .named("mirror", "The mirror.")
                        .free_text("one of the mirrors built into the program")
                        .max_len(32usize),
                    __p::Of::<u32>::REQUIRED
                        .named("attempts", "How often it was tried.")
                        .or(|| __p::Of::<u32>::seen_default(__value_of_attempts()))
                        .range(1f64, 9f64),
                    __p::In::<Duration, __p::Ms>::OPTIONAL
                        .named("wallMs", "How long it took.")
                        .unit(__p::Unit::Milliseconds),
                    __p::Of::<String>::REQUIRED
                        .named("source", "The program.")
                        .or(|| __p::Of::<String>::seen_default(__value_of_source()))
                        .constant(),
                    __p::Of::<i64>::OPTIONAL.named("old", ""),
                ],
            )
            .gdpr(__p::GdprCategory::Technical, "to see which mirrors are used")
            .never(&["paths", "addresses"]);
        fn visit<__V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __p::Of::<&'a str>::cut(&self.mirror, ",\"mirror\":", __v, 32usize);
            __p::Of::<
                u32,
            >::ranged_or(
                &self.attempts,
                ",\"attempts\":",
                __v,
                1f64,
                9f64,
                __value_of_attempts,
            );
            __p::In::<Duration, __p::Ms>::visit(&self.duration, ",\"wallMs\":", __v);
            __p::Of::<String>::visit_constant(__value_of_source(), ",\"source\":", __v);
            __p::Of::<i64>::visit(&self.old, ",\"old\":", __v);
        }
    }
    mod __f {
        pub enum mirror {}
    }
    #[automatically_derived]
    impl<'a> Download<'a> {
        fn builder() -> DownloadBuilder<'a, ()> {
            DownloadBuilder {
                required: (__p::Of::<&'a str>::text_unset(),),
                optional: (
                    __p::Of::<u32>::defaulted()(__value_of_attempts()),
                    __p::In::<Duration, __p::Ms>::sentinel(),
                    __p::Of::<i64>::sentinel(),
                ),
                lifetimes: __p::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl<'a, __S0> DownloadBuilder<'a, __S0> {
        fn mirror(self, __value: &'a str) -> DownloadBuilder<'a, __p::Set<&'a str>>
        where
            __S0: __p::Empty<__f::mirror>,
        {
            DownloadBuilder {
                required: (__p::Set(__value),),
                optional: self.optional,
                lifetimes: self.lifetimes,
            }
        }
        fn attempts(mut self, __value: u32) -> Self {
            self.optional.0 = __value;
            self
        }
        fn maybe_attempts(self, __value: __p::Option<u32>) -> Self {
            __p::maybe(self, __value, Self::attempts)
        }
        fn duration(mut self, __value: Duration) -> Self {
            self.optional.1 = __value;
            self
        }
        fn maybe_duration(self, __value: __p::Option<Duration>) -> Self {
            __p::maybe(self, __value, Self::duration)
        }
        #[deprecated]
        fn old(mut self, __value: i64) -> Self {
            self.optional.2 = __value;
            self
        }
        #[deprecated]
        fn maybe_old(self, __value: __p::Option<i64>) -> Self {
            __p::maybe(self, __value, Self::old)
        }
        #[must_use]
        fn build(self) -> Download<'a>
        where
            __S0: __p::Filled<__f::mirror, &'a str>,
        {
            Download {
                mirror: __p::Filled::value(self.required.0),
                attempts: self.optional.0,
                duration: self.optional.1,
                source: __p::Of::<String>::constant()(__value_of_source()),
                old: self.optional.2,
            }
        }
    }
};
