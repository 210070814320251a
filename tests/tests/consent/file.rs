//! The consent file after edits by hand and faults of file systems (fault rows 54 to 57 and 66).

use std::{
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use telemetry_runtime::consent::{Answer, ConsentFile, StoredConsent, WriteError};
use telemetry_tests::scratch::Scratch;

const NO: &str = "[telemetry]\nconsent = \"disabled\"\nprompt_version = \"1.0\"\n";
const YES: &str = "[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n";

/// 2026-01-02T03:04:05Z
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn scratch(name: &str) -> Scratch {
    Scratch::new(env!("CARGO_TARGET_TMPDIR"), &format!("consent-file-{name}"))
}

fn read(scratch: &Scratch, bytes: impl AsRef<[u8]>) -> StoredConsent {
    let path = scratch.join("telemetry.toml");
    fs::write(&path, bytes).unwrap();
    ConsentFile::new(path, "1.0").read()
}

#[test]
fn row_66_a_no_outlives_every_prompt_version_and_a_stale_yes_is_asked_again() {
    let scratch = scratch("versions");
    let path = scratch.join("telemetry.toml");
    let [old, present, next] = ["0.9", "1.0", "1.1"].map(|v| ConsentFile::new(&path, v));

    present.write(Answer::Yes, now()).unwrap();
    let yes = StoredConsent::Yes {
        version: "1.0".into(),
        at: Some("2026-01-02T03:04:05Z".into()),
    };
    assert_eq!(present.read(), yes);
    for other in [&old, &next] {
        let version = Some("1.0".into());
        assert_eq!(other.read(), StoredConsent::Stale { version });
    }

    present.write(Answer::No, now()).unwrap();
    for file in [&old, &present, &next] {
        let version = Some("1.0".into());
        assert_eq!(file.read(), StoredConsent::No { version });
    }
}

#[test]
fn row_66_a_file_without_the_products_key_was_never_asked_and_any_other_text_is_a_no() {
    let scratch = scratch("rule");
    let absent = [
        "",
        "# consent = \"disabled\"\n[other]\nkey = 1\n",
        "[cache]\nenabled = false\n",
        "enabled = false\nconsent = \"disabled\"\n",
        "[TELEMETRY]\nconsent = \"disabled\"\n",
        "[telemetry]\n",
        "[telemetry]\nprompt_version = \"1.0\"\nenabled = false\n",
        "[telemetry.other]\nconsent = \"disabled\"\n",
    ];
    for text in absent {
        assert_eq!(read(&scratch, text), StoredConsent::Absent, "{text}");
    }
    let stale = StoredConsent::Stale { version: None };
    assert_eq!(read(&scratch, "telemetry.consent = 'enabled'\n"), stale);
    let no = StoredConsent::No { version: None };
    for text in [
        "telemetry.consent = 'disabled'\n",
        "[telemetry]\nconsent = \"disabled\"\nprompt_version = 1\n",
    ] {
        assert_eq!(read(&scratch, text), no, "{text}");
    }
    let invalid: [&[u8]; 16] = [
        b"[telemetry\n",
        b"no toml",
        b"\xff\xfe[telemetry]",
        b"[telemetry]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n# \xff\n",
        b"[telemetry]\nconsent = disabled\n",
        b"[telemetry]\nconsent = \"yes\"\n",
        b"[telemetry]\nconsent = \"Enabled\"\nprompt_version = \"1.0\"\n",
        b"[telemetry]\nconsent = true\nprompt_version = \"1.0\"\n",
        b"[telemetry]\nconsent = [\"enabled\"]\nprompt_version = \"1.0\"\n",
        b"[telemetry]\nconsent.value = \"enabled\"\nprompt_version = \"1.0\"\n",
        b"[telemetry]\nconsent = \"enabled\"\nprompt_version = 1.0\n",
        b"[telemetry]\nconsent = \"enabled\"\nprompt_version = [\"1.0\"]\n",
        b"[telemetry]\nconsent = \"enabled\"\nconsent = \"disabled\"\n",
        b"[[telemetry]]\nconsent = \"enabled\"\nprompt_version = \"1.0\"\n",
        b"telemetry = \"enabled\"\n",
        b"{\"telemetry\": {\"consent\": \"enabled\"}}",
    ];
    for text in invalid {
        let shown = String::from_utf8_lossy(text);
        assert_eq!(read(&scratch, text), StoredConsent::Invalid, "{shown}");
    }
}

#[test]
fn a_valid_yes_holds_beside_any_other_content() {
    let scratch = scratch("beside");
    for text in [
        format!("{YES}enabled = false\n"),
        format!("consent = \"disabled\"\n{YES}"),
        format!("{YES}[updates]\nenabled = false\n[consent]\nmarketing = false\n"),
    ] {
        assert_eq!(read(&scratch, &text).answer(), Some(Answer::Yes), "{text}");
    }
}

#[test]
fn row_66_no_part_of_a_file_is_a_yes_and_a_torn_no_stays_a_no() {
    let scratch = scratch("torn");
    for end in 0..YES.len() - 1 {
        let stored = read(&scratch, &YES[..end]);
        assert_ne!(stored.answer(), Some(Answer::Yes), "{end}");
    }
    // The first prefix ends with the first letter of the key. A shorter one has no answer.
    let key = NO.find("consent").unwrap() + 1;
    for end in key..NO.len() {
        let stored = read(&scratch, &NO[..end]);
        assert_eq!(stored.answer(), Some(Answer::No), "{}", &NO[..end]);
    }
}

#[test]
fn a_time_that_could_harm_a_terminal_is_not_handed_on() {
    let scratch = scratch("time");
    for (written, at) in [
        ("\"\\u001b[2J\"", None),
        (
            "\"2026-01-02T03:04:05Z\"",
            Some("2026-01-02T03:04:05Z".to_owned()),
        ),
        (
            "2026-01-02T03:04:05Z",
            Some("2026-01-02T03:04:05Z".to_owned()),
        ),
        ("1", None),
    ] {
        let version = "1.0".into();
        let stored = read(&scratch, format!("{YES}consented_at = {written}\n"));
        assert_eq!(stored, StoredConsent::Yes { version, at });
    }
}

#[test]
fn an_answer_preserves_the_users_keys_and_comments() {
    let scratch = scratch("merge");
    let path = scratch.join("telemetry.toml");
    let before = "# mine\ntheme = 'dark' # keep\n\n[telemetry]\n# why\nconsent = \"enabled\" # was asked\n\
                  note = 1\nprompt_version = \"0.9\"\n\n[other]\nconsent = \"later\"\n# the end\n";
    fs::write(&path, before).unwrap();
    ConsentFile::new(&path, "1.0")
        .write(Answer::No, now())
        .unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "# mine\ntheme = 'dark' # keep\n\n[telemetry]\n# why\nconsent = \"disabled\" # was asked\n\
         note = 1\nprompt_version = \"1.0\"\nconsented_at = \"2026-01-02T03:04:05Z\"\n\n\
         [other]\nconsent = \"later\"\n# the end\n"
    );
}

