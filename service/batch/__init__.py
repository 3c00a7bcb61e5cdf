"""Files of submissions, row by row or on many processes. Tasks carry a path and a range only."""
