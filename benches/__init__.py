"""
Benchmarks: what a download costs here and elsewhere, measured in one run.

A family (`benches.python`, …; listed in `families`) has sections. A section measures one thing on the
contestants that can do it, which take turns, and says its result in tables and aims. `tools/bench.py`
sets up and runs them. A benchmark prints times and says where an aim is missed; it never fails because
of one.
"""
