//! The stream of a page.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::client::{View, envelope, event};

struct Page(BufReader<TcpStream>);

impl Page {
    fn open(view: &View, after: Option<&str>) -> Self {
        let mut stream = view.connect();
        let after = after.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let head = format!(
            "GET {}stream HTTP/1.1\r\nHost: {}\r\n{after}\r\n",
            view.root,
            view.host()
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.0.read_line(&mut line).unwrap() > 0).then_some(line)
    }

    /// The status of the answer.
    fn status(&mut self) -> u16 {
        self.line()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The next message.
    fn message(&mut self) -> Option<Value> {
        loop {
            if let Some(data) = self.line()?.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The next message with events.
    fn events(&mut self) -> Vec<u64> {
        loop {
            let message = self.message().unwrap();
            let events = message["entries"].as_array().unwrap();
            if !events.is_empty() {
                return events.iter().map(|it| it["id"].as_u64().unwrap()).collect();
            }
        }
    }
}

#[test]
fn a_page_gets_each_event_once() {
    let view = View::start(&[]);
    assert_eq!(view.send(&envelope(vec![event(); 2])), 200);
    let mut page = Page::open(&view, None);
    assert_eq!(page.status(), 200);
    assert_eq!(page.events(), [2, 1]);
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    assert_eq!(page.events(), [3]);
    // A burst is not more than the events in memory.
    for _ in 0..10 {
        assert_eq!(view.send(&envelope(vec![event(); 100])), 200);
    }
    let mut last = 3;
    while last < 1003 {
        let ids = page.events();
        assert!(ids.len() <= 500 && ids.is_sorted_by(|a, b| a > b));
        assert!(ids.last() > Some(&last));
        last = ids[0];
    }
    // After an interruption, a browser names what it has.
    assert_eq!(Page::open(&view, Some("0-1001")).events(), [1003, 1002]);
    assert_eq!(view.post("reset").status, 200);
    let message = page.message().unwrap();
    assert_eq!(
        (&message["epoch"], &message["totals"]["events"]),
        (&1.into(), &0.into())
    );
    // The ids of an earlier epoch say nothing about this one.
    assert_eq!(view.send(&envelope(vec![event()])), 200);
    assert_eq!(Page::open(&view, Some("0-9999")).events(), [1004]);
}

#[test]
fn the_number_of_pages_is_limited() {
    let view = View::start(&[]);
    let mut pages: Vec<_> = (0..8).map(|_| Page::open(&view, None)).collect();
    for page in &mut pages {
        assert_eq!(page.status(), 200);
    }
    assert_eq!(view.get("stream").status, 503);
    drop(pages);
    // The view sees that a page is closed when it writes the next message.
    loop {
        assert_eq!(view.send(&envelope(vec![event()])), 200);
        if Page::open(&view, None).status() == 200 {
            break;
        }
    }
}

#[test]
fn a_stream_ends_with_the_view() {
    let view = View::start(&[]);
    let mut page = Page::open(&view, None);
    assert!(page.message().is_some());
    let (code, ..) = view.end("-INT");
    assert_eq!(code, 0);
    assert!(page.message().is_none());
}
