"""Texts that depend on a number."""

from typing import NamedTuple


class Plural(NamedTuple):
    """Two English forms that call the number `{count}`; other languages have from one form to six."""

    one: str
    other: str
