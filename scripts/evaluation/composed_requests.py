"""The requests that composition is measured with: held-out sentences, known or unseen words, and an answer to each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from retrieval import lexicon
from scripts.training.answers import Answers, answers
from scripts.training.clauses import ABSENT, Clause
from scripts.training.requests import say
from scripts.training.triplets import KIND, Collection, Requests, make_requests, request_table, values_by_kind
from scripts.training.unseen import UNSEEN
from scripts.training.wordings import article

COUNT = 600
_DRAWN = 8
"""Requests drawn for each that is wanted: four in five have no answer that keeps everything else."""
_SHARES = {"value": 0.55, "two values": 0.2, "comparative": 0.12, "negation": 0.08, "kind": 0.05}
"""What is asked for; without this the forms that many pictures answer would crowd out the others."""


@dataclass(frozen=True, slots=True)
class AnsweredRequests:
    """Requests, each with at least one picture that has what is wanted and keeps all the rest.

    Attributes:
        requests: n of them.
        found: what answers them, tables over all pictures of the collection.
    """

    requests: Requests
    found: Answers

    def label(self, row: int) -> str:
        """What it asks for: a key, or `two_values`, `comparative`, `negation`, `kind`."""
        form = self.requests.forms[row]
        return self.requests.asked[row][0] if form == "value" else form.replace(" ", "_")


def draw_requests(collection: Collection, seed: int, count: int = COUNT) -> AnsweredRequests:
    """Requests in held-out sentences with known words, in fixed shares of their forms.

    Raises:
        ValueError: nothing in the collection can be asked for, or nothing would answer.
    """
    rng = np.random.default_rng(seed)
    references = rng.integers(0, len(collection.rows), _DRAWN * count)
    return _answered(collection, make_requests(collection, references, seed, held_out=True), count, _SHARES)


def draw_unseen_requests(collection: Collection, seed: int, count: int = COUNT) -> AnsweredRequests:
    """Requests whose wanted value is worded as no labelled training text ever words it.

    Raises:
        ValueError: the collection has no values that unseen words are known for, or nothing would answer.
    """
    rng = np.random.default_rng(seed)
    available = values_by_kind(collection)
    kinds = frozenset(available)
    rows, texts, wanted = [], [], []
    for row in rng.integers(0, len(collection.rows), _DRAWN * count).tolist():
        reference = collection.rows[row]
        values = {key: frozenset(found) for key, found in available[reference.get(KIND, ABSENT)].items()}
        clause = _unseen_clause(collection, values | {KIND: kinds}, reference, rng)
        if clause is not None:
            rows.append(row)
            texts.append(say([clause], reference, rng, held_out=True))
            wanted.append({clause.key: clause.values})
    forms = ["kind" if KIND in named else "value" for named in wanted]
    return _answered(collection, request_table(collection, rows, texts, wanted, forms), count, None)


def _unseen_clause(
    collection: Collection, values: Mapping[str, frozenset[str]], reference: Mapping[str, str], rng: np.random.Generator
) -> Clause | None:
    """An unseen word for another value than the reference's; None where the kind has no such value."""
    options = {
        key: [value for value in UNSEEN.get(key, {}) if value in values[key] and value != reference[key]]
        for key in collection.keys
    }
    keys = [key for key in collection.keys if options[key]]
    if not keys:
        return None
    # As in training, colour is what people change most, and the kind least.
    weights = np.array([{"colour": 2.0, "detail": 0.5, KIND: 0.3}.get(key, 1.0) for key in keys])
    key = str(rng.choice(keys, p=weights / weights.sum()))
    value = str(rng.choice(options[key]))
    word = str(rng.choice(UNSEEN[key][value]))
    if key == KIND or value in lexicon.DETAIL_NOUNS:
        text = f"as {word}" if word.endswith("s") else f"as {article(word)}"
    else:
        forms = ("{w}", "in {w}", "a {w} one") if key == "colour" else ("{w}", "{w}", "a {w} one")
        text = str(rng.choice(forms)).format(w=word)
    return Clause(text, key, frozenset({value}), "value")


def _answered(
    collection: Collection, requests: Requests, count: int, shares: Mapping[str, float] | None
) -> AnsweredRequests:
    everything = np.arange(len(collection.rows))
    found = answers(collection, requests, np.arange(len(requests.texts)), everything)
    able = np.flatnonzero((found.exact == 1).any(axis=1))
    if shares is not None:
        forms = np.array(requests.forms, dtype=object)[able]
        able = np.sort(np.concatenate([able[forms == form][: round(share * count)] for form, share in shares.items()]))
    chosen = able[:count]
    if not len(chosen):
        raise ValueError("No request can be answered: no two pictures of the collection differ in what is asked alone.")
    return AnsweredRequests(requests.part(chosen), found.rows(chosen))
