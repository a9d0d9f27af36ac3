#!/bin/sh
# Makes the certificates of the tests. Their keys are public: trust none of them.
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=healthz test CA" \
    -days 36500 -keyout ca.key -outform DER -out ca.der
openssl x509 -inform DER -in ca.der -out ca.pem
leaf() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.csr"
    printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\n' "$2" > extensions
    openssl ca -batch -config ca.conf -in "$1.csr" -startdate "$3" -enddate "$4" -extfile extensions \
        -notext -out "$1.pem"
    openssl x509 -in "$1.pem" -outform DER -out "$1.der"
    openssl pkcs8 -topk8 -nocrypt -in "$1.key" -outform DER -out "$1.key.der"
}
cat > ca.conf <<'CONF'
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF
: > index
echo 1000 > serial
leaf valid localhost 20250101000000Z 21240101000000Z
leaf ended localhost 20200101000000Z 20210101000000Z
leaf other elsewhere.example 20250101000000Z 21240101000000Z
rm -f ./*.pem ./*.csr ca.key ./*[a-z].key ca.conf index* serial* extensions
