use serde_json::Value;

/// A response as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    status: u16,
    /// The names in lower case.
    fields: Vec<(String, String)>,
    /// Everything before the body, as it came or would have come over HTTP/1.
    head: String,
    body: Vec<u8>,
}

impl Response {
    /// Reads the head of a response, up to and without the empty line.
    pub(crate) fn parse(head: &[u8]) -> Result<Self, String> {
        let head = String::from_utf8(head.to_vec()).map_err(|error| error.to_string())?;
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let status = status_line
            .strip_prefix("HTTP/1.1 ")
            .or_else(|| status_line.strip_prefix("HTTP/1.0 "))
            .and_then(|rest| rest.get(..3)?.parse().ok())
            .ok_or_else(|| format!("no status line: {status_line:?}"))?;
        let mut fields = Vec::new();
        for line in lines {
            let field = line.split_once(':').filter(|_| !line.contains(['\r', '\n']));
            let (name, value) = field.ok_or_else(|| format!("no header field: {line:?}"))?;
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Self { status, fields, head, body: Vec::new() })
    }

    /// Takes over what came by HTTP/2, which has no bytes of its own for a head.
    pub(crate) fn from_parts(parts: &http::response::Parts, body: Vec<u8>) -> Result<Self, String> {
        let status = parts.status.as_u16();
        let mut head = format!("HTTP/2 {status}");
        let mut fields = Vec::new();
        for (name, value) in &parts.headers {
            let value = str::from_utf8(value.as_bytes()).map_err(|error| error.to_string())?;
            head.extend(["\r\n", name.as_str(), ": ", value]);
            fields.push((name.as_str().to_owned(), value.to_owned()));
        }
        Ok(Self { status, fields, head, body })
    }

    pub(crate) fn with_body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    /// Returns the status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the header fields in the order they came, the names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the value of a header field; there must not be two of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers().filter(|(n, _)| *n == name).map(|(_, value)| value);
        let value = values.next();
        assert_eq!(values.next(), None, "two `{name}` in {}", self.head);
        value
    }

    /// Returns the body's length as the header says it.
    #[must_use]
    pub fn content_length(&self) -> usize {
        let length = self.header("content-length");
        length.and_then(|length| length.parse().ok()).expect("no content-length")
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    /// Returns the body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the title in the body.
    #[must_use]
    pub fn title(&self) -> String {
        self.json()["title"].as_str().unwrap().to_owned()
    }

    /// Returns the whole response, head and body, written as HTTP/1 does.
    #[must_use]
    pub fn raw(&self) -> String {
        [&self.head, "\r\n\r\n", self.body()].concat()
    }

    /// Returns what can be compared with another response's: the status and the header fields,
    /// sorted, without the date.
    #[must_use]
    pub fn comparable_head(&self) -> (u16, Vec<(&str, &str)>) {
        let mut fields: Vec<_> = self.headers().filter(|(name, _)| *name != "date").collect();
        fields.sort_unstable();
        (self.status, fields)
    }
}
