// An event may have many required fields, which can be set in any order.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    count_0: u32,
    #[event(required)]
    count_1: u32,
    #[event(required)]
    count_2: u32,
    #[event(required)]
    count_3: u32,
    #[event(required)]
    count_4: u32,
    #[event(required)]
    count_5: u32,
    #[event(required)]
    count_6: u32,
    #[event(required)]
    count_7: u32,
    #[event(required)]
    count_8: u32,
    #[event(required)]
    count_9: u32,
    #[event(required)]
    count_10: u32,
    #[event(required)]
    count_11: u32,
    #[event(required)]
    count_12: u32,
    #[event(required)]
    count_13: u32,
    #[event(required)]
    count_14: u32,
    #[event(required)]
    count_15: u32,
    #[event(required)]
    count_16: u32,
    #[event(required)]
    count_17: u32,
    #[event(required)]
    count_18: u32,
    #[event(required)]
    count_19: u32,
    #[event(required)]
    count_20: u32,
    #[event(required)]
    count_21: u32,
    #[event(required)]
    count_22: u32,
    #[event(required)]
    count_23: u32,
    #[event(required)]
    count_24: u32,
    #[event(required)]
    count_25: u32,
    #[event(required)]
    count_26: u32,
    #[event(required)]
    count_27: u32,
    #[event(required)]
    count_28: u32,
    #[event(required)]
    count_29: u32,
    #[event(required)]
    count_30: u32,
    #[event(required)]
    count_31: u32,
    #[event(required)]
    count_32: u32,
    #[event(required)]
    count_33: u32,
    #[event(required)]
    count_34: u32,
    #[event(required)]
    count_35: u32,
    #[event(required)]
    count_36: u32,
    #[event(required)]
    count_37: u32,
    #[event(required)]
    count_38: u32,
    #[event(required)]
    count_39: u32,
}

fn main() {
    let run = Run::builder()
        .count_39(39)
        .count_38(38)
        .count_37(37)
        .count_36(36)
        .count_35(35)
        .count_34(34)
        .count_33(33)
        .count_32(32)
        .count_31(31)
        .count_30(30)
        .count_29(29)
        .count_28(28)
        .count_27(27)
        .count_26(26)
        .count_25(25)
        .count_24(24)
        .count_23(23)
        .count_22(22)
        .count_21(21)
        .count_20(20)
        .count_19(19)
        .count_18(18)
        .count_17(17)
        .count_16(16)
        .count_15(15)
        .count_14(14)
        .count_13(13)
        .count_12(12)
        .count_11(11)
        .count_10(10)
        .count_9(9)
        .count_8(8)
        .count_7(7)
        .count_6(6)
        .count_5(5)
        .count_4(4)
        .count_3(3)
        .count_2(2)
        .count_1(1)
        .count_0(0)
        .build();
    let sum = run.count_0 + run.count_1 + run.count_2 + run.count_3 + run.count_4 + run.count_5 + run.count_6 + run.count_7 + run.count_8 + run.count_9 + run.count_10 + run.count_11 + run.count_12 + run.count_13 + run.count_14 + run.count_15 + run.count_16 + run.count_17 + run.count_18 + run.count_19 + run.count_20 + run.count_21 + run.count_22 + run.count_23 + run.count_24 + run.count_25 + run.count_26 + run.count_27 + run.count_28 + run.count_29 + run.count_30 + run.count_31 + run.count_32 + run.count_33 + run.count_34 + run.count_35 + run.count_36 + run.count_37 + run.count_38 + run.count_39;
    assert_eq!(sum, 780);
}
