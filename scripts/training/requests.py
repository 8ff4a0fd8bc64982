"""What people write next to a picture: short requests to change one or two attributes of it.

The captions of FashionIQ are the model for the tone: five words in the median, half of them comparatives ("is darker
and has longer sleeves"), one in ten with a negation. Around them stands what people say to a shop ("thanks!").
"""

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval import lexicon
from scripts.training.clauses import ABSENT, Clause, as_predicate, name_value, negate, short_form
from scripts.training.labels import KEYS, Constraints
from scripts.training.request_frames import HELD_OUT_FRAMES, composed_frame
from scripts.training.wordings import pick

FRAMES = (
    "{p}", "{p}", "{p}", "{p} please", "{p}, please", "the same {p}", "the same {p}", "same {p}", "same but {p}",
    "the same but {p}", "the same, but {p}", "but {p}", "this {noun} {p}", "the same {noun} {p}", "I want it {p}",
    "I'd like it {p}", "show me this {p}", "like this but {p}", "similar, but {p}", "exactly this {p}",
    "can I see it {p}?", "the same one {p}", "{p} instead", "I'd prefer {p}", "make it {p}", "make it {p}",
    "I like it, but {p}", "do you have it {p}?", "this one {p}", "now {p}", "rather {p}", "a {noun} like this {p}",
    "it should be {p}", "change it to {p}", "ok, {p}", "this but {p}", "similar {noun} {p}", "maybe {p}",
)  # fmt: skip
_PREDICATE_FRAMES = ("{p}", "{p}", "{p}", "it {p}", "the {noun} {p}", "one that {p}", "the same but it {p}")
_HELD_OUT_PREDICATE_FRAMES = ("looking for one which {p}", "mine {p}", "the right {noun} {p}")
_CONTRASTS = (
    "{new} instead of {old}", "{new} instead of {old}", "not {old} but {new}", "{new}, not {old}",
    "{new} and not {old}", "less {old}, {new}", "{new} in place of {old}",
    "replace {old} with {new}", "replace the {old} by {new}",
    "from {old} to {new}", "change {old} into {new}", "I don't want {old}, I want {new}", "no {old}, {new}",
    "rather {new} than {old}", "{new} would be better than {old}", "this is {old}, I need {new}",
    "instead of {old} I want {new}", "the same, {new} instead of {old}", "{old} is wrong, make it {new}",
    "without {old}, with {new}", "not so {old}, {new}", "it must not be {old} but {new}",
)  # fmt: skip
_HELD_OUT_CONTRASTS = ("{new} where this is {old}", "I asked for {new} and got {old}", "exchange {old} for {new}")
_AS_KIND = (
    "as a {noun}", "the same as a {noun}", "a {noun} like this", "a matching {noun}", "{noun} instead", "a {noun}",
)  # fmt: skip
GREETINGS = (
    "thanks!", "thanks,", "thank you,", "nice,", "hmm,", "great!", "sorry,", "wow, beautiful!", "I like it.", "yes,",
    "oh nice!", "almost.", "good start,", "not bad,", "hi,", "hello!", "ok cool,", "sure,", "perfect size,", "ah,",
)  # fmt: skip
_HELD_OUT_GREETINGS = ("cheers,", "lovely!", "wonderful,", "well,", "good morning,", "aha,", "that was quick!")
REMARKS = (
    "thanks", "thanks!", "if you have it", "for my sister", "my budget is 50 euros", "I need it by friday",
    "it is a present", "if possible", "thank you so much", "I am in a hurry", "for next week", "and ship it to Rome",
    "you are very helpful", "then I will buy it", "how much is it?", "is it in stock?",
)  # fmt: skip
_HELD_OUT_REMARKS = ("cheers", "it is for my cousin", "before sunday", "many thanks in advance", "do you take cards?")

_COMPOSED_FRAMES = 0.4
"""Share of the requests in a sentence put together from parts."""
_REFUSALS = 0.1
"""Share of the restated requests that only say what it must not be."""


