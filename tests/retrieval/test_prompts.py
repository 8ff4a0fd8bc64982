import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.composition import NormalizedSum
from retrieval.embedding import normalize
from retrieval.errors import SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.item_table import Item
from retrieval.manifest import FILE_NAME, Manifest, Provenance, read_manifest, write_manifest
from retrieval.prompts import GENERAL, choose_templates, ensemble, fill, live_prompts
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from retrieval.snapshot_writer import SnapshotWriter
from tests.retrieval.searching import WORDS, Shelf, WordEncoder


@pytest.mark.parametrize(
    ("setting", "model", "templates"),
    [
        ("auto", "tiny-clip", ()),
        ("auto", "ViT-B-32", GENERAL),
        ("", "ViT-B-32", GENERAL),
        ("none", "ViT-B-32", ()),
        ("None", "tiny-clip", ()),
        ("a {}", "tiny-clip", ("a {}",)),
        (" {} | ein Foto von {}|{}", "ViT-B-32", ("{}", "ein Foto von {}")),
    ],
)
def test_templates_belong_to_the_model_unless_somebody_sets_them(
    setting: str, model: str, templates: tuple[str, ...]
) -> None:
    assert choose_templates(setting, model) == templates


@pytest.mark.parametrize("setting", ["a photo", "{} and {}", "a {}|", "{0}", "{}}", "{name}", "|"])
def test_a_template_needs_one_place_for_the_words(setting: str) -> None:
    with pytest.raises(ValueError, match="exactly once"):
        choose_templates(setting, "ViT-B-32")


@pytest.mark.parametrize(
    "text", ["dress", "red summer dress", "T-shirt", "a pair of jeans", "rock'n'roll 80s", "Crane"]
)
def test_names_of_things_are_put_into_templates(text: str) -> None:
    assert live_prompts(f" {text} ", GENERAL) == (text, f"a photo of {text}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "got anything blue?",
        "show me dresses",
        "a photo of a dress",
        "no sleeves",
        "I want red shoes",
        "red, blue",
        "something for a summer wedding in the garden",
        "word " * 2000,
        "x" * 5 + "\0",
        "👗",
        "красное платье",
        "robe d'été",
        "{} dress",
    ],
)
def test_what_people_say_otherwise_stays_as_it_is(text: str) -> None:
    assert live_prompts(text, GENERAL) == (text,)


def test_a_template_in_the_same_alphabet_suits_other_words() -> None:
    assert live_prompts("красное платье", ("{}", "фото {}")) == ("красное платье", "фото красное платье")


def test_without_templates_a_text_is_its_own_prompt() -> None:
    assert fill("dress", ()) == live_prompts("dress", ()) == ("dress",)


def test_the_ensemble_is_the_normalised_mean_of_embeddings_not_of_features() -> None:
    features = np.array([[10.0, 0.0], [0.0, 0.1]], dtype=np.float32)
    assert ensemble(features) == pytest.approx(np.array([[0.5**0.5, 0.5**0.5]]), abs=1e-6)
    assert (ensemble(features[:1]) == normalize(features[:1])).all()
    with pytest.raises(ValueError, match="NaN"):
        ensemble(np.full((2, 2), np.nan, dtype=np.float32))


def searcher(encoder: WordEncoder, templates: tuple[str, ...]) -> Searcher:
    collection, index = Shelf("red dress", "blue coat", "striped coat"), ExactIndex(len(WORDS))
    index.add(normalize(collection.stored))
    return Searcher(encoder, NormalizedSum(), index, collection, templates, attributes=False)


def test_a_search_for_words_is_the_mean_of_its_prompts() -> None:
    encoder = WordEncoder()
    templates = ("{}", "striped {}")

    result = searcher(encoder, templates).search([WeightedQuery(TextQuery("coat"))], 3)

    assert encoder.texts == ["coat", "striped coat"]
    query = normalize(encoder.encode_texts(["coat", "striped coat"])).mean(axis=0)
    query /= np.linalg.norm(query)
    scores = normalize(Shelf("red dress", "blue coat", "striped coat").stored) @ query
    assert [hit.item_id for hit in result.hits] == ["striped coat", "blue coat", "red dress"]
    assert [hit.score for hit in result.hits] == pytest.approx(sorted(scores, reverse=True), abs=1e-5)


def test_relative_captions_and_sentences_are_never_templated() -> None:
    encoder = WordEncoder()
    queries = [
        WeightedQuery(ComposedQuery(ItemReference("red dress"), "blue")),
        WeightedQuery(TextQuery("show me a coat")),
        WeightedQuery(TextQuery("coat")),
    ]

    searcher(encoder, ("{}", "striped {}")).search(queries, 3)

    assert encoder.texts == ["blue", "show me a coat", "coat", "striped coat"], "all of them in one batch"


PROVENANCE = Provenance("words@1", "words", None, 2, "sum", "exact", templates=GENERAL)


def test_a_snapshot_remembers_its_templates(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "snapshot", PROVENANCE)
    writer.add([Item("a", "a.jpg", "0" * 64, {})], np.ones((1, 2), dtype=np.float32))
    written = writer.finish(0)
    read = read_manifest(tmp_path / "snapshot")
    assert read == written
    assert read.templates == GENERAL
    assert read.made_like(PROVENANCE)
    assert not read.made_like(Provenance("words@1", "words", None, 2, "sum", "exact")), "other templates are news"


def test_snapshots_of_earlier_versions_have_none(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest.describe(PROVENANCE, count=1, failed=0))
    values = json.loads((tmp_path / FILE_NAME).read_text())
    del values["templates"]
    (tmp_path / FILE_NAME).write_text(json.dumps(values))
    assert read_manifest(tmp_path).templates == ()


@pytest.mark.parametrize("damaged", ["a photo of {}", [1], {"a": "{}"}, None])
def test_damaged_templates_are_a_damaged_manifest(tmp_path: Path, damaged: object) -> None:
    write_manifest(tmp_path, Manifest.describe(PROVENANCE, count=1, failed=0))
    values = json.loads((tmp_path / FILE_NAME).read_text())
    (tmp_path / FILE_NAME).write_text(json.dumps(values | {"templates": damaged}))
    with pytest.raises(SnapshotInvalid, match="missing or wrong values"):
        read_manifest(tmp_path)
