"""What `python -m scripts.evaluate` measures: one module for each suite."""
