"""What people ask of one attribute in a request: a value, more or less of something, or not what the picture has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from retrieval import lexicon
from scripts.training.wordings import article, pick

ABSENT = ""
"""The value of an attribute that a picture is known not to have."""
_COLOUR_FORMS = (
    "{c}", "{c}", "in {c}", "in {c}", "in {c}", "a {c} one", "the {c} one", "with {c} colour", "{c} coloured",
    "more {c}",
)  # fmt: skip
_ANOTHER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "colour": ("another colour", "in another colour", "in a different colour", "different colour", "other colours"),
        "pattern": ("another pattern", "with a different pattern", "different pattern", "with another print"),
        "length": ("another length", "in a different length"),
        "neckline": ("with a different neckline", "another neckline"),
    }
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A few words about one attribute.

    Attributes:
        text: "with long sleeves".
        key: the attribute.
        values: what satisfies it; "" stands for having none.
        form: `value`, `comparative` or `negation`.
    """

    text: str
    key: str
    values: frozenset[str]
    form: str


def name_value(key: str, reference: Mapping[str, str], value: str, rng: np.random.Generator) -> Clause:
    """Names the wanted value, or that nothing is wanted."""
    return Clause(_named(key, reference, value, rng), key, frozenset({value}), "value")


def compare(reference: Mapping[str, str], rng: np.random.Generator) -> Clause | None:
    """More or less of what the picture has, "darker", "longer sleeves", "more formal"; None if nothing fits."""
    options: list[tuple[Sequence[str], str, Collection[str]]] = []
    texts: Sequence[str]
    colour = reference.get("colour", ABSENT)
    if darker := lexicon.beyond("colour", colour, more=True):
        texts = ("darker", "a darker one", "in a darker colour", "less bright", "a bit darker", "much darker")
        options.append((texts, "colour", darker))
    if lighter := lexicon.beyond("colour", colour, more=False):
        texts = ("lighter", "brighter", "in a lighter colour", "a bit lighter", "lighter in colour", "less dark")
        options.append((texts, "colour", lighter))
    for key, noun in (("sleeve", " sleeves"), ("length", "")):
        for word, more in (("longer", True), ("shorter", False)):
            with_noun = f"with {word}{noun}" if noun else f"a {word} one"
            texts = (f"{word}{noun}", with_noun, f"a bit {word}{noun}", f"much {word}{noun}")
            options.append((texts, key, lexicon.beyond(key, reference.get(key, ABSENT), more)))
    detail = reference.get("detail", ABSENT)
    for scale_ in lexicon.FORMALITY:
        groups = [place for place, group in enumerate(scale_) if detail in group]
        if not groups:
            continue
        above = [value for group in scale_[groups[0] + 1 :] for value in group]
        below = [value for group in scale_[: groups[0]] for value in group]
        options.append((("more formal", "dressier", "more elegant", "less casual", "smarter"), "detail", above))
        options.append((("more casual", "less formal", "sportier", "more relaxed"), "detail", below))
    options = [option for option in options if option[2]]
    if not options:
        return None
    said, about, answers = options[int(rng.integers(len(options)))]
    return Clause(pick(said, rng), about, frozenset(answers), "comparative")


def negate(
    reference: Mapping[str, str], key: str, values: Sequence[str], rng: np.random.Generator, named: bool = False
) -> Clause | None:
    """Anything but what the picture has, "not striped", "another colour"; None where it has nothing to leave behind.

    Args:
        reference: key -> value of the picture.
        key: what it is about.
        values: those that pictures of the kind have; "" among them where some have none.
        rng: chance.
        named: say what it must not be, so that it is clear without the picture.
    """
    old = reference.get(key, ABSENT)
    others = frozenset(values) - {old}
    if old == ABSENT or not others or (key == "pattern" and old == "plain"):
        return None
    if key == "detail":
        if ABSENT not in others:
            return None
        return Clause(_without(old, rng), key, frozenset({ABSENT}), "negation")
    texts = [] if named else [*_ANOTHER.get(key, ())]
    if key in ("colour", "pattern"):
        word = short_form(key, old, rng)
        texts += [f"not {word}", f"not in {word}" if key == "colour" else f"not {word}", f"anything but {word}"]
    if not texts:
        return None
    return Clause(str(rng.choice(texts)), key, others, "negation")


def short_form(key: str, value: str, rng: np.random.Generator) -> str:
    """One or two words for a value, without a preposition where there are such."""
    if key == "colour":
        return pick(lexicon.COLOURS.get(value, (value,)), rng, 0.8)
    if key == "detail" and value in lexicon.DETAIL_NOUNS:
        return pick(lexicon.DETAIL_NOUNS[value], rng)
    adjectives: Sequence[str] = lexicon.ADJECTIVES.get(key, {}).get(value, ())
    if adjectives:
        return pick(adjectives, rng, 0.5)
    return pick(lexicon.PHRASES.get(key, {}).get(value, (value,)), rng).removeprefix("with ")


def as_predicate(text: str) -> str:
    """A clause the way FashionIQ's annotators write: "with long sleeves" -> "has long sleeves", "red" -> "is red"."""
    for start, said in (
        ("with no ", "has no "),
        ("with ", "has "),
        ("without the ", "has no "),
        ("without a ", "has no "),
        ("without ", "has no "),
        ("no ", "has no "),
        ("that ", ""),
        ("as ", "is "),
        ("to ", "goes "),
    ):
        if text.startswith(start):
            return (said + ("to " if start == "to " else "")) + text.removeprefix(start)
    if text.endswith((" sleeves", " colour", " pattern")):
        return "has " + text
    return "is " + text


def _named(key: str, reference: Mapping[str, str], value: str, rng: np.random.Generator) -> str:
    if value == ABSENT:
        return _without(reference.get(key, ABSENT), rng)
    if key == "colour":
        return str(rng.choice(_COLOUR_FORMS)).format(c=pick(lexicon.COLOURS.get(value, (value,)), rng, 0.8))
    if key == "pattern" and value == "plain" and rng.random() < 0.3:
        nouns = lexicon.PATTERN_NOUNS.get(reference.get(key, ABSENT), ())
        noun = pick((*nouns, "pattern", "print"), rng, 0.3)
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


def _without(old: str, rng: np.random.Generator) -> str:
    return pick((f"without the {old}", f"without {old}", f"no {old}", f"lose the {old}"), rng, 0.3)
