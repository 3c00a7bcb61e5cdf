"""The commands of the command line, in groups; each reads options and calls a function."""
