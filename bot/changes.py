"""Changes of a picture in words, from what a catalogue says of it and of the pictures near it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.vocabulary import Vocabulary, plain
from retrieval.facets import TAGS, key, tags_of
from retrieval.item_table import Item
from retrieval.slots import slots

MIN_SHARE = 3
"""So many of the neighbours have a value that is worth proposing."""
_SAYS_NOTHING = frozenset({"no", "yes", "none", "true", "false", "unknown", "other", "n/a", "-"})
_TAG = "tags"
Values = Mapping[str, frozenset[str]]
"""Column -> what it says of one item, in the form of `retrieval.facets.key`."""


@dataclass(frozen=True, slots=True)
class Change:
    """A relative caption.

    Attributes:
        text: as a person would say it, and as the model gets it.
        column: what of the catalogue it is about; empty where only the model judges it.
        value: what a picture has that fits it.
    """

    text: str
    column: str = ""
    value: str = ""

    def fits(self, item: Item, vocabulary: Vocabulary) -> bool:
        """Whether the catalogue says that an item is as wanted; true where it cannot say."""
        return not self.column or self.value in values_of(item, vocabulary).get(self.column, frozenset())


def described(item: Item, neighbours: Sequence[Item], vocabulary: Vocabulary) -> tuple[Change, ...]:
    """What neighbours have and the item has not, by the catalogue: the commonest of each column, then the next ones.

    Columns whose values people say of pictures (colours, patterns, sleeves, …) come first.
    """
    own = values_of(item, vocabulary)
    spelled = {key(str(value)): str(value) for other in neighbours for value in other.metadata.values()}
    counts: dict[str, Counter[str]] = {}
    for neighbour in neighbours:
        for column, found in values_of(neighbour, vocabulary).items():
            if column == _TAG or own.get(column):  # of a hat nobody asks for long sleeves
                counts.setdefault(column, Counter()).update(found - own.get(column, frozenset()))
    ranked: list[tuple[bool, int, int, Change]] = []
    for column, counted in counts.items():
        # What is another kind of thing is no change of this one.
        common = [(v, times) for v, times in counted.most_common() if times >= MIN_SHARE and "kind" not in slots(v)]
        for place, (value, times) in enumerate(common):
            text = in_words(column, spelled.get(value, value))
            if not vocabulary.names_another(text, str(item.category or "")):  # "short" could mean shorts
                ranked.append((not slots(value), place, -times, Change(text, column, value)))
    return tuple(change for *_, change in sorted(ranked, key=lambda entry: (*entry[:3], entry[3].text)))


def values_of(item: Item, vocabulary: Vocabulary) -> Values:
    """What the catalogue says of an item in columns of few values, and its tags."""
    found: dict[str, frozenset[str]] = {}
    for column, value in item.metadata.items():
        name, said = key(column), key(str(value))
        if name in TAGS:
            found[_TAG] = found.get(_TAG, frozenset()) | tags_of(str(value))
        elif isinstance(value, str) and said in vocabulary.columns.get(name, ()) and _describes(said):
            found[name] = frozenset({said})
    return found


def in_words(column: str, value: str) -> str:
    """How somebody would ask for a value of a column: "in blue", "striped", "with long sleeves", "with belt"."""
    spoken, about = slots(value), set(slots(column)) | {column}
    value = plain(value) if column == _TAG else value
    if "colour" in spoken:
        return f"in {value}"
    if spoken.keys() & {"pattern", "length"} & about or any(part in value for part in (column, column.rstrip("s"))):
        return value
    if about & {"sleeve", "neckline"} and not spoken.keys() & about:
        return f"with {value} {column}{'s' if column == 'sleeve' else ''}"
    return value if "pattern" in spoken else f"with {value}"


def _describes(value: str) -> bool:
    return value not in _SAYS_NOTHING and not value.replace(".", "").isdecimal()
