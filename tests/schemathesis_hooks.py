"""Media types that schemathesis has no serialiser for: lines of text, and bytes."""

from __future__ import annotations

import schemathesis

schemathesis.serializer.alias(
    ["application/jsonl", "application/x-jsonlines", "application/x-ndjson", "text/csv"],
    "text/plain",
)
schemathesis.serializer.alias(["application/vnd.apache.parquet"], "application/octet-stream")
