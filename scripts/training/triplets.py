"""Requests next to reference pictures, made from metadata alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scripts.training.clauses import ABSENT, Clause, compare, name_value, negate
from scripts.training.labels import KEYS, Codes, Constraints, encode_constraints, encode_table
from scripts.training.requests import ask, chat, say
from scripts.training.synonyms import vary

KIND = "category"
_NO_ATTRIBUTES = frozenset({"id", "path", "title", "price", "link", "description", "tags", "url", "sku", "brand"})
_MOST_VALUES = 58
"""Codes are bits of an int64: two for "unknown" and "none", the rest for values."""
LOOK = ("colour", "pattern")
"""What people see first, in this order: "the same with long sleeves" of a red dress should be red."""
FORMS = ("value", "two values", "comparative", "negation", "kind", "chat")
"""What requests are made of."""
_SHARES = (0.52, 0.2, 0.12, 0.08, 0.04, 0.04)
_NO_OPERATION = 0.03
"""Share of the values asked for that the picture has already."""


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
        texts: n of them.
        bits: [n, k, 2], what the answer must have, its kind included.
        kept: [n, k] bool, the keys that should stay as they are. A key that no picture of the kind has (the sleeves
            of a hat) is never among them; "none" is a value where others of the kind have one.
        asked: the keys of what each asks for.
        forms: one of `FORMS` for each.
    """

    references: NDArray[np.int64]
    texts: Sequence[str]
    bits: NDArray[np.int64]
    kept: NDArray[np.bool_]
    asked: Sequence[tuple[str, ...]]
    forms: Sequence[str]

    def part(self, chosen: NDArray[np.int64]) -> "Requests":
        """Some of them."""
        rows = chosen.tolist()
        return Requests(
            self.references[chosen], [self.texts[i] for i in rows], self.bits[chosen], self.kept[chosen],
            [self.asked[i] for i in rows], [self.forms[i] for i in rows],
        )  # fmt: skip


def make_requests(
    collection: Collection, references: NDArray[np.int64], seed: int, held_out: bool = False, plain: bool = False
) -> Requests:
    """One request for each reference, as people word them; fewer where there is nothing to ask for.

    Args:
        collection: where references and answers come from.
        references: rows.
        seed: the same seed gives the same requests.
        held_out: use the frames that training never sees.
        plain: one changed attribute, named; no comparatives, no change of kind, nothing that is so already.
    """
    rng = np.random.default_rng(seed)
    available = values_by_kind(collection)
    drawn = []
    for row in references.tolist():
        reference = collection.rows[row]
        form = "value" if plain else str(rng.choice(FORMS, p=_SHARES))
        found = _draw(reference, available, form, rng, held_out, plain)
        if found is not None:
            text, wanted = found
            if not held_out:
                named = {key: value for key, values in wanted.items() if len(values) == 1 for value in values}
                text = vary(text, named, rng)
            drawn.append((row, text, wanted, form))
    rows = [row for row, *_ in drawn]
    return request_table(
        collection, rows, [text for _, text, _, _ in drawn], [wanted for _, _, wanted, _ in drawn],
        [form for *_, form in drawn],
    )  # fmt: skip


def request_table(
    collection: Collection,
    rows: Sequence[int],
    texts: Sequence[str],
    wanted: Sequence[Constraints],
    forms: Sequence[str],
) -> Requests:
    """Requests from their parts: the kind of the reference is wanted too, and all that is not spoken of is kept."""
    available = values_by_kind(collection)
    bits, kept = [], []
    for row, named in zip(rows, wanted, strict=True):
        reference = collection.rows[row]
        kind = reference.get(KIND, ABSENT)
        constraints = dict(named)
        if KIND in collection.keys:
            constraints.setdefault(KIND, frozenset({kind}))
        same_kind = KIND not in collection.keys or constraints[KIND] == frozenset({kind})
        bits.append(encode_constraints(constraints, collection.keys))
        # Another kind has other sleeves and other pockets: only colour and pattern can be carried over.
        kept.append(
            [
                key not in constraints and (same_kind or key in LOOK) and available[kind][key] != [ABSENT]
                for key in collection.keys
            ]
        )
    width = len(collection.keys)
    return Requests(
        np.array(rows, np.int64), list(texts), np.array(bits, np.int64).reshape(-1, width, 2),
        np.array(kept, bool).reshape(-1, width), [tuple(named) for named in wanted], list(forms),
    )  # fmt: skip


def values_by_kind(collection: Collection) -> Mapping[str, Mapping[str, Sequence[str]]]:
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
    form: str,
    rng: np.random.Generator,
    held_out: bool,
    plain: bool,
) -> tuple[str, dict[str, frozenset[str]]] | None:
    kind = reference.get(KIND, ABSENT)
    if form == "chat":
        return chat(rng, held_out), {}
    if form == "kind":
        kinds = [name for name in available if name not in (kind, ABSENT)]
        if not kinds:
            return None
        other = str(rng.choice(kinds))
        return ask(reference, {KIND: other}, rng, held_out), {KIND: frozenset({other})}
    open_keys = [key for key, values in available[kind].items() if key != KIND and len(values) > 1]
    if not open_keys:
        return None
    # Colour is what people change most.
    weights = np.array([2.0 if key == "colour" else 0.5 if key == "detail" else 1.0 for key in open_keys])
    keys = [str(key) for key in rng.choice(open_keys, len(open_keys), replace=False, p=weights / weights.sum())]
    clauses: list[Clause] = []
    if form == "comparative":
        compared = compare(reference, rng)
        there = compared.values & set(available[kind].get(compared.key, ())) if compared is not None else frozenset()
        if compared is not None and there:
            clauses.append(replace(compared, values=there))
    elif form == "negation":
        clauses += [clause for key in keys if (clause := negate(reference, key, available[kind][key], rng))][:1]
    if form in ("comparative", "negation") and (not clauses or rng.random() < 0.3):
        # A second thing by the way, "darker and with long sleeves"; or at all something to ask for.
        keys = [key for key in keys if key not in {clause.key for clause in clauses}]
        count = len(clauses) + 1
    else:
        count = {"value": 1, "two values": 2}.get(form, len(clauses))
    changes = _changes(reference, available[kind], keys[: count - len(clauses)], rng, plain)
    if not clauses and not changes:
        return None
    wanted = {clause.key: clause.values for clause in clauses} | {k: frozenset({v}) for k, v in changes.items()}
    if not clauses:
        return ask(reference, changes, rng, held_out), wanted
    clauses += [name_value(key, reference, value, rng) for key, value in changes.items()]
    return say(clauses, reference, rng, held_out), wanted


def _changes(
    reference: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    keys: Sequence[str],
    rng: np.random.Generator,
    plain: bool,
) -> dict[str, str]:
    """Another value for each of the keys, as far as they have one that can be named."""
    changes = {}
    for key in keys:
        same = not plain and rng.random() < _NO_OPERATION
        options = [v for v in values[key] if (v != reference[key] or same) and (v != ABSENT or key == "detail")]
        # What the picture does not have, nobody asks to leave out.
        if plain or reference[key] == ABSENT:
            options = [v for v in options if v != ABSENT]
        if options:
            changes[key] = str(rng.choice(options))
    return changes
