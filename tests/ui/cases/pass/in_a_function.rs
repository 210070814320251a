// An event may be declared in a function.

#![deny(warnings)]

use telemetry_runtime::TelemetryEvent;

struct Program;

impl Program {
    fn run(&self) -> i64 {
        use telemetry_runtime::TelemetryEnum;

        #[derive(TelemetryEnum, Clone, Copy)]
        #[event(name = "KindEnum")]
        enum Kind {
            A,
            #[event(fallback)]
            B,
        }

        #[derive(TelemetryEvent)]
        #[event(name = "run", schema = "1.0")]
        struct Run {
            #[event(required)]
            kind: Kind,
            #[event(default = Kind::A)]
            other: Kind,
            code: i64,
        }

        let run = Run::builder().kind(Kind::B).code(4).build();
        assert_eq!((run.kind.as_str(), run.other.as_str()), ("b", "a"));
        run.code
    }
}

const CODE: i64 = {
    #[derive(TelemetryEvent)]
    #[event(name = "in_a_block", schema = "1.0")]
    struct InABlock {
        code: i64,
    }
    let event = InABlock { code: 3 };
    event.code
};

fn main() {
    assert_eq!(Program.run() + CODE, 7);
    let closure = || {
        #[derive(TelemetryEvent)]
        #[event(name = "in_a_closure", schema = "1.0")]
        struct InAClosure {
            code: i64,
        }
        InAClosure::default().code
    };
    assert_eq!(closure(), -1);
}
