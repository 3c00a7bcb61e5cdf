"""Where redacted submissions, suggestions, decisions and accounts are kept."""