#[test]
fn an_answer_can_be_written_into_every_form_of_file() {
    let scratch = scratch("forms");
    let path = scratch.join("telemetry.toml");
    let file = ConsentFile::new(&path, "1.0").header("How to change.");
    let forms = [
        "",
        "\n\n",
        "# only a comment",
        "[telemetry]\n",
        "[telemetry]\r\nconsent = 'enabled'\r\n",
        "telemetry = { consent = \"disabled\" }",
        "telemetry = {}",
        "telemetry.consent = \"enabled\"\ntelemetry.mine = 1\n",
        "[telemetry.mine]\nkey = 1\n",
        "[telemetry]\nconsent = [1]\nprompt_version = { a = 1 }\n",
        "[telemetry]\nconsent.nested = 1\n",
        "telemetry = \"disabled\"\n",
        "[[telemetry]]\nconsent = \"disabled\"\n",
        "no toml",
        "[other]\nconsent = \"disabled\"\n",
        "[TELEMETRY]\nconsent = \"disabled\"",
    ];
    for before in forms {
        for answer in [Answer::Yes, Answer::No] {
            fs::write(&path, before).unwrap();
            file.write(answer, now()).unwrap();
            let after = fs::read_to_string(&path).unwrap();
            assert_eq!(file.read().answer(), Some(answer), "{before}\n->\n{after}");
            for kept in ["# only a comment", "mine", "[other]", "[TELEMETRY]"] {
                assert_eq!(
                    after.contains(kept),
                    before.contains(kept),
                    "{before}\n->\n{after}"
                );
            }
        }
    }
}

