use serde_json::Value;

/// A response as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    head: String,
    body: Vec<u8>,
}

impl Response {
    /// Reads the head of a response, up to and without the empty line.
    pub(crate) fn parse(head: &[u8]) -> Self {
        let head = String::from_utf8(head.to_vec()).unwrap();
        let response = Self { head, body: Vec::new() };
        let status_line = response.head.lines().next().unwrap_or_default();
        assert!(
            status_line.starts_with("HTTP/1.1 ") || status_line.starts_with("HTTP/1.0 "),
            "no status line: {status_line:?}"
        );
        for line in response.head.split("\r\n") {
            assert!(!line.contains(['\r', '\n']), "a bare line break in {line:?}");
        }
        let _ = (response.status(), response.headers());
        response
    }

    pub(crate) fn with_body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    /// Returns the status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.get(9..12).and_then(|code| code.parse().ok()).expect("no status code")
    }

    /// Returns the header fields in the order they came, the names in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, &str)> {
        self.head.split("\r\n").skip(1).map(field).collect()
    }

    /// Returns the value of a header field; there must not be two of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers().into_iter().filter(|(n, _)| n == name).map(|(_, v)| v);
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

    /// Returns the whole response, head and body, as it came.
    #[must_use]
    pub fn raw(&self) -> String {
        [&self.head, "\r\n\r\n", self.body()].concat()
    }

    /// Returns what can be compared with another response's: the status line and the header fields,
    /// sorted, without the date.
    #[must_use]
    pub fn comparable_head(&self) -> Vec<&str> {
        let lines = self.head.split("\r\n");
        let mut lines: Vec<_> =
            lines.filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect();
        lines[1..].sort_unstable();
        lines
    }
}

fn field(line: &str) -> (String, &str) {
    let (name, value) = line.split_once(':').expect("a header field without a colon");
    (name.to_ascii_lowercase(), value.trim())
}
