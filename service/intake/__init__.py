"""Submissions come in: a form, an API, a file. Raw text lives here in memory only."""