#[test]
fn a_text_that_cannot_be_merged_is_set_aside_before_it_is_replaced() {
    let scratch = scratch("aside");
    let path = scratch.join("telemetry.toml");
    let before = b"\xff no toml\n";
    fs::write(&path, before).unwrap();
    ConsentFile::new(&path, "1.0")
        .write(Answer::No, now())
        .unwrap();
    assert_eq!(
        fs::read(scratch.join("telemetry.toml.replaced")).unwrap(),
        before
    );
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .starts_with("[telemetry]\nconsent = \"disabled\"")
    );
}

#[test]
fn row_66_a_file_of_more_than_64_kib_is_a_no() {
    let scratch = scratch("huge");
    let path = scratch.join("telemetry.toml");
    let file = ConsentFile::new(&path, "1.0");
    let comments = "# comment\n".repeat(7000);

    for text in [format!("{YES}{comments}"), format!("{comments}{NO}")] {
        assert_eq!(read(&scratch, text), StoredConsent::Invalid);
    }
    let huge = fs::read(&path).unwrap();
    assert!(matches!(
        file.write(Answer::Yes, now()),
        Err(WriteError::TooLarge)
    ));
    assert_eq!(fs::read(&path).unwrap(), huge);
}

#[test]
fn row_66_a_failed_write_is_an_error_value_and_leaves_nothing_behind() {
    let scratch = scratch("failed");
    fs::write(scratch.join("file"), "").unwrap();
    fs::create_dir(scratch.join("folder")).unwrap();
    let mut places = vec![
        // There is no file below a file.
        (scratch.join("file/telemetry.toml"), StoredConsent::Absent),
        (scratch.join("folder"), StoredConsent::Unreadable),
    ];
    if cfg!(target_os = "linux") {
        // Not even root can create anything there: the file system is read-only.
        places.push((
            "/proc/telemetry-tests/telemetry.toml".into(),
            StoredConsent::Absent,
        ));
    }
    for (place, stored) in places {
        let file = ConsentFile::new(&place, "1.0");
        for answer in [Answer::Yes, Answer::No] {
            let error = file.write(answer, now()).unwrap_err();
            assert!(!error.to_string().is_empty());
            assert!(std::error::Error::source(&error).is_some());
            assert_eq!(file.read(), stored, "{place:?}");
        }
    }
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn without_a_home_there_is_no_place_for_the_file() {
    for home in [None, Some(""), Some("relative")] {
        let lookup = |_: &str| home.map(Into::into);
        assert_eq!(
            ConsentFile::resolve_path(&lookup, None, ".config/telemetry.toml"),
            None
        );
    }
}

#[test]
fn a_relative_place_is_found_again_after_a_change_of_folder() {
    let lookup = |name: &str| (name == "MY_FILE").then(|| "answers/telemetry.toml".into());
    let place = ConsentFile::resolve_path(&lookup, Some("MY_FILE"), "unused").unwrap();
    assert!(place.is_absolute(), "{place:?}");
    assert!(place.ends_with("answers/telemetry.toml"));
}
