"""What people write when they look for something: a grammar from attributes to short texts.

Two disjoint sets of frames: `FRAMES` for training, `HELD_OUT_FRAMES` that training never sees.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval import lexicon
from scripts.training.labels import Constraints

FRAMES = (
    "{np}", "{np}", "{np}", "{np}", "{a}", "{a}", "{a}",
    "looking for {a}", "I want {a}", "I am looking for {a}", "show me {a}", "I need {a}", "find {a}",
    "do you have {a}?", "{np} please", "{a}, please", "search {np}", "I would like {a}", "some {np}",
    "{np}?", "a picture of {a}", "a photo of {a}", "hi, I need {a}", "can you find me {a}", "I'd love {a}",
    "we need {a}", "{np} wanted",
)  # fmt: skip
HELD_OUT_FRAMES = (
    "is there {a} in your shop?", "please get me {a}", "I'm after {a}", "got any {np}?", "I could use {a}",
    "how about {a}", "hello! {np}", "my sister wants {a}", "where can I see {a}", "any {np} around?",
    "let me see {a}", "{a} would be great",
)  # fmt: skip
_KINDLESS = (
    "something {adjectives}",
    "anything {adjectives}",
    "{adjectives}",
    "{adjectives} clothes",
    "things {adjectives}",
)
FILLERS = (
    "nice", "beautiful", "cute", "elegant", "casual", "new", "stylish", "good", "simple", "cool", "lovely", "pretty",
)  # fmt: skip
SEASONS = ("summer", "winter", "spring", "autumn", "party", "work", "everyday", "cotton", "women's", "men's", "kids'")
PURPOSES = (
    "for work", "for the office", "for summer", "for the summer", "for a party", "for my wife", "for my son",
    "for a wedding", "for the beach", "for winter", "for school", "for every day", "for a date", "for women", "for men",
)  # fmt: skip
_PLURAL_NOUNS = frozenset(
    {
        "trousers", "pants", "slacks", "chinos", "jeans", "shorts", "bermudas", "short pants", "shoes", "footwear",
        "headwear", "headgear", "trainers", "wellingtons", "stilettos", "pumps", "slippers",
    }
)  # fmt: skip
_ORDER = ("length", "colour", "pattern", "sleeve", "neckline", "detail")


def describe(
    attributes: Mapping[str, str | None],
    rng: np.random.Generator,
    keys: Sequence[str] | None = None,
    frames: Sequence[str] = FRAMES,
) -> tuple[str, Constraints]:
    """A text that is true of `attributes`, and what it names.

    Args:
        attributes: key -> value; None where it has none.
        rng: chance.
        keys: what must be named, the kind apart; drawn at random (any size) when None.
        frames: the sentences that may be used.
    """
    known = [key for key in _ORDER if attributes.get(key) is not None]
    kind = attributes.get("category")
    named = list(keys) if keys is not None else _subset(known, kind is not None, rng)
    constraints: dict[str, frozenset[str]] = {key: frozenset({str(attributes[key])}) for key in named}
    with_kind = kind is not None and (keys is not None or not named or rng.random() < 0.9)
    if not with_kind:
        return _noise(_without_kind(attributes, named, rng), rng), constraints
    constraints["category"] = frozenset({str(kind)})
    phrase, noun_key = _noun_phrase(attributes, named, rng)
    if noun_key is not None:
        constraints["detail"] = frozenset({noun_key})
    text = str(rng.choice(frames)).format(np=phrase, a=article(phrase))
    if rng.random() < 0.1:
        text += " " + pick(PURPOSES, rng)
    return _noise(text, rng), constraints


def article(phrase: str) -> str:
    """The phrase with "a" or "an", or bare when its noun is plural."""
    if any(phrase.split(" with ")[0].endswith(noun) for noun in _PLURAL_NOUNS) and "pair of" not in phrase:
        return phrase
    return ("an " if phrase[0].lower() in "aeiou" else "a ") + phrase


def pick(options: Sequence[str], rng: np.random.Generator, first: float = 0.5) -> str:
    """One of the options; the first with at least the probability `first`."""
    if len(options) == 1 or rng.random() < first:
        return options[0]
    return options[int(rng.integers(len(options)))]


def _subset(known: Sequence[str], has_kind: bool, rng: np.random.Generator) -> list[str]:
    if not known:
        return []
    # Colour and pattern are what people name most; the other keys follow evenly.
    size = int(rng.choice(6, p=(0.12, 0.36, 0.28, 0.14, 0.06, 0.04)))
    size = max(size, 0 if has_kind else 1)
    weights = np.array([2.0 if key in ("colour", "pattern") else 1.0 for key in known])
    drawn = rng.choice(len(known), min(size, len(known)), replace=False, p=weights / weights.sum())
    return [known[i] for i in sorted(drawn)]


def _noun_phrase(
    attributes: Mapping[str, str | None], named: Sequence[str], rng: np.random.Generator
) -> tuple[str, str | None]:
    kind = str(attributes["category"])
    before: list[str] = []
    after: list[str] = []
    noun_key: str | None = None
    noun = pick(lexicon.NOUNS[kind], rng)
    detail = attributes.get("detail")
    if detail in lexicon.DETAIL_NOUNS and "detail" not in named and rng.random() < 0.35:
        # Nobody says "hat" for a cap.
        noun, noun_key = pick(lexicon.DETAIL_NOUNS[str(detail)], rng), detail
    for key in named:
        value = str(attributes[key])
        if key == "detail" and value in lexicon.DETAIL_NOUNS:
            noun, noun_key = pick(lexicon.DETAIL_NOUNS[value], rng), value
        elif key == "colour":
            colour = pick(lexicon.COLOURS[value], rng, 0.8)
            if rng.random() < 0.75:
                before.append(colour + (" coloured" if rng.random() < 0.03 else ""))
            else:
                after.append(f"in {colour}")
        else:
            adjectives, phrases = lexicon.ADJECTIVES[key].get(value, ()), lexicon.PHRASES[key].get(value, ())
            if adjectives and (not phrases or rng.random() < 0.6):
                before.append(pick(adjectives, rng, 0.4))
            elif phrases:
                after.append(pick(phrases, rng, 0.4))
    if rng.random() < 0.25:
        rng.shuffle(before)
    if rng.random() < 0.12:
        # Search-box style: "dress red striped".
        return " ".join([noun, *before, *(p.removeprefix("in ") for p in after)]), noun_key
    if rng.random() < 0.12:
        before.insert(0, pick(FILLERS, rng, 0.0))
    if rng.random() < 0.15:
        before.append(pick(SEASONS, rng, 0.3))
    rng.shuffle(after)
    joint = ", " if len(before) > 1 and rng.random() < 0.2 else " "
    tail = _join(after, rng)
    return f"{joint.join(before)} {noun}{tail}".strip(), noun_key


def _join(phrases: list[str], rng: np.random.Generator) -> str:
    if len(phrases) > 1 and rng.random() < 0.7:
        phrases = [*phrases[:-1], "and " + phrases[-1]]
    return "".join(f" {phrase}" for phrase in phrases)


def _without_kind(attributes: Mapping[str, str | None], named: Sequence[str], rng: np.random.Generator) -> str:
    words = []
    for key in named:
        value = str(attributes[key])
        if key == "colour":
            options: Sequence[str] = lexicon.COLOURS[value]
        elif key == "detail" and value in lexicon.DETAIL_NOUNS:
            options = lexicon.DETAIL_NOUNS[value]
        else:
            options = (*lexicon.ADJECTIVES[key].get(value, ()), *lexicon.PHRASES[key].get(value, ()))
            # Alone, "short" and "long" say nothing about what is short.
            if key == "length":
                options = ("knee-length",) if value == "knee-length" else (f"{options[1]} length", f"{value} cut")
        words.append(pick(options, rng, 0.4))
    joint = str(rng.choice((", ", " ", " and ")))
    return str(rng.choice(_KINDLESS)).format(adjectives=joint.join(words))


def _noise(text: str, rng: np.random.Generator) -> str:
    draw = rng.random()
    if draw < 0.15:
        text = text.replace("-", " ")
    elif draw < 0.19:
        text = _typo(text, rng)
    elif draw < 0.25:
        text += str(rng.choice((".", "!", "...", " :)")))
    return text


def _typo(text: str, rng: np.random.Generator) -> str:
    if len(text) < 8:
        return text
    place = int(rng.integers(2, len(text) - 2))
    if rng.random() < 0.5:
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
