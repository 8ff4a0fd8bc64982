"""FashionIQ: what its files hold, and that recall comes out as its protocol says, proved without a single photo."""

from pathlib import Path

import numpy as np
import pytest

from scripts.protocols.annotation_files import AnnotationsInvalid
from scripts.protocols.baselines import TextOnly
from scripts.protocols.fashioniq import CATEGORIES, Category, Triplet, joined, load_category
from scripts.protocols.queries import Queries
from scripts.protocols.recall import fashioniq_recall, fashioniq_val_union_recall
from tests.annotated_datasets import asking_for, fashioniq_queries, on_ring, write_fashioniq, write_json

COUNTS = {
    ("dress", "train"): (5985, 11452),
    ("shirt", "train"): (5988, 19036),
    ("toptee", "train"): (6027, 16121),
    ("dress", "val"): (2017, 3817),
    ("shirt", "val"): (2038, 6346),
    ("toptee", "val"): (1961, 5373),
    ("dress", "test"): (2024, 3818),
    ("shirt", "test"): (2038, 6346),
    ("toptee", "test"): (2056, 5374),
}


@pytest.fixture
def files(shared: Path) -> Path:
    return shared / "data" / "fashioniq"


@pytest.fixture
def categories(files: Path) -> dict[str, Category]:
    return {name: load_category(files, name, "val") for name in CATEGORIES}


@pytest.mark.shared
def test_the_real_files_hold_what_is_known_of_them(files: Path) -> None:
    loaded = {(name, split): load_category(files, name, split) for name, split in COUNTS}
    assert {key: (len(one.triplets), len(one.gallery)) for key, one in loaded.items()} == COUNTS
    for split, empty, identical in (("train", 13, 129), ("val", 3, 22)):
        triplets = [triplet for name in CATEGORIES for triplet in loaded[name, split].triplets]
        captions = [caption for triplet in triplets for caption in triplet.captions]
        assert sum(not joined(caption) for caption in captions) == empty
        assert sum(first.lower() == second.lower() for first, second in (t.captions for t in triplets)) == identical
        assert all(caption == caption.strip() for caption in captions)
        assert not any(triplet.empty for triplet in triplets)
    for name in CATEGORIES:
        targets = [triplet.target for triplet in loaded[name, "val"].triplets]
        assert len(set(targets)) == len(targets)
        assert not set(loaded[name, "train"].gallery) & set(loaded[name, "val"].gallery)
        assert {triplet.target for triplet in loaded[name, "test"].triplets} == {None}
    assert len(set(loaded["shirt", "val"].gallery) & set(loaded["toptee", "val"].gallery)) == 121


@pytest.mark.shared
def test_an_oracle_gets_exactly_100(categories: dict[str, Category]) -> None:
    figures = fashioniq_recall(_ring_queries(categories, lambda count: np.ones(count, dtype=int)), TextOnly())
    assert set(figures.values()) == {100.0}
    assert {"headline", "recall_at_10", "recall_at_50", "dress.recall_at_10", "toptee.recall_at_50"} <= set(figures)


@pytest.mark.shared
@pytest.mark.parametrize(("rank", "at_10", "at_50"), [(10, 100, 100), (11, 0, 100), (50, 0, 100), (51, 0, 0)])
def test_a_constructed_rank_gets_exactly_what_the_protocol_says(
    categories: dict[str, Category], rank: int, at_10: float, at_50: float
) -> None:
    dresses = {"dress": categories["dress"]}
    figures = fashioniq_recall(_ring_queries(dresses, lambda count: np.full(count, rank)), TextOnly())
    assert (figures["dress.recall_at_10"], figures["dress.recall_at_50"]) == (at_10, at_50)
    assert figures["headline"] == (at_10 + at_50) / 2


@pytest.mark.shared
def test_means_are_over_categories_and_not_over_requests(categories: dict[str, Category]) -> None:
    ranks = {"dress": 1, "shirt": 20, "toptee": 60}
    queries: dict[str, Queries] = {}
    for name, rank in ranks.items():
        queries |= _ring_queries({name: categories[name]}, lambda count, rank=rank: np.full(count, rank))
    figures = fashioniq_recall(queries, TextOnly())
    assert figures["recall_at_10"] == pytest.approx(100 / 3)
    assert figures["recall_at_50"] == pytest.approx(200 / 3)


@pytest.mark.shared
def test_random_features_get_chance_within_its_confidence_interval(categories: dict[str, Category]) -> None:
    rng = np.random.default_rng(5)
    queries = {}
    for name, category in categories.items():
        features, texts = (
            rng.normal(size=(len(rows), 32)).astype(np.float32) for rows in (category.gallery, category.triplets)
        )
        queries[name] = fashioniq_queries(category, features, texts)
    figures = fashioniq_recall(queries, TextOnly())
    for name, category in categories.items():
        for k in (10, 50):
            chance = k / len(category.gallery)
            deviation = 100 * np.sqrt(chance * (1 - chance) / len(category.triplets))
            # 3.3 standard deviations: the 99.9 % interval, roughly, of each of the six.
            assert abs(figures[f"{name}.recall_at_{k}"] - 100 * chance) < 3.3 * deviation


