const _: () = {
    use ::telemetry_runtime::__private as __p;
    #[automatically_derived]
    impl Outcome {
        #[must_use]
        pub const fn as_str(&self) -> &'static __p::Str {
            match self {
                Self::Success => "success",
                Self::TimedOut => "too_late",
                Self::Undefined => "undefined",
            }
        }
        #[must_use]
        pub fn from_wire(wire: &__p::Str) -> Self {
            match __p::FromStr::from_str(wire) {
                __p::Ok(value) => value,
                __p::Err(_) => Self::Undefined,
            }
        }
    }
    #[automatically_derived]
    impl __p::TelemetryEnum for Outcome {
        const DESCRIPTOR: &'static __p::EnumDescriptor = &__p::enum_descriptor(
            "OutcomeEnum",
            "How a command ended.",
            &[
                __p::enum_value("success", "Well.").0,
                __p::enum_value("too_late", "").0,
                __p::enum_value("undefined", "").0,
            ],
            __p::Some("undefined"),
        );
        const VALUES: &'static [&'static __p::Str] = &[
            "success",
            "too_late",
            "undefined",
        ];
        fn quoted(&self) -> &'static __p::Str {
            match self {
                Self::Success => "\"success\"",
                Self::TimedOut => "\"too_late\"",
                Self::Undefined => "\"undefined\"",
            }
        }
    }
    #[automatically_derived]
    impl __p::FromStr for Outcome {
        type Err = __p::UnknownValueError;
        fn from_str(wire: &__p::Str) -> __p::Result<Self, __p::UnknownValueError> {
            match wire {
                "success" => __p::Ok(Self::Success),
                "too_late" => __p::Ok(Self::TimedOut),
                "undefined" => __p::Ok(Self::Undefined),
                _ => __p::Err(__p::unknown_value::<Self>()),
            }
        }
    }
    #[automatically_derived]
    impl __p::TelemetryField for Outcome {
        const TYPE: __p::FieldType = __p::FieldType::Enum(
            <Self as __p::TelemetryEnum>::DESCRIPTOR,
        );
        fn visit<__V: __p::FieldVisitor>(&self, key: __p::Key, visitor: &mut __V) {
            __p::FieldVisitor::quoted(visitor, key, __p::TelemetryEnum::quoted(self));
        }
    }
    #[automatically_derived]
    impl __p::TextField for Outcome {
        fn as_text(&self) -> &__p::Str {
            self.as_str()
        }
    }
    #[automatically_derived]
    impl __p::CountKey for Outcome {
        fn index(&self) -> __p::Index {
            match self {
                Self::Success => 0usize,
                Self::TimedOut => 1usize,
                Self::Undefined => 2usize,
            }
        }
    }
    #[automatically_derived]
    impl __p::HasDefault for Outcome {
        type Value = Self;
        fn from_default(value: Self) -> Self {
            value
        }
    }
    #[automatically_derived]
    impl __p::HasSentinel for Outcome {
        fn sentinel() -> Self {
            Self::Undefined
        }
    }
    #[automatically_derived]
    impl __p::ClosedField for Outcome {}
};
