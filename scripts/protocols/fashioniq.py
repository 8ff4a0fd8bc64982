r"""FashionIQ's annotation files: two captions say how a target garment differs from a reference.

    captions/cap.<category>.<split>.json       [{"target": ASIN, "candidate": ASIN, "captions": [str, str]}, …]
    image_splits/split.<category>.<split>.json [ASIN, …]  the gallery

`candidate` is the reference. The test split has no targets. Captions come with blanks around them, some are empty or
hold nothing but a full stop, and in some triplets both say the same. 121 garments are in the galleries of shirts and of
tops alike, so results are counted by category and galleries never pooled. A shirt of the training split can be in the
validation gallery of the tops; only within one category are the two disjoint.

Source: Wu et al., "Fashion IQ", CVPR 2021; the forms of the captions are those of CLIP4Cir (Baldrati et al., 2022).
"""

from dataclasses import dataclass
from pathlib import Path

from scripts.protocols.annotation_files import AnnotationsInvalid, Record, read_names, read_records

CATEGORIES = ("dress", "shirt", "toptee")
SPLITS = ("train", "val", "test")
_STRIPPED = ".?, "


@dataclass(frozen=True, slots=True)
class Triplet:
    """One request.

    Attributes:
        target: ASIN; None in the test split.
        captions: both, in file order, without blanks around them; either may be empty.
    """

    reference: str
    target: str | None
    captions: tuple[str, str]

    @property
    def caption(self) -> str:
        """What validation asks: `Cap1 and cap2`, always in file order."""
        return joined(*self.captions)

    @property
    def caption_forms(self) -> tuple[str, str, str, str]:
        """What training draws from, each with the same chance: both orders, and each caption by itself."""
        first, second = self.captions
        return joined(first, second), joined(second, first), joined(first), joined(second)

    @property
    def empty(self) -> bool:
        """Neither caption has a word."""
        return not self.caption


@dataclass(frozen=True, slots=True)
class Category:
    """One category's requests and gallery.

    Attributes:
        gallery: ASINs in file order; every reference and target is one of them.
    """

    name: str
    split: str
    triplets: tuple[Triplet, ...]
    gallery: tuple[str, ...]


def joined(*captions: str) -> str:
    """Captions as one text: `.`, `?`, `,` and blanks stripped, the first word capitalised, all else of it lower-cased.

    An empty caption leaves no dangling "and": the other stands alone.
    """
    first, *others = [caption for caption in (text.strip(_STRIPPED) for text in captions) if caption] or [""]
    return " and ".join([first.capitalize(), *others])


def load_category(annotations: Path, category: str, split: str) -> Category:
    """Reads the two files of one category.

    Args:
        annotations: the folder with `captions/` and `image_splits/`.
        category: one of `CATEGORIES`.
        split: one of `SPLITS`.

    Raises:
        AnnotationsInvalid: a file is missing, damaged or not what it should be; one sentence that names it.
    """
    if category not in CATEGORIES or split not in SPLITS:
        raise ValueError(f"FashionIQ has no {category}.{split}: {', '.join(CATEGORIES)} and {', '.join(SPLITS)}.")
    gallery = read_names(annotations / "image_splits" / f"split.{category}.{split}.json")
    known = frozenset(gallery)
    records = read_records(annotations / "captions" / f"cap.{category}.{split}.json")
    triplets = tuple(_triplet(record, known, split != "test") for record in records)
    return Category(category, split, triplets, gallery)


def _triplet(record: Record, gallery: frozenset[str], with_target: bool) -> Triplet:
    reference = record.text("candidate")
    target = record.text("target") if with_target else None
    first, second = record.texts("captions", 2)
    for name in (reference, target):
        if name is not None and name not in gallery:
            raise AnnotationsInvalid(f"{record.where}: the picture {name!r} is not in the split's gallery.")
    if reference == target:
        raise AnnotationsInvalid(f"{record.where}: reference and target are the same picture, {reference!r}.")
    return Triplet(reference, target, (first.strip(), second.strip()))
