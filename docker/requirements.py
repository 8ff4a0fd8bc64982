"""Prints what the project needs, one package a line, so that an image layer of packages outlives changes of the code.

Usage: python requirements.py pyproject.toml EXTRA [EXTRA ...]
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"]
extras = [package for extra in sys.argv[2:] for package in project["optional-dependencies"][extra]]
print(*project["dependencies"], *extras, sep="\n")
