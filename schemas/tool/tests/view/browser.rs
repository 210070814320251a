//! The page in headless Chromium, driven by its keys. The slow tier runs these tests.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    chromium::{Browser, installed},
    client::{View, envelope, event, with},
};

const HOSTILE: &str =
    "<img src=x onerror=\"window.ran=1\">'\"`${1}\u{202e}exe</script><script>window.ran=1</script>";

fn browser(name: &str) -> Option<Browser> {
    let Some(program) = installed() else {
        println!("SKIPPED: chromium is not installed (apt-get install chromium)");
        return None;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{name}"));
    Some(Browser::start(program, &folder))
}

/// Nothing is wider than the page, and each control has a name.
fn is_sound(browser: &mut Browser, width: u32) {
    let wide = browser.value("document.documentElement.scrollWidth");
    assert_eq!(wide, width, "no sideways scrolling");
    if width > 1000 {
        let high = browser.value("document.documentElement.scrollHeight - innerHeight");
        assert_eq!(high, 0, "the parts of a wide page scroll, not the page");
    }
    let nameless = browser.value(
        "[...document.querySelectorAll('button, input, select, a')].filter((it) => it.checkVisibility() && \
         !(it.textContent.trim() || it.ariaLabel || it.labels?.[0]?.textContent.trim())).map((it) => it.outerHTML)",
    );
    assert_eq!(nameless, json!([]));
    let landmarks = browser.value("['header', 'nav', 'main', 'h1'].map((it) => document.querySelectorAll('body > ' + it + ', body > header ' + it).length > 0)");
    assert_eq!(landmarks, json!([true, true, true, true]));
    assert_eq!(browser.errors, Vec::<Value>::new());
}

#[test]
fn the_page_is_used_with_keys() {
    let Some(mut page) = browser("keys") else {
        return;
    };
    let view = View::start(&[]);
    page.resize(1400, false);
    page.open(&view.page());
    page.until("document.getElementById('connection').dataset.state === 'open'");
    let pasted = page.value("document.getElementById('paste').textContent");
    assert_eq!(
        pasted,
        format!("export NEMO_TELEMETRY_ENDPOINT={}ingest", view.page())
    );
    is_sound(&mut page, 1400);

    // Events appear without a reload.
    assert_eq!(view.send(&envelope(vec![event(), with("count", 70)])), 200);
    page.until("document.querySelectorAll('#list li').length === 2");
    assert_eq!(page.value("document.getElementById('empty').hidden"), true);

    // The list.
    page.press("ArrowDown");
    page.until("document.querySelector('.detail .errors')?.innerText.includes('/events/1/parameters/count')");
    assert_eq!(page.value("location.hash"), "#event=2");
    let detail = page
        .value("document.querySelector('.detail').innerText")
        .as_str()
        .unwrap()
        .to_owned();
    for text in [
        "One run.",
        "Records.",
        "Unit: records",
        "How large are runs?",
        "Changed since",
        "outside of the lock's range",
    ] {
        assert!(detail.contains(text), "{text}: {detail}");
    }
    assert_eq!(
        page.value("document.querySelector('.fields tr.sentinel th').textContent"),
        "seconds"
    );
    page.press("ArrowDown");
    page.until("location.hash === '#event=1' && document.querySelector('.detail .chip.valid')");
    page.press("Escape");
    page.until("location.hash === '#events'");

    // Search.
    page.press("/");
    assert_eq!(page.value("document.activeElement.id"), "search");
    page.write("70");
    page.until("document.querySelectorAll('#list li').length === 1");
    page.until("document.getElementById('found').textContent === '1 event of 2 in memory'");
    page.press("Escape");
    page.until("document.querySelectorAll('#list li').length === 2");

    // Pause: new events wait.
    page.press("p");
    page.until("document.getElementById('connection').dataset.state === 'paused'");
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    page.until("document.getElementById('pause').textContent === 'Resume (1 new)'");
    assert_eq!(
        page.value("document.querySelectorAll('#list li').length"),
        2
    );
    page.press("p");
    page.until("document.querySelectorAll('#list li').length === 3");

    // Filters.
    page.tab_to("#by-verdict");
    page.write("i");
    page.until("document.querySelectorAll('#list li').length === 1");
    page.press("ArrowUp");
    page.press("ArrowUp");
    page.until("document.querySelectorAll('#list li').length === 3");

    // Failures on demand.
    page.tab_to("#answers summary");
    page.press("Enter");
    page.tab_to("#failure-count");
    page.tab_to("#failure-form [type=submit]");
    page.press("Enter");
    page.until(
        "document.getElementById('answers-state').textContent.includes('next 1 request: 503')",
    );
    assert_eq!(view.send(&envelope(vec![event()])), 503);
    page.until("document.getElementById('answers-state').textContent.includes('1 answered so')");

    // Coverage.
    page.value("document.activeElement.blur()");
    page.press("c");
    page.until("document.querySelector('#covered')?.innerText.includes('steps/ms was -1 in 100 % of 3 items')");
    is_sound(&mut page, 1400);
    page.press("e");
    page.until("!document.getElementById('events-view').hidden");

    // Clear.
    page.tab_to("#clear");
    page.press("Enter");
    page.until("document.querySelectorAll('#list li').length === 0 && !document.getElementById('empty').hidden");
    assert_eq!(view.get_json("events")["totals"]["events"], 0);

    // The end.
    drop(view);
    page.until("document.getElementById('connection').dataset.state === 'lost'");
}

#[test]
fn hostile_text_stays_text_at_every_width() {
    let Some(mut page) = browser("hostile") else {
        return;
    };
    let view = View::start(&["--forward", "http://127.0.0.1:9/v1/events"]);
    let mut named = event();
    named["name"] = HOSTILE.into();
    let mut fielded = with("mode", HOSTILE);
    fielded["parameters"][HOSTILE] = json!([HOSTILE, {HOSTILE: HOSTILE}]);
    fielded["parameters"]["hosts"] = json!([HOSTILE.repeat(40)]);
    let mut hostile = envelope(vec![named, fielded]);
    hostile["sessionId"] = HOSTILE.into();
    hostile[HOSTILE] = HOSTILE.into();
    assert_eq!(view.send(&hostile), 200);
    for width in [360, 1700] {
        for is_dark in [false, true] {
            page.resize(width, is_dark);
            for place in ["#events", "#event=1", "#event=2", "#coverage"] {
                page.open(&format!("{}{place}", view.page()));
                let shown = match place {
                    "#events" => "document.querySelectorAll('#list li').length === 2",
                    "#coverage" => "document.querySelectorAll('#covered details').length > 0",
                    _ => "document.querySelector('.detail h2')",
                };
                page.until(&format!("!!({shown})"));
                is_sound(&mut page, width);
                assert_eq!(page.value("window.ran ?? null"), Value::Null);
                assert_eq!(
                    page.value("document.querySelectorAll('main img, main script').length"),
                    0
                );
                assert_eq!(
                    page.value("document.body.innerText.includes('\\u202e')"),
                    false
                );
                let banner = page.value("document.getElementById('forwarding').innerText");
                assert!(
                    banner
                        .as_str()
                        .unwrap()
                        .contains("http://127.0.0.1:9/v1/events"),
                    "{banner}"
                );
            }
        }
    }
}

#[test]
fn fifty_thousand_events_do_not_stall_the_page() {
    let Some(mut page) = browser("many") else {
        return;
    };
    let view = View::start(&[]);
    page.resize(1400, false);
    page.open(&view.page());
    page.until("document.getElementById('connection').dataset.state === 'open'");
    // Frames that the page had between two messages of the stream.
    page.value("window.turns = 0; (function turn() { window.turns++; setTimeout(turn); })()");
    let many = envelope(vec![event(); 500]);
    for at in 0..100 {
        assert_eq!(view.send(&many), 200);
        if at % 10 == 9 {
            // The page answers a key while events arrive.
            let before = page.value("window.turns").as_u64().unwrap();
            page.press("ArrowDown");
            page.until(&format!("window.turns > {before}"));
        }
    }
    page.until(
        "document.getElementById('totals').innerText.replace(/\\s/g, '').includes('Events50000')",
    );
    page.until("document.querySelector('#list a').dataset.id === '50000'");
    assert_eq!(
        page.value("document.querySelectorAll('#list li').length"),
        500
    );
    // Events that left the memory before their detail was read.
    page.errors.retain(|it| it["entry"]["source"] != "network");
    is_sound(&mut page, 1400);
}
