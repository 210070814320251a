// An event and its builder have the declared visibility.

#![deny(private_interfaces, private_bounds, unreachable_pub, dead_code)]
#![allow(missing_docs)]

mod outer {
    pub(crate) mod inner {
        use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

        #[derive(TelemetryEnum, Clone, Copy)]
        #[event(name = "SecretEnum")]
        enum Secret {
            A,
            #[event(fallback)]
            B,
        }

        #[derive(TelemetryEvent)]
        #[event(name = "private", schema = "1.0")]
        struct Private {
            #[event(required)]
            kind: Secret,
            other: Secret,
        }

        #[derive(TelemetryEvent)]
        #[event(name = "in_path", schema = "1.0")]
        pub(in crate::outer) struct InPath {
            #[event(required)]
            pub(super) code: i64,
        }

        #[derive(TelemetryEvent)]
        #[event(name = "in_crate", schema = "1.0")]
        pub(crate) struct InCrate {
            #[event(required)]
            code: i64,
            pub(self) other: i64,
        }

        pub(crate) fn use_private() -> (&'static str, &'static str) {
            let event = Private::builder().kind(Secret::A).maybe_other(Some(Secret::B)).build();
            (event.kind.as_str(), event.other.as_str())
        }

        impl InCrate {
            pub(crate) fn sum(&self) -> i64 {
                self.code + self.other
            }
        }
    }

    pub(crate) fn code() -> i64 {
        inner::InPath::builder().code(5).build().code
    }
}

fn main() {
    assert_eq!(outer::inner::use_private(), ("a", "b"));
    assert_eq!(outer::inner::InCrate::builder().code(3).other(4).build().sum(), 7);
    assert_eq!(outer::code(), 5);
}
