use std::fmt;

use crate::kubernetes::{advice::Advice, contradiction::Contradiction};

/// What a manifest and a registry do not agree on, and what could be better.
///
/// Displays a finding a line: contradictions first, and advice with `advice: ` before it.
///
/// ```
/// use healthz_core::Registry;
///
/// let registry = Registry::builder().liveness("live", []).build()?;
/// let findings = registry.check_manifest("
/// apiVersion: v1
/// kind: Pod
/// metadata: { name: web }
/// spec:
///   containers:
///   - name: app
///     livenessProbe: { httpGet: { path: /healthz/alive, port: 8000 } }
/// ")?;
/// assert!(findings.to_string().contains("did you mean `/healthz/live`?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    pub(super) contradictions: Vec<Contradiction>,
    pub(super) advice: Vec<Advice>,
}

impl Findings {
    /// Returns what cannot work as the registry means it, in the order of the manifest.
    #[must_use]
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }

    /// Returns what works, but not as well as it could, in the order of the manifest.
    #[must_use]
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }

    /// Tells whether there is neither a contradiction nor advice.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contradictions.is_empty() && self.advice.is_empty()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for contradiction in &self.contradictions {
            writeln!(f, "{contradiction}")?;
        }
        for advice in &self.advice {
            writeln!(f, "advice: {advice}")?;
        }
        Ok(())
    }
}
