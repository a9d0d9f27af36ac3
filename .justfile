# One recipe per guard; each is one plain command, which CONTRIBUTING.md explains.

# Formats everything.
fmt:
    cargo fmt --all

# The lints of Cargo.toml, as errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation, with broken links as errors.
doc:
    .ci/docs

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

# Each published crate builds with the lowest versions that its manifest allows.
minimal *arguments:
    .ci/minimal {{arguments}}

# Core, tower, grpc and systemd show no foreign types but those that their manifests allow.
public-types:
    .ci/public-types

# Looks for inputs that break a rule; for so many seconds, all targets together.
fuzz seconds="60":
    .ci/fuzz {{seconds}}

# Spelling.
typos:
    typos --config .typos.toml

# The arrows of ARCHITECTURE.md.
house:
    .ci/house

# Dependencies that nobody uses, licences, and what is there twice.
dependencies:
    cargo machete healthz-* examples/* benches tests
    cargo deny --log-level error check bans licenses sources

# What is quick, before each commit.
check: fmt typos house lint
    cargo test -p healthz-core --lib --test engine --test journal --test views

# The examples' manifests are valid for Kubernetes and fit the registry.
manifests:
    .ci/manifests

# The crates can be published as they are.
publish:
    cargo publish --workspace --dry-run

# All of it, from nothing, as before a change lands.
ci:
    bash .ci/run
