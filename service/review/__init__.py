"""A person reads, accepts or corrects. What they decide is added, never overwritten."""
