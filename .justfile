# One recipe per guard; each is one plain command, which CONTRIBUTING.md explains.

# Formats everything.
fmt:
    cargo fmt --all

# The lints of Cargo.toml, as errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation, with broken links as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# All tests.
test:
    cargo test --workspace

# Core knows no framework.
framework-free:
    .ci/framework-free

# No dependency asks for a newer Rust than ours.
msrv:
    .ci/msrv

# Each feature builds on its own.
features:
    .ci/features

# The examples' manifests are valid for Kubernetes and fit the registry.
manifests:
    .ci/manifests

# The crates can be published as they are.
publish:
    cargo publish --workspace --dry-run

# All of it, from nothing, as before a change lands.
ci:
    bash .ci/run