def ask(
    reference: Mapping[str, str], changes: Mapping[str, str], rng: np.random.Generator, held_out: bool = False
) -> str:
    """A request to change `reference` (key -> value, absent ones "") to the values in `changes`."""
    if "category" in changes:
        new = pick(lexicon.NOUNS.get(changes["category"], (changes["category"],)), rng, 0.7)
        text = str(rng.choice(_AS_KIND)).format(noun=new)
        others = [name_value(key, reference, value, rng).text for key, value in changes.items() if key != "category"]
        return _finished(" ".join([text, *others]), rng, held_out)
    if len(changes) == 1 and rng.random() < 0.2:
        (key, value), *_ = changes.items()
        old = reference.get(key, ABSENT)
        if old not in (ABSENT, value) and value != ABSENT:
            frame = str(rng.choice(_HELD_OUT_CONTRASTS if held_out else _CONTRASTS))
            text = frame.format(new=short_form(key, value, rng), old=short_form(key, old, rng))
            return _finished(text, rng, held_out)
    return say([name_value(key, reference, value, rng) for key, value in changes.items()], reference, rng, held_out)


def say(
    clauses: Sequence[Clause], reference: Mapping[str, str], rng: np.random.Generator, held_out: bool = False
) -> str:
    """One sentence out of the clauses, in any order, next to a picture with the attributes of `reference`."""
    kind = reference.get("category", "")
    noun = pick(lexicon.NOUNS.get(kind, (kind or "thing",)), rng)
    frames: Sequence[str]
    texts = [clause.text for clause in clauses]
    rng.shuffle(texts)
    if rng.random() < 0.15:
        frames = _HELD_OUT_PREDICATE_FRAMES if held_out else _PREDICATE_FRAMES
        phrase = " and ".join(as_predicate(text) for text in texts)
    else:
        frames = HELD_OUT_FRAMES if held_out else FRAMES
        phrase = str(rng.choice((" and ", ", ", " "))).join(texts)
        if not held_out and rng.random() < _COMPOSED_FRAMES:
            frames = (composed_frame(rng),)
    return _finished(str(rng.choice(frames)).format(p=phrase, noun=noun), rng, held_out)


def chat(rng: np.random.Generator, held_out: bool = False) -> str:
    """Words that ask for nothing: "thanks! for my sister"."""
    greetings = _HELD_OUT_GREETINGS if held_out else GREETINGS
    remarks = _HELD_OUT_REMARKS if held_out else REMARKS
    greeting, remark = str(rng.choice(greetings)).rstrip(","), str(rng.choice(remarks))
    return str(rng.choice((greeting, remark, f"{greeting} {remark}")))


def restate(attributes: Mapping[str, str | None], rng: np.random.Generator) -> tuple[str, Constraints] | None:
    """A request that these attributes answer, as if for another picture, and what it names; None if nothing is known.

    With these among its texts the model learns what "not red but blue" is about.
    """
    known = [key for key in KEYS if key != "category" and attributes.get(key) is not None]
    if not known:
        return None
    key = known[int(rng.integers(len(known)))]
    kind, value, old = str(attributes.get("category") or ""), str(attributes[key]), str(rng.choice(KEYS[key]))
    reference = {"category": kind, key: old}
    refused = None
    if key in ("colour", "pattern") and old != value and rng.random() < _REFUSALS:
        refused = negate(reference, key, KEYS[key], rng, named=True)
    if refused is not None:
        # Many values satisfy "not red", and a word that is near "red" for the model must lead away from it.
        text, constraints = say([refused], reference, rng), {key: refused.values}
    else:
        text, constraints = ask(reference, {key: value}, rng), {key: frozenset({value})}
    if any(noun.lower() in text.lower() for noun in lexicon.NOUNS.get(kind, ())):
        constraints["category"] = frozenset({kind})
    return text, constraints


def _finished(text: str, rng: np.random.Generator, held_out: bool) -> str:
    """With the chatter, the slips and the stops of people in a hurry."""
    text = text.strip()
    draw = rng.random()
    if draw < 0.07:
        text = f"{rng.choice(_HELD_OUT_GREETINGS if held_out else GREETINGS)} {text}"
    elif draw < 0.13:
        text = f"{text.rstrip('?')}, {rng.choice(_HELD_OUT_REMARKS if held_out else REMARKS)}"
    if rng.random() < 0.15:
        text = text.replace("-", " ")
    if rng.random() < 0.08:
        place = int(rng.integers(0, len(text) + 1))
        text = text[:place] + text[place + 1 :] if len(text) > 10 else text
    return text + str(rng.choice(("", "", "", "", "", ".", "!", " please")))
