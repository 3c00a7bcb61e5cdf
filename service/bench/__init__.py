"""Measurements that anybody can run again: speed, a long queue, many reviewers at once."""
