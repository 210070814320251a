//! Requests to the collector.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::http::StatusCode;
use reqwest::{Client, Response, Url, header};
use serde_json::Value;
use tokio::{
    sync::{Semaphore, mpsc},
    time::timeout,
};

use super::{
    body::Refusal,
    counters::{Counters, Delivery},
    limits::{FORWARD_TIME, FORWARDS, LONGEST_RETRY_AFTER, RETRY_AFTER},
};
use crate::outgoing::{Target, client};

/// Bytes of an answer that are read. A longer one still counts as accepted.
const ANSWER_BYTES: usize = 64 * 1024;

/// The way to the collector.
pub(super) struct Forwarder {
    client: Client,
    target: Url,
    places: Semaphore,
    /// The last end of a request, so that only changes are reported.
    last: Mutex<Option<(Delivery, u16)>>,
    notices: mpsc::Sender<String>,
}

impl Forwarder {
    pub(super) fn new(target: Target, notices: mpsc::Sender<String>) -> Result<Self, String> {
        Ok(Self {
            client: client(FORWARD_TIME)?,
            target: target.0,
            places: Semaphore::new(FORWARDS),
            last: Mutex::new(None),
            notices,
        })
    }

    /// Sends logs. Returns how many of them the collector has rejected while it accepted the others.
    pub(super) async fn send(&self, logs: Vec<u8>, counters: &Counters) -> Result<u64, Refusal> {
        let begin = Instant::now();
        let sent = timeout(FORWARD_TIME, self.answer(logs)).await;
        let (delivery, status, result) = match sent {
            Ok(Ok((status, rejected, _))) if status.is_success() => {
                (Delivery::Accepted, status.as_u16(), Ok(rejected))
            }
            Ok(Ok((status, _, retry_after))) => {
                let is_busy = matches!(status.as_u16(), 429 | 502 | 503 | 504);
                let delivery = if is_busy {
                    Delivery::Busy
                } else {
                    Delivery::Refused
                };
                let refusal =
                    Refusal::later("the collector does not accept events now", retry_after);
                (delivery, status.as_u16(), Err(refusal))
            }
            Ok(Err(delivery)) => {
                let refusal = Refusal::later("the collector does not answer", RETRY_AFTER);
                (delivery, 0, Err(refusal))
            }
            Err(_) => {
                let refusal = Refusal::later("the collector is too slow", RETRY_AFTER);
                (Delivery::Late, 0, Err(refusal))
            }
        };
        counters.delivery(delivery);
        counters.forwards.add(begin.elapsed());
        self.report(delivery, status);
        result
    }

    /// Status, rejected logs and `Retry-After` of an answer.
    async fn answer(&self, logs: Vec<u8>) -> Result<(StatusCode, u64, u64), Delivery> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        let request = self
            .client
            .post(self.target.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(logs);
        let response = request.send().await.map_err(|error| {
            if error.is_timeout() {
                Delivery::Late
            } else {
                Delivery::Failed
            }
        })?;
        let status = response.status();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|it| it.to_str().ok()?.trim().parse::<u64>().ok())
            .unwrap_or(RETRY_AFTER)
            .min(LONGEST_RETRY_AFTER);
        let rejected = rejected(response).await;
        Ok((status, rejected, retry_after))
    }

    /// Reports a change of the collector, without what was sent.
    fn report(&self, delivery: Delivery, status: u16) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.replace((delivery, status));
        drop(last);
        if before.map(|(delivery, _)| delivery) == Some(delivery) {
            return;
        }
        let text = match (delivery, before) {
            (Delivery::Accepted, None) => return,
            (Delivery::Accepted, Some(_)) => "the collector accepts events again".to_owned(),
            (Delivery::Busy, _) => format!("the collector is busy: status {status}"),
            (Delivery::Refused, _) => format!(
                "the collector refuses events: status {status}; check the address of --forward"
            ),
            (Delivery::Late, _) => "the collector is too slow".to_owned(),
            (Delivery::Failed, _) => "the collector cannot be reached".to_owned(),
        };
        let _ = self.notices.try_send(text);
    }
}

/// `partialSuccess.rejectedLogRecords` of an answer; 0 if it cannot be read.
async fn rejected(mut response: Response) -> u64 {
    let mut bytes = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        if bytes.len() + part.len() > ANSWER_BYTES {
            return 0;
        }
        bytes.extend_from_slice(&part);
    }
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let rejected = answer.pointer("/partialSuccess/rejectedLogRecords");
    // An integer of 64 bits is a string in the JSON of OTLP.
    rejected.map_or(0, |it| {
        it.as_u64()
            .or_else(|| it.as_str()?.parse().ok())
            .unwrap_or_default()
    })
}
