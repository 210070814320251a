//! The page in headless Chromium. The slow tier runs this test.

use std::{fs, path::Path, process::Command};

use telemetry_tool::dictionary::html;

use crate::{PUBLISHED, command::folder, escapes::hostile_page, without_lock};

/// A page that opens another one at a width, searches in it, and writes the results into its own text.
const FRAME: &str = r#"<!DOCTYPE html><iframe id="frame" src="page.html" style="width:WIDTHpx;height:900px;border:0"></iframe>
<pre id="result"></pre>
<script>
const frame = document.getElementById("frame");
frame.onload = () => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const visible = () => [...page.querySelectorAll("[data-item]")].filter((it) => it.checkVisibility()).length;
  const type = (text) => {
    const query = page.getElementById("query");
    query.value = text;
    query.dispatchEvent(new view.Event("input"));
    return visible();
  };
  const key = (key) => page.activeElement.dispatchEvent(new view.KeyboardEvent("keydown", { key, bubbles: true }));
  const result = { wide: page.documentElement.scrollWidth, all: visible() };
  key("/");
  result.focus = page.activeElement.id;
  result.none = type("no such name");
  result.some = type("SUCCESS");
  result.status = page.getElementById("found").textContent;
  key("Escape");
  result.cleared = visible();
  result.title = page.title;
  document.getElementById("result").textContent = "RESULT" + JSON.stringify(result) + "END";
};
</script>"#;

fn browser() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| {
            let output = Command::new(name).arg("--version").output();
            output.is_ok_and(|it| it.status.success())
        })
}

fn opened(browser: &str, folder: &Path, page: &str, width: u32) -> serde_json::Value {
    fs::write(folder.join("page.html"), page).unwrap();
    let frame = folder.join("frame.html");
    fs::write(&frame, FRAME.replace("WIDTH", &width.to_string())).unwrap();
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--allow-file-access-from-files",
            "--virtual-time-budget=10000",
            "--window-size=1700,1000",
            "--dump-dom",
            &profile,
        ])
        .arg(format!("file://{}", frame.display()))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let result = text.split_once("RESULT{").map(|(_, behind)| behind);
    let result = result.and_then(|it| it.split_once("}END"));
    let (result, _) = result.unwrap_or_else(|| panic!("no result: {text}"));
    serde_json::from_str(&format!("{{{result}}}")).unwrap()
}

#[test]
fn the_page_fits_a_phone_and_its_search_works() {
    let Some(browser) = browser() else {
        println!("SKIPPED: chromium is not installed (apt-get install chromium)");
        return;
    };
    let folder = folder("browser");
    let pages = [html::render(&without_lock(PUBLISHED)), hostile_page()];
    for page in &pages {
        for width in [360, 1600] {
            let found = opened(browser, &folder, page, width);
            let number = |name: &str| found[name].as_u64().unwrap();
            assert_eq!(
                number("wide"),
                u64::from(width),
                "no sideways scrolling: {found}"
            );
            assert_eq!(found["focus"], "query", "{found}");
            assert_eq!(number("none"), 0, "{found}");
            assert!((1..number("all")).contains(&number("some")), "{found}");
            assert_eq!(number("cleared"), number("all"), "{found}");
            assert!(
                found["status"].as_str().unwrap().contains("match"),
                "{found}"
            );
            assert!(found["title"].as_str().unwrap().contains("data dictionary"));
        }
    }
}
