import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from retrieval.composition import NormalizedSum, Product
from retrieval.errors import PictureUnreadable, ReferenceUnknown, SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.protocols import Composition, Features
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery, WeightedQuery
from retrieval.search_result import SearchResult
from retrieval.searcher import Searcher
from tests.retrieval.searching import WORDS, Shelf, WordEncoder, searcher_over

SHOP = (
    "red dress long plain",
    "red dress short plain",
    "blue dress long plain",
    "blue dress short striped",
    "red coat long plain",
    "blue coat long striped",
    "blue coat short plain",
)


def ids(result: SearchResult) -> list[str]:
    return [hit.item_id for hit in result.hits]


def text(words: str, weight: float = 1.0) -> WeightedQuery:
    return WeightedQuery(TextQuery(words), weight)


def like(item_id: str, weight: float = 1.0) -> WeightedQuery:
    return WeightedQuery(ImageQuery(ItemReference(item_id)), weight)


def composed(item_id: str, words: str, weight: float = 1.0) -> WeightedQuery:
    return WeightedQuery(ComposedQuery(ItemReference(item_id), words), weight)


def photo_of(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 40), colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_words_find_what_they_say() -> None:
    result = searcher_over(*SHOP).search([text("red coat")], 3)

    assert ids(result)[0] == "red coat long plain"
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert not result.repeated
    assert set(result.timings_ms) == {"encode", "compose", "search"}
    assert all(type(score) is float for score in scores), "plain numbers, which JSON takes"


def test_a_reference_finds_what_looks_like_it_but_not_itself() -> None:
    result = searcher_over(*SHOP).search([like("red dress long plain")], 7)

    assert "red dress long plain" not in ids(result)
    assert set(ids(result)[:2]) < {"red dress short plain", "blue dress long plain", "red coat long plain"}
    assert len(result.hits) == 6


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_a_composed_query_changes_the_reference(composition: Composition) -> None:
    result = searcher_over(*SHOP, composition=composition).search([composed("blue dress long plain", "red")], 2)

    assert ids(result)[0] == "red dress long plain"
    assert not result.repeated


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_earlier_turns_count_by_weight(composition: Composition) -> None:
    searcher = searcher_over(*SHOP, composition=composition)
    turns = [text("coat", 3.0), composed("blue dress short striped", "long", 1.0)]

    assert ids(searcher.search(turns, 1)) == ["blue coat long striped"]
    assert ids(searcher.search([text("coat", 0.01), text("dress red short", 1.0)], 1)) == ["red dress short plain"]


def test_the_mean_is_that_of_embeddings_not_of_features() -> None:
    encoder = WordEncoder()
    searcher = searcher_over(*SHOP, encoder=encoder)
    one, two = (features / np.linalg.norm(features) for features in encoder.encode_texts(["red", "striped short blue"]))
    mean = (2 * one + two) / np.linalg.norm(2 * one + two)
    stored = Shelf(*SHOP).stored
    expected = dict(zip(SHOP, stored @ mean / np.linalg.norm(stored, axis=1), strict=True))

    result = searcher.search([text("red", 2.0), text("striped short blue", 1.0)], 7)

    for hit in result.hits:
        assert hit.score == pytest.approx(expected[hit.item_id], abs=1e-5)


def test_the_scores_of_products_are_exact() -> None:
    searcher = searcher_over(*SHOP, composition=Product())
    stored = Shelf(*SHOP).stored
    stored = stored / np.linalg.norm(stored, axis=1, keepdims=True)
    words = WordEncoder().encode_texts(["striped", "coat"])
    words = words / np.linalg.norm(words, axis=1, keepdims=True)
    by_image, by_words, by_coat = stored @ stored[0], stored @ words[0], stored @ words[1]
    expected = dict(zip(SHOP, (2 * by_image.clip(0) * by_words.clip(0) + by_coat) / 3, strict=True))

    result = searcher.search([composed(SHOP[0], "striped", 2.0), text("coat", 1.0)], 7)

    assert len(result.hits) == 6
    for hit in result.hits:
        assert hit.score == pytest.approx(expected[hit.item_id], abs=1e-5)
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
@given(data=st.data())
def test_what_was_shown_and_the_references_come_last(composition: Composition, data: st.DataObject) -> None:
    shown = data.draw(st.sets(st.sampled_from([*SHOP, "gone since the last reindexing"])))
    references = data.draw(st.lists(st.sampled_from(SHOP), max_size=3))
    k = data.draw(st.integers(1, 10))
    queries = [text("red dress"), *(composed(item_id, "blue") for item_id in references)]

    result = searcher_over(*SHOP, composition=composition).search(queries, k, shown)

    found = ids(result)
    assert len(set(found)) == len(found)
    unseen = set(SHOP) - shown - set(references)
    allowed = unseen or set(SHOP) - set(references) or set(SHOP)
    assert len(found) == min(k, len(allowed))
    assert set(found) <= allowed
    assert result.repeated == (not unseen)


