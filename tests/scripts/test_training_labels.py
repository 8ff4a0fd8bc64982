"""Right, wrong, unknown."""

import numpy as np

from scripts.training.labels import KEYS, encode_attributes, encode_constraints, encode_table, match

RED_DRESS = {"category": "dress", "colour": "red", "sleeve": "long"}
HAT = {"category": "hat", "colour": "red"}


def _matches(picture: dict[str, str], complete: bool, **constraints: str) -> int:
    bits = encode_constraints({key: frozenset({value}) for key, value in constraints.items()})
    return int(match(encode_attributes(picture, complete)[None], bits[None])[0, 0])


def test_what_is_named_decides() -> None:
    assert _matches(RED_DRESS, True, category="dress") == 1
    assert _matches(RED_DRESS, True, category="dress", colour="red") == 1
    assert _matches(RED_DRESS, True, category="dress", colour="blue") == 0
    assert _matches(HAT, True, sleeve="long") == 0


def test_what_nobody_knows_is_unknown_unless_something_else_is_wrong() -> None:
    photo = {"category": "dress"}
    assert _matches(photo, False, category="dress") == 1
    assert _matches(photo, False, category="dress", colour="red") == -1
    assert _matches(photo, False, category="hat", colour="red") == 0


def test_kinds_that_share_their_names_are_unknown_for_one_another() -> None:
    assert _matches({"category": "polo shirt"}, False, category="T-shirt") == -1
    assert _matches({"category": "T-shirt"}, False, category="trousers") == 0


def test_several_values_may_satisfy_and_absence_may_be_asked_for() -> None:
    codes = encode_table([RED_DRESS, {**RED_DRESS, "sleeve": "short"}, HAT])
    either = encode_constraints({"sleeve": frozenset({"short", "long"})})
    absent = encode_constraints({"sleeve": frozenset({""})})
    assert match(codes, np.stack([either, absent])).tolist() == [[1, 0], [1, 0], [0, 1]]


def test_other_keys_than_the_demo_s_work_too() -> None:
    keys = {"material": ("wood", "steel"), "room": ("kitchen", "hall")}
    codes = encode_table([{"material": "wood", "room": "hall"}, {"material": "steel"}], keys=keys)
    bits = encode_constraints({"material": frozenset({"wood"})}, keys)
    assert match(codes, bits[None])[:, 0].tolist() == [1, 0]


def test_no_rows_make_an_empty_table() -> None:
    assert encode_table([]).shape == (0, len(KEYS))