def test_the_reference_stays_in_the_ranking_except_under_the_other_protocol() -> None:
    # Every query ranks its own reference first. A target that comes eleventh is tenth without the reference.
    count = 60
    references = np.arange(count)
    targets = (references + 5) % count
    places = asking_for(targets, np.full(count, 10))  # floor(place) = the reference
    assert (np.floor(places).astype(int) % count == references).all()
    queries = Queries(
        tuple(map(str, range(count))), on_ring(np.arange(count), count), references, targets, on_ring(places, count)
    )
    assert fashioniq_recall({"dress": queries}, TextOnly())["dress.recall_at_10"] == 100.0
    eleventh = Queries(
        queries.names, queries.features, references, (references - 5) % count, on_ring(references + 0.25, count)
    )
    assert fashioniq_recall({"dress": eleventh}, TextOnly())["dress.recall_at_10"] == 0.0
    assert fashioniq_val_union_recall({"dress": eleventh}, TextOnly())["dress.recall_at_10"] == 100.0


def test_the_gallery_of_the_other_protocol_is_what_the_requests_name() -> None:
    count = 100
    queries = Queries(
        tuple(map(str, range(count))),
        on_ring(np.arange(count), count),
        np.array([90]),
        np.array([20]),
        on_ring(np.array([0.25]), count),
    )
    assert fashioniq_recall({"dress": queries}, TextOnly())["dress.recall_at_10"] == 0.0
    assert fashioniq_val_union_recall({"dress": queries}, TextOnly())["dress.recall_at_10"] == 100.0


def test_the_forms_of_captions() -> None:
    triplet = Triplet("A", "B", ("is Shiny, and SILVER?", "fit and flare."))
    assert triplet.caption == "Is shiny, and silver and fit and flare"
    assert triplet.caption_forms == (
        "Is shiny, and silver and fit and flare",
        "Fit and flare and is Shiny, and SILVER",
        "Is shiny, and silver",
        "Fit and flare",
    )
    assert Triplet("A", "B", ("", "is red")).caption == "Is red"
    assert Triplet("A", "B", (".", "")).empty


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("captions/cap.dress.val.json", "no list", "must hold a list"),
        ("captions/cap.dress.val.json", [], "must hold a list with entries"),
        ("captions/cap.dress.val.json", [7], "entry 1: must be an object"),
        ("captions/cap.dress.val.json", [{"candidate": "Dv0", "captions": ["a", "b"]}], "'target' must be text"),
        ("captions/cap.dress.val.json", [{"candidate": 1, "target": "Dv0", "captions": ["a", "b"]}], "'candidate'"),
        ("captions/cap.dress.val.json", [{"candidate": "Dv1", "target": "Dv0", "captions": ["a"]}], "2 texts, not 1"),
        ("captions/cap.dress.val.json", [{"candidate": "Dv1", "target": "X", "captions": ["a", "b"]}], "gallery"),
        ("captions/cap.dress.val.json", [{"candidate": "Dv0", "target": "Dv0", "captions": ["a", "b"]}], "same"),
        ("image_splits/split.dress.val.json", {"Dv0": 1}, "list of picture names"),
        ("image_splits/split.dress.val.json", ["Dv0", "Dv0"], "twice"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, name: str, content: object, said: str) -> None:
    annotations, _ = write_fashioniq(tmp_path)
    write_json(annotations / name, content)
    with pytest.raises(AnnotationsInvalid, match=said) as refused:
        load_category(annotations, "dress", "val")
    assert Path(name).name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationsInvalid, match=r"split\.dress\.val\.json cannot be read: file not found"):
        load_category(tmp_path, "dress", "val")
    annotations, _ = write_fashioniq(tmp_path)
    (annotations / "captions" / "cap.dress.val.json").write_bytes(b"[\xff")
    with pytest.raises(AnnotationsInvalid, match="no valid JSON"):
        load_category(annotations, "dress", "val")
    with pytest.raises(ValueError, match="FashionIQ has no hat"):
        load_category(annotations, "hat", "val")


def _ring_queries(categories: dict[str, Category], ranks: object) -> dict[str, Queries]:
    queries = {}
    for name, category in categories.items():
        rows = {asin: row for row, asin in enumerate(category.gallery)}
        targets = np.array([rows[triplet.target] for triplet in category.triplets if triplet.target])
        count = len(rows)
        places = asking_for(targets, ranks(len(targets)))  # type: ignore[operator]
        queries[name] = fashioniq_queries(category, on_ring(np.arange(count), count), on_ring(places, count))
    return queries
