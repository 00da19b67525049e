//! `Content-Encoding` of requests: bodies are unpacked as they come.
//!
//! Invariant: what is unpacked never grows beyond the limit, nor beyond the memory that is left,
//! whatever the packed bytes claim.

use std::io::{self, Write};

use axum::http::{HeaderMap, HeaderValue, header};
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use protocol::ErrorCode;

use super::Error;
use crate::ingest::memory::Reserved;

/// Packed bytes are unpacked in parts of so many, so that no part has to be kept.
const PART: usize = 16 * 1024;

/// Unpacks one body.
pub(super) enum Unpacker {
    Plain(Unpacked),
    Gzip(Box<MultiGzDecoder<Unpacked>>),
    Zlib(Box<ZlibDecoder<Unpacked>>),
}

/// What a body holds so far.
pub(super) struct Unpacked {
    bytes: Vec<u8>,
    most: usize,
    /// For the routes whose memory is bounded together.
    memory: Option<Reserved>,
    fault: Option<Fault>,
}

/// Why nothing more is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The body is longer than the limit.
    TooLong,
    /// Other requests hold the memory.
    Exhausted,
    /// It is not packed as its head says.
    Garbled,
}

impl Unpacker {
    /// For a body with these headers. 415 for an encoding that is not read here.
    pub(super) fn new(headers: &HeaderMap, unpacked: Unpacked) -> Result<Unpacker, Error> {
        let encoding = headers.get(header::CONTENT_ENCODING);
        let encoding = encoding.map_or(&b""[..], HeaderValue::as_bytes);
        match &*encoding.trim_ascii().to_ascii_lowercase() {
            b"identity" | b"" => Ok(Unpacker::Plain(unpacked)),
            b"gzip" | b"x-gzip" => Ok(Unpacker::Gzip(Box::new(MultiGzDecoder::new(unpacked)))),
            // HTTP's `deflate` is zlib's format, which Collectors also call by its name.
            b"deflate" | b"zlib" => Ok(Unpacker::Zlib(Box::new(ZlibDecoder::new(unpacked)))),
            _ => {
                let message = "send the body as it is, or with `Content-Encoding: gzip` or \
                               `deflate`";
                Err(Error::new(ErrorCode::ContentEncoding, message))
            }
        }
    }

    /// Takes a part of the body as it came.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for part in bytes.chunks(PART) {
            let written = match self {
                Unpacker::Plain(unpacked) => unpacked.write_all(part),
                Unpacker::Gzip(decoder) => decoder.write_all(part),
                Unpacker::Zlib(decoder) => decoder.write_all(part),
            };
            written.map_err(|_| self.fault())?;
        }
        Ok(())
    }

    /// The whole body, and the memory that it holds.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, Option<Reserved>), Fault> {
        let done = match &mut self {
            Unpacker::Plain(_) => Ok(()),
            Unpacker::Gzip(decoder) => decoder.try_finish(),
            Unpacker::Zlib(decoder) => decoder.try_finish(),
        };
        done.map_err(|_| self.fault())?;
        let unpacked = self.unpacked();
        Ok((std::mem::take(&mut unpacked.bytes), unpacked.memory.take()))
    }

    fn fault(&mut self) -> Fault {
        self.unpacked().fault.unwrap_or(Fault::Garbled)
    }

    fn unpacked(&mut self) -> &mut Unpacked {
        match self {
            Unpacker::Plain(unpacked) => unpacked,
            Unpacker::Gzip(decoder) => decoder.get_mut(),
            Unpacker::Zlib(decoder) => decoder.get_mut(),
        }
    }
}

impl Unpacked {
    /// Nothing yet; at most `most` bytes.
    pub(super) fn new(most: u64, memory: Option<Reserved>) -> Unpacked {
        Unpacked {
            bytes: Vec::new(),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            memory,
            fault: None,
        }
    }

    /// Makes room, in steps that double, and takes the memory for it before.
    fn make_room(&mut self, len: usize) -> Result<(), Fault> {
        if len > self.most {
            return Err(Fault::TooLong);
        }
        let now = self.bytes.capacity();
        if len <= now {
            return Ok(());
        }
        let next = now.saturating_mul(2).clamp(len, self.most);
        if let Some(memory) = &mut self.memory {
            memory.grow(next - now).map_err(|_| Fault::Exhausted)?;
        }
        self.bytes.reserve_exact(next - self.bytes.len());
        Ok(())
    }
}

impl Write for Unpacked {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let len = self.bytes.len().saturating_add(part.len());
        if let Err(fault) = self.make_room(len) {
            self.fault = Some(fault);
            return Err(io::Error::other("no room"));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;
    use crate::ingest::memory::IngestMemory;

    fn unpack(encoding: &str, body: &[u8], most: u64) -> Result<Vec<u8>, Fault> {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(encoding).expect("a value");
        headers.insert(header::CONTENT_ENCODING, value);
        let memory = IngestMemory::new(1 << 20).reserve();
        let unpacked = Unpacked::new(most, Some(memory));
        let mut unpacker = Unpacker::new(&headers, unpacked).map_err(|_| Fault::Garbled)?;
        // As a network breaks a body into pieces.
        for piece in body.chunks(7) {
            unpacker.push(piece)?;
        }
        unpacker.finish().map(|(bytes, _)| bytes)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("packs");
        encoder.finish().expect("packs")
    }

    #[test]
    fn encodings_are_unpacked_within_the_limit() {
        let zlib = |bytes: &[u8]| {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).expect("packs");
            encoder.finish().expect("packs")
        };
        let text = b"{\"name\":\"a\"}".repeat(100);
        let most = text.len() as u64;
        for (encoding, body) in [
            ("", text.clone()),
            ("identity", text.clone()),
            ("GZIP", gzip(&text)),
            ("x-gzip", [gzip(&text[..9]), gzip(&text[9..])].concat()),
            ("deflate", zlib(&text)),
            (" zlib ", zlib(&text)),
        ] {
            assert_eq!(
                unpack(encoding, &body, most).as_ref(),
                Ok(&text),
                "{encoding}"
            );
            let short = unpack(encoding, &body, most - 1);
            assert_eq!(short, Err(Fault::TooLong), "{encoding}");
        }
        let whole = gzip(&text);
        for (encoding, body) in [
            ("gzip", &whole[..whole.len() - 1]),
            ("gzip", &text[..]),
            ("gzip", b""),
            ("deflate", &whole[..]),
            ("br", &text[..]),
            ("gzip, gzip", &whole[..]),
        ] {
            assert_eq!(
                unpack(encoding, body, most),
                Err(Fault::Garbled),
                "{encoding}"
            );
        }
    }

    #[test]
    fn a_bomb_ends_at_the_memory_that_is_left() {
        let bomb = gzip(&vec![0; 8 << 20]);
        assert!(bomb.len() < 1 << 14);
        assert_eq!(unpack("gzip", &bomb, 1 << 30), Err(Fault::Exhausted));
        assert_eq!(unpack("gzip", &bomb, 4 << 10), Err(Fault::TooLong));
    }
}
