"""What people write next to a picture: short requests to change one or two attributes of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from scripts.training import lexicon
from scripts.training.labels import KEYS, Constraints
from scripts.training.wordings import article, pick

FRAMES = (
    "{p}", "{p}", "{p}", "{p} please", "{p}, please", "the same {p}", "the same {p}", "same {p}", "same but {p}",
    "the same but {p}", "the same, but {p}", "but {p}", "this {noun} {p}", "the same {noun} {p}", "I want it {p}",
    "I'd like it {p}", "show me this {p}", "like this but {p}", "similar, but {p}", "exactly this {p}",
    "can I see it {p}?", "the same one {p}", "{p} instead", "I'd prefer {p}", "make it {p}", "make it {p}",
    "I like it, but {p}", "do you have it {p}?", "this one {p}", "now {p}", "rather {p}", "a {noun} like this {p}",
    "it should be {p}", "change it to {p}", "ok, {p}", "this but {p}", "similar {noun} {p}", "maybe {p}",
)  # fmt: skip
HELD_OUT_FRAMES = (
    "could you find this {p}?", "keep everything else, only {p}", "give me the same thing {p}", "how would it look {p}",
    "what about {p}?", "same model {p}", "hmm, better {p} I think", "is it available {p}?", "my wife wants it {p}",
    "turn it {p}", "great, just {p}", "does this {noun} also come {p}",
)  # fmt: skip
_CONTRASTS = (
    "{new} instead of {old}", "{new} instead of {old}", "not {old} but {new}", "{new}, not {old}",
    "{new} and not {old}", "less {old}, {new}", "{new} in place of {old}",
    "replace {old} with {new}", "replace the {old} by {new}",
    "from {old} to {new}", "change {old} into {new}", "I don't want {old}, I want {new}", "no {old}, {new}",
    "rather {new} than {old}", "{new} would be better than {old}", "this is {old}, I need {new}",
    "instead of {old} I want {new}", "the same, {new} instead of {old}", "{old} is wrong, make it {new}",
    "without {old}, with {new}", "not so {old}, {new}", "it must not be {old} but {new}",
)  # fmt: skip
_HELD_OUT_CONTRASTS = ("{new} rather than {old}", "no longer {old} but {new}", "swap {old} for {new}")
_AS_KIND = (
    "as a {noun}",
    "the same as a {noun}",
    "a {noun} like this",
    "a matching {noun}",
    "{noun} instead",
    "a {noun}",
)
_COLOUR_FORMS = (
    "{c}",
    "{c}",
    "in {c}",
    "in {c}",
    "in {c}",
    "a {c} one",
    "the {c} one",
    "with {c} colour",
    "{c} coloured",
)
ABSENT = ""
"""The value of an attribute that a picture is known not to have."""
SLEEVES = ("sleeveless", "short", "long")
LENGTHS = ("short", "knee-length", "long")


def ask(
    reference: Mapping[str, str], changes: Mapping[str, str], rng: np.random.Generator, held_out: bool = False
) -> str:
    """A request to change `reference` (key -> value, absent ones "") to the values in `changes`."""
    kind = reference.get("category", "")
    noun = pick(lexicon.NOUNS.get(kind, (kind or "thing",)), rng)
    if "category" in changes:
        new = pick(lexicon.NOUNS.get(changes["category"], (changes["category"],)), rng, 0.7)
        text = str(rng.choice(_AS_KIND)).format(noun=new)
        others = [_change(key, reference, value, rng) for key, value in changes.items() if key != "category"]
        return _cased(" ".join([text, *others]), rng)
    if len(changes) == 1 and rng.random() < 0.2:
        (key, value), *_ = changes.items()
        old = reference.get(key, ABSENT)
        if old not in (ABSENT, value) and value != ABSENT:
            frame = str(rng.choice(_HELD_OUT_CONTRASTS if held_out else _CONTRASTS))
            return _cased(frame.format(new=_short(key, value, rng), old=_short(key, old, rng)), rng)
    parts = [_change(key, reference, value, rng) for key, value in changes.items()]
    rng.shuffle(parts)
    phrase = str(rng.choice((" and ", ", ", " "))).join(parts)
    return _cased(str(rng.choice(HELD_OUT_FRAMES if held_out else FRAMES)).format(p=phrase, noun=noun), rng)


def restate(attributes: Mapping[str, str | None], rng: np.random.Generator) -> tuple[str, Constraints] | None:
    """A request that these attributes answer, as if for another picture, and what it names; None if nothing is known.

    With these among its texts the model learns what "not red but blue" is about.
    """
    known = [key for key in KEYS if key != "category" and attributes.get(key) is not None]
    if not known:
        return None
    key = known[int(rng.integers(len(known)))]
    kind, value = str(attributes.get("category") or ""), str(attributes[key])
    text = ask({"category": kind, key: str(rng.choice(KEYS[key]))}, {key: value}, rng)
    constraints = {key: frozenset({value})}
    if any(noun.lower() in text.lower() for noun in lexicon.NOUNS.get(kind, ())):
        constraints["category"] = frozenset({kind})
    return text, constraints


def compare(
    reference: Mapping[str, str], rng: np.random.Generator, held_out: bool = False
) -> tuple[str, str, frozenset[str]] | None:
    """A comparative request ("darker"): its text, its key, and the values that answer it; None if none fits."""
    options: list[tuple[str, str, frozenset[str]]] = []
    colour = reference.get("colour", ABSENT)
    if darker := lexicon.DARKER.get(colour):
        options.append(
            (pick(("darker", "a darker one", "in a darker colour", "less bright"), rng), "colour", frozenset(darker))
        )
    if lighter := [name for name, values in lexicon.DARKER.items() if colour in values]:
        options.append((pick(("lighter", "brighter", "in a lighter colour"), rng), "colour", frozenset(lighter)))
    for key, scale, noun in (("sleeve", SLEEVES, " sleeves"), ("length", LENGTHS, "")):
        if reference.get(key) in scale:
            place = scale.index(reference[key])
            if place < 2:
                text = pick(
                    (f"longer{noun}", f"with longer{noun}" if noun else "a longer one", f"a bit longer{noun}"), rng
                )
                options.append((text, key, frozenset(scale[place + 1 :])))
            if place > 0:
                text = pick((f"shorter{noun}", f"with shorter{noun}" if noun else "a shorter one"), rng)
                options.append((text, key, frozenset(scale[:place])))
    if not options:
        return None
    text, key, values = options[int(rng.integers(len(options)))]
    noun = pick(lexicon.NOUNS.get(reference.get("category", ""), ("thing",)), rng)
    frames = HELD_OUT_FRAMES if held_out else FRAMES
    return _cased(str(rng.choice(frames)).format(p=text, noun=noun), rng), key, values


def _change(key: str, reference: Mapping[str, str], value: str, rng: np.random.Generator) -> str:
    if value == ABSENT:
        old = reference.get(key, ABSENT)
        return pick((f"without the {old}", f"without {old}", f"no {old}"), rng, 0.3)
    if key == "colour":
        return str(rng.choice(_COLOUR_FORMS)).format(c=pick(lexicon.COLOURS.get(value, (value,)), rng, 0.8))
    if key == "pattern" and value == "plain" and rng.random() < 0.3:
        old = reference.get(key, ABSENT)
        noun = {
            "striped": "stripes",
            "checked": "checks",
            "dotted": "dots",
            "floral": "flowers",
            "zigzag": "zigzags",
        }.get(old)
        if noun is not None:
            return pick((f"without {noun}", f"no {noun}", f"without the {noun}"), rng)
    if key == "detail" and value in lexicon.DETAIL_NOUNS:
        return "as " + article(pick(lexicon.DETAIL_NOUNS[value], rng, 0.4))
    adjectives = lexicon.ADJECTIVES.get(key, {}).get(value, ())
    phrases = lexicon.PHRASES.get(key, {}).get(value, ())
    if not adjectives and not phrases:
        return pick((value, f"with {value}", f"in {value}"), rng, 0.4)
    if adjectives and (not phrases or rng.random() < 0.5):
        adjective = pick(adjectives, rng, 0.4)
        return article(adjective) + " one" if rng.random() < 0.15 else adjective
    phrase = pick(phrases, rng, 0.4)
    if rng.random() < 0.2:
        phrase = phrase.removeprefix("with ").removeprefix("that ")
    return phrase


def _short(key: str, value: str, rng: np.random.Generator) -> str:
    """One or two words for a value, without a preposition where there are such."""
    if key == "colour":
        return pick(lexicon.COLOURS.get(value, (value,)), rng, 0.8)
    if key == "detail" and value in lexicon.DETAIL_NOUNS:
        return pick(lexicon.DETAIL_NOUNS[value], rng)
    adjectives: Sequence[str] = lexicon.ADJECTIVES.get(key, {}).get(value, ())
    if adjectives:
        return pick(adjectives, rng, 0.5)
    return pick(lexicon.PHRASES.get(key, {}).get(value, (value,)), rng).removeprefix("with ")


def _cased(text: str, rng: np.random.Generator) -> str:
    text = text.strip()
    if rng.random() < 0.15:
        text = text.replace("-", " ")
    if rng.random() < 0.08:
        place = int(rng.integers(0, len(text) + 1))
        text = text[:place] + text[place + 1 :] if len(text) > 10 else text
    return text + str(rng.choice(("", "", "", "", "", ".", "!", " please")))
