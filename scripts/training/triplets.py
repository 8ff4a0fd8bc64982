"""Requests next to reference pictures, made from metadata alone, and which pictures of the collection answer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.training.labels import KEYS, Codes, encode_constraints, encode_table, match
from scripts.training.requests import ABSENT, ask, compare

KIND = "category"
_NO_ATTRIBUTES = frozenset({"id", "path", "title", "price", "link", "description", "tags", "url", "sku", "brand"})
_MOST_VALUES = 58
"""Codes are bits of an int64: two for "unknown" and "none", the rest for values."""
_LOOK = ("colour", "pattern")
"""What people see first, in this order: "the same with long sleeves" of a red dress should be red."""
_COMPARATIVES = 0.06
_OTHER_KIND = 0.04
_NO_OPERATION = 0.03


@dataclass(frozen=True, slots=True)
class Collection:
    """The attributes of some pictures.

    Attributes:
        keys: every key with its values; the kind is the key "category" where there is one.
        rows: attributes of each picture; "" where it has none.
        codes: [n, k], see `labels.encode_attributes`.
    """

    keys: Mapping[str, tuple[str, ...]]
    rows: Sequence[Mapping[str, str]]
    codes: Codes


def collect(rows: Sequence[Mapping[str, object]]) -> Collection:
    """The attributes in some metadata: every key whose values are few and come back.

    Raises:
        ValueError: nothing in the metadata could be asked for.
    """
    keys: dict[str, tuple[str, ...]] = {}
    names = sorted(
        {name for row in rows for name in row} - _NO_ATTRIBUTES,
        key=lambda n: (list(KEYS).index(n) if n in KEYS else 99, n),
    )
    for name in names:
        values = sorted({str(row[name]) for row in rows if row.get(name) not in (None, "")})
        if 2 <= len(values) <= min(_MOST_VALUES, max(2, len(rows) // 4)) and max(map(len, values)) <= 40:
            keys[name] = tuple(values)
    if not set(keys) - {KIND}:
        raise ValueError(
            "The metadata has no attribute to ask for: a Combiner needs columns such as colour or pattern whose values "
            "come back in several pictures."
        )
    clean = [{key: ABSENT if row.get(key) is None else str(row[key]) for key in keys} for row in rows]
    coded = encode_table([{key: value or None for key, value in row.items()} for row in clean], keys=keys)
    return Collection(keys, clean, coded)


@dataclass(frozen=True, slots=True)
class Requests:
    """Many requests: row of the reference picture, text, and what must hold of an answer.

    Attributes:
        references: [n] rows.
        bits: [n, k, 2], what the answer must have, its kind included.
        kept: [n, k] bool, the keys that should stay as they are.
    """

    references: NDArray[np.int64]
    texts: Sequence[str]
    bits: NDArray[np.int64]
    kept: NDArray[np.bool_]


def make_requests(
    collection: Collection, references: NDArray[np.int64], seed: int, held_out: bool = False, plain: bool = False
) -> Requests:
    """One request for each of the reference rows; each has at least one answer in the collection.

    Args:
        collection: where references and answers come from.
        references: rows.
        seed: the same seed gives the same requests.
        held_out: use the frames that training never sees.
        plain: one changed attribute, named; no comparatives, no change of kind, nothing that is so already.
    """
    rng = np.random.default_rng(seed)
    available = _available(collection)
    rows, texts, bits, kept = [], [], [], []
    for row in references.tolist():
        reference = collection.rows[row]
        drawn = _draw(reference, available, collection, rng, held_out, plain)
        if drawn is None:
            continue
        text, constraints = drawn
        if KIND in collection.keys and KIND not in constraints:
            constraints[KIND] = frozenset({reference[KIND]})
        changed_kind = constraints.get(KIND) != frozenset({reference.get(KIND, ABSENT)}) and KIND in constraints
        rows.append(row)
        texts.append(text)
        bits.append(encode_constraints(constraints, collection.keys))
        # Another kind has other sleeves and other pockets: only colour and pattern can be carried over.
        kept.append(
            [key not in constraints and (not changed_kind or key in ("colour", "pattern")) for key in collection.keys]
        )
    return Requests(np.array(rows, np.int64), texts, np.array(bits), np.array(kept))


@dataclass(frozen=True, slots=True)
class Answers:
    """Three [requests, gallery] tables, each stricter than the one before: 1 right, 0 wrong, -1 takes no part.

    Attributes:
        wanted: what has the wanted attributes and the kind.
        same_look: what also has the reference's colour and pattern, as far as they should stay; where nothing has
            both, its colour; where nothing has that either, as in `wanted`.
        closest: among those that are right in `wanted`, what keeps as much of the reference as any other does.
    """

    wanted: NDArray[np.int8]
    same_look: NDArray[np.int8]
    closest: NDArray[np.int8]


def answers(
    collection: Collection, requests: Requests, chosen: NDArray[np.int64], gallery: NDArray[np.int64]
) -> Answers:
    """What answers the chosen requests among the rows of a gallery; a reference never answers its own request."""
    codes = collection.codes[gallery]
    rows = requests.references[chosen]
    itself = gallery[None, :] == rows[:, None]
    wanted = np.where(itself, 0, match(codes, requests.bits[chosen]).T).astype(np.int8)
    right = wanted == 1
    same = np.zeros(wanted.shape, np.int16)
    look = right
    for position, key in enumerate(collection.keys):
        kept = requests.kept[chosen, None, position]
        equal = codes[None, :, position] == collection.codes[rows, None, position]
        same += equal & kept
        if key in _LOOK:
            stricter = look & (equal | ~kept)
            look = np.where(stricter.any(axis=1, keepdims=True), stricter, look)
    most = np.where(right, same, -1).max(axis=1, keepdims=True)
    closest = np.where(right, same == most, np.where(itself, 0, -1))
    return Answers(wanted, np.where(wanted == -1, -1, look).astype(np.int8), closest.astype(np.int8))


def _available(collection: Collection) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Kind -> key -> the values that pictures of this kind have ("" for none, where some have one)."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in collection.rows:
        of_kind = found.setdefault(row.get(KIND, ABSENT), {})
        for key, value in row.items():
            of_kind.setdefault(key, set()).add(value)
    return {kind: {key: sorted(values) for key, values in keys.items()} for kind, keys in found.items()}


def _draw(
    reference: Mapping[str, str],
    available: Mapping[str, Mapping[str, Sequence[str]]],
    collection: Collection,
    rng: np.random.Generator,
    held_out: bool,
    plain: bool,
) -> tuple[str, dict[str, frozenset[str]]] | None:
    kind = reference.get(KIND, ABSENT)
    if not plain and rng.random() < _COMPARATIVES:
        compared = compare(reference, rng, held_out)
        if compared is not None:
            text, key, values = compared
            there = values & set(available[kind].get(key, ()))
            if there:
                return text, {key: there}
    if not plain and rng.random() < _OTHER_KIND and len(available) > 1:
        kinds = [name for name in available if name not in (kind, ABSENT)]
        other = str(rng.choice(kinds))
        return ask(reference, {KIND: other}, rng, held_out), {KIND: frozenset({other})}
    open_keys = [key for key, values in available[kind].items() if key != KIND and len(values) > 1]
    if not open_keys:
        return None
    # Colour is what people change most.
    weights = np.array([2.0 if key == "colour" else 0.5 if key == "detail" else 1.0 for key in open_keys])
    count = 1 if plain or rng.random() < 0.7 else 2
    drawn = rng.choice(open_keys, min(count, len(open_keys)), replace=False, p=weights / weights.sum())
    changes: dict[str, str] = {}
    for key in map(str, drawn):
        same = not plain and rng.random() < _NO_OPERATION
        options = [
            v for v in available[kind][key] if (v != reference[key] or same) and (v != ABSENT or key == "detail")
        ]
        if plain:
            options = [v for v in options if v != ABSENT]
        if options:
            changes[key] = str(rng.choice(options))
    if not changes:
        return None
    return ask(reference, changes, rng, held_out), {key: frozenset({value}) for key, value in changes.items()}
