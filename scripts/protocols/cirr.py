"""CIRR's annotation files: a caption says how a target picture differs from a reference of the same set of six.

    captions/cap.rc2.<split>.json       [{"pairid", "reference", "target_hard", "target_soft", "caption", "img_set"}, …]
    image_splits/split.rc2.<split>.json {name: "./dev/<name>.png", …}  the gallery, and where the pictures lie
    captions_ext/cap.ext.rc2.<split>.json [{"pairid", …, "caption_extend": {"0": str, … "3": str}}, …]

The test split (`test1`) has neither targets nor the target's rank, and one of its captions is empty. `target_soft`
weighs other pictures that would do (1.0, 0.5, 0.2) or would not (-1.0); only `target_hard` is counted, which in 37
validation requests is not even among them. Source: Liu et al., "Image Retrieval on Real-life Images with Pre-trained
Vision-and-Language Models", ICCV 2021.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from retrieval.file_names import display
from scripts.protocols.annotation_files import AnnotationsInvalid, Record, read_json, read_records

SPLITS = ("train", "val", "test1")
MEMBERS = 6
_FILLERS = ("[c] None existed", "[cr0] Nothing worth mentioning", "[cr1] Covered in query")
_EXTENSIONS = ("0", "1", "2", "3")


@dataclass(frozen=True, slots=True)
class Pair:
    """One request.

    Attributes:
        target: `target_hard`; None in the test split.
        soft_targets: `target_soft`, name -> weight.
        caption: without blanks around it; may be empty.
        members: the six similar pictures of the set that the request is about, reference (and target) among them.
    """

    pair_id: int
    reference: str
    target: str | None
    soft_targets: Mapping[str, float]
    caption: str
    members: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """The five members without the reference, among which the subset recall ranks."""
        return tuple(member for member in self.members if member != self.reference)


@dataclass(frozen=True, slots=True)
class Split:
    """One split's requests and gallery.

    Attributes:
        gallery: name -> path below the folder with the pictures, in file order.
    """

    name: str
    pairs: tuple[Pair, ...]
    gallery: Mapping[str, PurePosixPath]


def load_split(annotations: Path, split: str) -> Split:
    """Reads the two files of a split.

    Args:
        annotations: the folder with `captions/` and `image_splits/`.
        split: one of `SPLITS`.

    Raises:
        AnnotationsInvalid: a file is missing, damaged or not what it should be; one sentence that names it.
    """
    if split not in SPLITS:
        raise ValueError(f"CIRR has no split {split!r}: choose {', '.join(SPLITS)}.")
    gallery = _gallery(annotations / "image_splits" / f"split.rc2.{split}.json")
    records = read_records(annotations / "captions" / f"cap.rc2.{split}.json")
    pairs = tuple(_pair(record, gallery, split != "test1") for record in records)
    if split != "train" and len({pair.pair_id for pair in pairs}) != len(pairs):  # the server knows them by it
        raise AnnotationsInvalid(f"cap.rc2.{split}.json: two requests have the same pairid.")
    return Split(split, pairs, gallery)


def load_extensions(annotations: Path, split: str) -> Mapping[int, tuple[str, ...]]:
    """`caption_extend` by pairid: what is kept, changed, removed or added, without the fillers that say "nothing".

    Raises:
        AnnotationsInvalid: as `load_split`.
    """
    return dict(_extensions(annotations / "captions_ext" / f"cap.ext.rc2.{split}.json"))


def _extensions(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    for record in read_records(path):
        extended = record.mapping("caption_extend")
        texts = (extended.text(number).strip() for number in _EXTENSIONS)
        yield record.integer("pairid"), tuple(text for text in texts if text and text not in _FILLERS)


def _gallery(path: Path) -> Mapping[str, PurePosixPath]:
    content = read_json(path)
    if not isinstance(content, dict) or not content:
        raise AnnotationsInvalid(f"The annotation file {display(path)} must hold an object: picture name -> path.")
    return {name: _picture_path(name, written, path.name) for name, written in content.items()}


def _picture_path(name: str, written: object, file_name: str) -> PurePosixPath:
    if not isinstance(written, str) or not written:
        raise AnnotationsInvalid(f"{display(file_name)}: the path of {name!r} must be text.")
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts:
        raise AnnotationsInvalid(f"{display(file_name)}: the path of {name!r} leaves the folder with the pictures.")
    if path.stem != name:
        raise AnnotationsInvalid(f"{display(file_name)}: the path of {name!r} is that of another picture.")
    return path


def _pair(record: Record, gallery: Mapping[str, PurePosixPath], with_target: bool) -> Pair:
    pair = Pair(
        record.integer("pairid"),
        record.text("reference"),
        record.text("target_hard") if with_target else None,
        _weights(record.mapping("target_soft")) if with_target else {},
        record.text("caption").strip(),
        record.mapping("img_set").texts("members", MEMBERS),
    )
    if len(set(pair.members)) != MEMBERS or pair.reference not in pair.members:
        raise AnnotationsInvalid(
            f"{record.where}: 'img_set' must hold {MEMBERS} different pictures, the reference among them."
        )
    if pair.target is not None and pair.target not in pair.others:
        raise AnnotationsInvalid(f"{record.where}: the target must be another picture of the same 'img_set'.")
    for name in pair.members:
        if name not in gallery:
            raise AnnotationsInvalid(f"{record.where}: the picture {name!r} is not in the split's gallery.")
    return pair


def _weights(record: Record) -> Mapping[str, float]:
    for name, weight in record.fields.items():
        if not isinstance(weight, int | float) or isinstance(weight, bool):
            raise AnnotationsInvalid(f"{record.where}: the weight of {name!r} must be a number.")
    return {name: float(weight) for name, weight in record.fields.items() if isinstance(weight, int | float)}
