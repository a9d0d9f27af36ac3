"""Reads `[SCHEMA, [DOCUMENT, ..]]` from standard input, and says which document the schema refuses."""

import json
import sys

from jsonschema import Draft202012Validator, FormatChecker

schema, documents = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=FormatChecker())
assert len(documents) > 30
for document in documents:
    validator.validate(document)
assert not validator.is_valid({"status": 200, "title": "OK", "cause": "secret"})
