"""Confirmed decisions out of the database and back: Label Studio, JSONL, CSV, Parquet."""
