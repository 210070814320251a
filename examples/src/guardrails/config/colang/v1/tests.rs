//! What counts as a flow in Colang 1.0, beside the recorded vectors.

use super::*;

fn flows(text: &str) -> Result<usize, &'static str> {
    parse(text).map(|parsed| parsed.flows)
}

#[test]
fn blocks_belong_to_their_flow() {
    let text = "\
define flow g
  meta
    priority: 2
  user ask or user say
  if $x > 1
    bot a
  else if $x
    bot b
  else
    while $y
      bot c
  when user d
    bot e
      $x: 1
  else when user f
    stop
  $z = execute h(a=1)
  infer event x
define subflow h
  bot a
";
    assert_eq!(flows(text), Ok(2));
}

#[test]
fn messages_are_no_flows() {
    assert_eq!(
        flows("define user a\n  \"x\"\n  b and c\ndefine bot b\n  \"y\"\n  if $x\n    \"z\"\n"),
        Ok(0)
    );
    assert_eq!(
        flows("define user a and b\ndefine flow g\n  bot x\ndefine user c"),
        Ok(1)
    );
    assert_eq!(
        flows("define user a\n  \"x\"\n  bot b\n"),
        Ok(1),
        "a reply right among them"
    );
}

#[test]
fn headings_are_flows_when_something_stands_below() {
    assert_eq!(
        flows("define user a\n  \"x\"\na\n  b\n    bot x\n  c\n    bot y\nd:\n  bot z\n"),
        Ok(3)
    );
}

#[test]
fn what_the_original_refuses_is_refused() {
    let refused = [
        "define flow g",
        "define flow g\n\ndefine flow h\n  bot x\n",
        "define flow g\n\tbot x\n",
        "define flow g\n  bot x\n\ndefine flow g\n  bot y\n",
        "define flow g\n  bot x\nbot y\n",
        "define flow g\n  pass\n",
        "define flow g\n  hello\n",
        "define flow g\n  bot x\n  define flow h\n    bot y\n",
        "define thing g\n  bot x\n",
        "define flow g\n  else\n    bot x\n",
        "define flow g\n  if $x\n",
        "define flow g\n  user a or b\n  bot x\n",
        "define flow g\n  when user a\n    bot x\n  else\n    bot y\n",
    ];
    for text in refused {
        assert!(flows(text).is_err(), "{text:?}");
    }
}
