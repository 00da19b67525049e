//! The command line: `shop [--addr IP:PORT] [--pulseboard URL] [--visitors N [--seconds S]]`, or
//! `shop --contract`.

use std::time::Duration;

/// What the command line says.
pub struct Arguments {
    /// Where the shop listens.
    pub addr: String,
    /// Where its metrics go.
    pub pulseboard: String,
    /// Simulated visitors; none unless asked for.
    pub visitors: u32,
    /// How long they stay. With them the shop closes.
    pub duration: Duration,
    /// Print the contract, and nothing else.
    pub contract: bool,
}

impl Arguments {
    /// Reads it; the error says what would be right.
    pub fn read() -> Result<Arguments, String> {
        let mut arguments = Arguments {
            addr: "127.0.0.1:8080".to_owned(),
            pulseboard: "http://127.0.0.1:3000/v1/metrics".to_owned(),
            visitors: 0,
            duration: Duration::from_secs(60),
            contract: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(name) = words.next() {
            if name == "--contract" {
                arguments.contract = true;
                continue;
            }
            let value = words.next().ok_or(format!("{name} takes a value"))?;
            let number = || {
                value
                    .parse::<u32>()
                    .map_err(|_| format!("{name} takes a number"))
            };
            match name.as_str() {
                "--addr" => arguments.addr = value,
                "--pulseboard" => arguments.pulseboard = value,
                "--visitors" => arguments.visitors = number()?.min(100),
                "--seconds" => arguments.duration = Duration::from_secs(number()?.into()),
                _ => return Err(format!("there is no {name}")),
            }
        }
        Ok(arguments)
    }
}
