"""Amounts of money as people and catalogues write them."""

import math
import re

AMOUNT = r"\d+(?:[.,'\u2019 \u00a0]\d{3})*(?:[.,]\d{1,2})?(?!\d)"
"""A number with or without thousands separators and cents, as part of a regular expression."""
_CENTS = re.compile(r"[.,](\d{1,2})$")
_AMOUNT = re.compile(AMOUNT)


def amount(text: str) -> float:
    """The number that text of the form `AMOUNT` stands for: "1,299.00", "1.299,50" and "19,9" are understood."""
    cents = _CENTS.search(text)
    whole = re.sub(r"\D", "", text[: cents.start()] if cents else text)
    return float(f"{whole}.{cents[1]}" if cents else whole)


def price_of(value: object) -> float | None:
    """The price that a catalogue's cell names, None where it names none, or several."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        number = float(value)
        return number if math.isfinite(number) and number >= 0 else None
    found = _AMOUNT.findall(str(value))
    return amount(found[0]) if len(found) == 1 and "-" not in str(value) else None
