"""What of the live catalogue words can name: its categories, tags and values, and whether it has prices and dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from retrieval.facets import CATEGORY, Facets, key
from retrieval.slots import slots


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names, all of them in the form of `retrieval.facets.key`, hyphens taken for spaces.

    Attributes:
        categories: singular and plural forms -> the category as the catalogue spells it.
        tags: name -> the tag.
        values: value -> column and value, of those that only one column has: "red" names a colour, "long" nothing.
        columns: column -> its values.
        priced: there are prices.
        dated: there are dates.
    """

    categories: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    priced: bool = False
    dated: bool = False

    @classmethod
    def of(cls, facets: Facets) -> "Vocabulary":
        """Of a catalogue."""
        owners: dict[str, set[tuple[str, str]]] = {}
        for name, found in facets.values.items():
            for value in found:
                owners.setdefault(plain(value), set()).add((name, value))
        categories = forms_of(facets.categories)
        return cls(
            categories=categories,
            tags={plain(tag): tag for tag in facets.tags},
            values={
                value: next(iter(found))
                for value, found in owners.items()
                if len(found) == 1 and value not in categories and not value.isdecimal()
            },
            columns=facets.values,
            priced=facets.priced,
            dated=facets.dated,
        )

    @property
    def kinds(self) -> frozenset[str]:
        """Words that name a thing by themselves."""
        return frozenset(self.categories)

    def names_another(self, text: str, category: str) -> bool:
        """Whether words name a kind of thing that is not this category ("the same as a skirt", of a dress)."""
        own = {form for form, spelled in self.categories.items() if key(spelled) == key(category)}
        said = plain(text).split()
        named = {
            " ".join(said[start : start + length])
            for length in (1, 2, 3)
            for start in range(len(said) - length + 1)
            if " ".join(said[start : start + length]) in self.categories
        }
        return bool((named | slots(text).get("kind", frozenset())) - own)

    def condition_of(self, name: str) -> tuple[str, str] | None:
        """Column and value that a name stands for, if it does so without doubt."""
        if (category := self.categories.get(name)) is not None:
            return CATEGORY, category
        return self.values.get(name)


NO_VOCABULARY = Vocabulary()


def plain(name: str) -> str:
    """A name as it is compared: case, spacing and hyphens do not matter."""
    return key(name.replace("-", " ").replace("_", " "))


def forms_of(categories: Iterable[str]) -> dict[str, str]:
    """Singular and plural of each category, as far as rules go; a spelling of the catalogue's own passes first."""
    spelled = sorted(categories)
    found: dict[str, str] = {}
    for category in spelled:
        for form in _inflected(plain(category)):
            found.setdefault(form, category)
    return found | {plain(category): category for category in spelled}


def _inflected(name: str) -> list[str]:
    forms = [name, name.replace(" ", ""), f"{name}s", f"{name.replace(' ', '')}s"]
    if name.endswith("y"):
        forms.append(f"{name[:-1]}ies")
    if name.endswith(("s", "x", "z", "ch", "sh")):
        forms.append(f"{name}es")
    if name.endswith("ies"):
        forms.append(f"{name[:-3]}y")
    if name.endswith(("ses", "xes", "zes", "ches", "shes")):
        forms.append(name[:-2])
    if name.endswith("s") and not name.endswith("ss"):
        forms.append(name[:-1])
    return forms