def test_a_collection_of_one_returns_even_the_reference() -> None:
    result = searcher_over("red dress").search([like("red dress")], 6)

    assert ids(result) == ["red dress"]
    assert result.repeated


def test_an_empty_collection_has_no_hits() -> None:
    searcher = searcher_over()
    result = searcher.search([text("red")], 6)

    assert result.hits == ()
    assert not result.repeated


def test_a_photo_is_a_reference() -> None:
    searcher = searcher_over("red dress", "blue dress", "red coat")

    photo = searcher.encode_photo(photo_of("red"))

    assert len(photo.features) == 4 * len(WORDS)
    assert ids(searcher.search([WeightedQuery(ImageQuery(photo))], 2)) == ["red dress", "red coat"]
    assert ids(searcher.search([WeightedQuery(ComposedQuery(photo, "coat"))], 1)) == ["red coat"]


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(PictureUnreadable):
        searcher_over("red dress").encode_photo(b"hello")


GOOD = np.ones(len(WORDS), dtype="<f4")


@pytest.mark.parametrize(
    ("features", "fingerprint"),
    [
        (GOOD.tobytes(), "words@other@1"),
        (GOOD.tobytes()[:-4], "words@1@1"),
        (b"", "words@1@1"),
        (np.full_like(GOOD, np.nan).tobytes(), "words@1@1"),
        (np.zeros_like(GOOD).tobytes(), "words@1@1"),
    ],
)
def test_features_of_another_model_or_damaged_ones_are_refused(features: bytes, fingerprint: str) -> None:
    query = WeightedQuery(ImageQuery(PhotoReference(features, fingerprint)))

    with pytest.raises(ReferenceUnknown, match=r"send the photo again\.$"):
        searcher_over(*SHOP).search([query], 3)


def test_an_unknown_reference_is_refused() -> None:
    with pytest.raises(ReferenceUnknown, match="green hat"):
        searcher_over(*SHOP).search([like("green hat")], 3)


def test_words_of_earlier_turns_are_encoded_once() -> None:
    encoder = WordEncoder()
    searcher = searcher_over(*SHOP, encoder=encoder)

    for _ in range(3):
        searcher.search([text("red"), composed(SHOP[0], "blue"), text("red")], 3)
    searcher.search([text("blue")], 3)

    assert encoder.texts == ["red", "blue"]


def test_the_memory_for_words_is_bounded() -> None:
    encoder = WordEncoder()
    searcher = searcher_over(*SHOP, encoder=encoder)
    for start in range(0, 5000, 500):
        searcher.search([text(f"red {start + number}") for number in range(500)], 1)
    encoder.texts.clear()

    searcher.search([text("red 4999"), text("red 0")], 1)

    assert encoder.texts == ["red 0"]


@pytest.mark.parametrize(
    ("queries", "k"),
    [([], 3), ([text("red")], 0), ([text("red", 0.0)], 3), ([text("red", -1.0)], 3), ([text("red", float("nan"))], 3)],
)
def test_searches_without_meaning_are_refused(queries: list[WeightedQuery], k: int) -> None:
    with pytest.raises(ValueError, match="one of them positive"):
        searcher_over(*SHOP).search(queries, k)


def test_queries_that_cancel_out_leave_the_newest() -> None:
    class Opposites(WordEncoder):
        def encode_texts(self, texts: Sequence[str]) -> Features:
            signs = np.array([[-1 if text.startswith("not ") else 1] for text in texts], dtype=np.float32)
            return signs * super().encode_texts([text.removeprefix("not ") for text in texts])

    searcher = searcher_over(*SHOP, encoder=Opposites())

    result = searcher.search([text("not red coat"), text("red coat")], 1)

    assert ids(result) == ["red coat long plain"]


def test_parts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SnapshotInvalid, match=r"width 3.* gives 8"):
        Searcher(WordEncoder(), NormalizedSum(), ExactIndex(3), Shelf())
    with pytest.raises(SnapshotInvalid, match=r"0 pictures.* lists 7"):
        Searcher(WordEncoder(), NormalizedSum(), ExactIndex(len(WORDS)), Shelf(*SHOP))


@pytest.mark.parametrize("shop", [SHOP, ()])
def test_warming_up_disturbs_nothing(shop: tuple[str, ...]) -> None:
    searcher = searcher_over(*shop)

    searcher.warm_up()

    assert len(searcher.search([text("red")], 3).hits) == min(3, len(shop))
