"""Disclosure control: which figures may be published so that nobody can be found in them.

Pure: values in, values out; no database, web or files. ``control`` decides, ``witness`` proves a
choice safe, ``attack`` tries to solve for what was hidden and shares no code with the proof but the
solver. The rules, and what is proven, stand in ``docs/disclosure.md``.
"""
