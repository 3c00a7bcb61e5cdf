"""Inputs that want to break something, by the hundred thousand: see ``service.bench.fuzz``."""
