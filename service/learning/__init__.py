"""Learning from the staff: train, judge, promote, watch, withdraw."""
