use std::{
    fmt::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::probe_error::ProbeError;

/// Where a probe asks that was told nothing else.
pub(crate) const DEFAULT_ADDRESS: &str = "http://127.0.0.1:8000/healthz/ready";

const DEFAULT_PATH: &str = "/healthz/ready";

/// What is asked, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) host: Host,
    /// As it is sent, with the query.
    pub(crate) path: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// To be tried in this order, with a port.
    Addresses(Vec<IpAddr>, u16),
    /// To be looked up, with a port.
    Name(String, u16),
    /// The file of a Unix socket.
    Unix(String),
}

impl Place {
    pub(crate) fn parse(address: &str) -> Result<Self, ProbeError> {
        let mistake = |problem| ProbeError::Address(shown(address), problem);
        if let Some(rest) = address.strip_prefix("unix:") {
            let (file, path) = match rest.find(":/") {
                Some(colon) => (&rest[..colon], &rest[colon + 1..]),
                None => (rest, ""),
            };
            if file.is_empty() || file.contains('\0') {
                return Err(mistake(
                    "names no socket: write it as `unix:/run/app.sock:/healthz/ready`",
                ));
            }
            return Ok(Self {
                host: Host::Unix(file.into()),
                path: parse_path(path).map_err(mistake)?,
            });
        }
        let rest = match address.split_once("://") {
            None => address,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => {
                return Err(mistake(
                    "asks for TLS, which the probe does not speak: use a port with plain `http://`",
                ));
            }
            Some(_) => return Err(mistake("has an unknown scheme: use `http://` or `unix:`")),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = Host::parse(authority).map_err(mistake)?;
        Ok(Self { host, path: parse_path(path).map_err(mistake)? })
    }

    pub(crate) fn with_path(self, path: &str) -> Result<Self, ProbeError> {
        let mistake = |problem| ProbeError::Address(shown(path), problem);
        if !path.starts_with('/') {
            return Err(mistake("is no path: begin it with a `/`"));
        }
        Ok(Self { path: parse_path(path).map_err(mistake)?, ..self })
    }

    pub(crate) fn with_endpoint(mut self, name: &str) -> Self {
        let path = self.path.split('?').next().unwrap_or_default();
        self.path.truncate(path.rfind('/').map_or(0, |slash| slash + 1));
        for byte in name.bytes() {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            push(&mut self.path, byte, plain);
        }
        self
    }

    pub(crate) fn is_local(&self) -> Result<(), ProbeError> {
        match &self.host {
            Host::Unix(_) => Ok(()),
            Host::Addresses(all, _) if all.iter().all(IpAddr::is_loopback) => Ok(()),
            host => Err(ProbeError::NotLocal(host.to_string())),
        }
    }
}

impl Host {
    fn parse(authority: &str) -> Result<Self, &'static str> {
        if authority.contains('@') {
            return Err("has a user name before it, which the probe never sends: leave it out");
        }
        let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) =
                rest.split_once(']').ok_or("opens a bracket: write `[::1]:8000`")?;
            let address: Ipv6Addr =
                address.parse().map_err(|_| "has no IPv6 address in its brackets")?;
            (Ok(IpAddr::V6(address)), port)
        } else {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (host.parse().map(IpAddr::V4).map_err(|_| host), port)
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => 80,
            Some(port) if port.contains(':') => {
                return Err(
                    "has too many colons: put an IPv6 address in brackets, as in `[::1]:8000`",
                );
            }
            // `parse` would take a sign, too.
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => port
                .parse()
                .ok()
                .filter(|&port| port != 0)
                .ok_or("has no port that one can ask: use 1 to 65535")?,
            _ => return Err("has no port after its host: write `127.0.0.1:8000`"),
        };
        match host {
            Ok(address) => Ok(Self::Addresses(connectable(address), port)),
            Err("") => Err("names no host: write `127.0.0.1:8000`"),
            Err(name) if name.eq_ignore_ascii_case("localhost") => {
                // Never looked up: an image without files has no /etc/hosts either.
                Ok(Self::Addresses(
                    vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
                    port,
                ))
            }
            Err(name) if name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) => {
                Ok(Self::Name(name.into(), port))
            }
            Err(_) => Err("has a host that is none: use letters, digits, `-` and `.`"),
        }
    }
}

/// For the Host header and for people.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addresses(all, port) => match all.first() {
                Some(IpAddr::V6(address)) => write!(f, "[{address}]:{port}"),
                Some(IpAddr::V4(address)) => write!(f, "{address}:{port}"),
                None => Ok(()),
            },
            Self::Name(name, port) => write!(f, "{name}:{port}"),
            Self::Unix(file) => f.write_str(file),
        }
    }
}

/// A service that listens on every address is asked on the loopback one. Where it listens on all of
/// IPv6, it mostly does on IPv4, too, and a container often has no `::1`.
fn connectable(address: IpAddr) -> Vec<IpAddr> {
    match address.to_canonical() {
        address if !address.is_unspecified() => vec![address],
        IpAddr::V4(_) => vec![Ipv4Addr::LOCALHOST.into()],
        IpAddr::V6(_) => vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()],
    }
}

/// Nothing that is given can end the request's first line.
fn parse_path(path: &str) -> Result<String, &'static str> {
    let path = path.split('#').next().unwrap_or_default();
    if path.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err("has a space or a control character: percent-encode it, as in `%20`");
    }
    let mut encoded = String::new();
    if !path.starts_with('/') {
        encoded.push_str(DEFAULT_PATH);
    }
    for byte in path.bytes() {
        push(&mut encoded, byte, byte.is_ascii());
    }
    Ok(encoded)
}

fn push(path: &mut String, byte: u8, plain: bool) {
    if plain {
        path.push(char::from(byte));
    } else {
        let _ = write!(path, "%{byte:02X}");
    }
}

/// What was given, without what may be secret in it.
fn shown(given: &str) -> String {
    let given = given.rsplit('@').next().unwrap_or_default();
    given.split('?').next().unwrap_or_default().into()
}
