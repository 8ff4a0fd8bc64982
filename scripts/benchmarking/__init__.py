"""What `python -m scripts.benchmark` measures: one module for each suite.

A suite is a module with `add_arguments(parser)`, which may add options of its own that all have defaults, and
`run(options) -> dict[str, float]`, which gives `{metric: number}` or raises one of the project's errors, ValueError or
OSError with one sentence. `scripts/benchmark.py` lists the suites.
"""
