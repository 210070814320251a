#[must_use = "a builder does nothing until `build` is called"]
pub struct CommandRunBuilder<__S = ((),)>(__S, (i64,));
const _: () = {
    use ::telemetry_runtime::__private as __p;
    use __p::{
        CHECK as __W, Fact as __D, Fallback as _, Option as __O, Plain as __F,
        Unitless as _, Value as __X,
    };
    #[automatically_derived]
    impl __p::TelemetryEvent for CommandRun {
        const DESCRIPTOR: &'static __p::EventDescriptor = &__p::placed!(
            "CommandRun" : __p::event_descriptor("command_run", "1.0",
            "One run of a command.", & __p::fields:: < 2 > (& [__D::Field(__F:: < Outcome
            > ::REQUIRED, "outcome", "How it ended."), __D::Field(__F:: < i64 >
            ::OPTIONAL, "exitCode", "Exit code of the process."),],
            __p::places!("CommandRun::outcome", "CommandRun::exit_code")))
        );
        fn visit<__V: __p::FieldVisitor>(&self, __v: &mut __V) {
            __X(&self.outcome).visit(",\"outcome\":", __v);
            __X(&self.exit_code).visit(",\"exitCode\":", __v);
        }
    }
    mod __f {
        pub enum outcome {}
    }
    #[automatically_derived]
    impl CommandRun {
        #[inline]
        pub fn builder() -> CommandRunBuilder<((),)> {
            CommandRunBuilder(
                (__F::<Outcome>::unset(__W),),
                (__F::<i64>::sentinel(__W, __W),),
            )
        }
    }
    #[automatically_derived]
    impl<__S0> CommandRunBuilder<(__S0,)> {
        pub fn outcome(self, __v: Outcome) -> CommandRunBuilder<(__p::Set<Outcome>,)>
        where
            __S0: __p::Empty<__f::outcome>,
        {
            CommandRunBuilder((__p::Set(__v),), self.1)
        }
        pub fn maybe_outcome(
            self,
            _: __O<Outcome>,
        ) -> CommandRunBuilder<(__p::Set<Outcome>,)>
        where
            __S0: __p::MayBeUnknown<__f::outcome>,
        {
            __p::invalid_declaration()
        }
        #[must_use]
        pub fn build(self) -> CommandRun
        where
            __S0: __p::Filled<__f::outcome, Outcome>,
        {
            CommandRun {
                outcome: __p::Filled::value(self.0.0),
                exit_code: self.1.0,
            }
        }
    }
    #[automatically_derived]
    impl<__S> CommandRunBuilder<__S> {
        pub fn exit_code(mut self, __v: i64) -> Self {
            self.1.0 = __v;
            self
        }
        pub fn maybe_exit_code(mut self, __v: __O<i64>) -> Self {
            __p::put(&mut self.1.0, __v);
            self
        }
    }
    use __p::NotDefault as _;
    const _: fn() = __p::NoDefault::<CommandRun>::check;
};
