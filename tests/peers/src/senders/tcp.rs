//! A socket and a request that was prepared: the limit of all clients.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use crate::senders::{Sender, http::body};

pub(crate) struct Tcp {
    connection: TcpStream,
    request: Vec<u8>,
    batch: usize,
}

impl Tcp {
    pub(crate) fn start(address: SocketAddr, batch: usize) -> Self {
        let connection = TcpStream::connect(address).expect("the collector listens");
        connection.set_nodelay(true).expect("a socket");
        let body = body(batch);
        let length = body.len();
        let head =
            format!("POST /events HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n\r\n");
        Self {
            connection,
            request: [head.into_bytes(), body].concat(),
            batch,
        }
    }
}

impl Sender for Tcp {
    fn send(&mut self, events: usize) {
        let mut answer = [0; 256];
        for _ in 0..events / self.batch {
            let mut end = 0;
            let written = self.connection.write_all(&self.request);
            while written.is_ok() && !answer[..end].ends_with(b"\r\n\r\n") {
                match self.connection.read(&mut answer[end..]) {
                    // The count of the collector shows the loss.
                    Ok(0) | Err(_) => return,
                    Ok(read) => end += read,
                }
            }
        }
    }
}
