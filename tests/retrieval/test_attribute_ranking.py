"""Attributes read off made-up pictures: each is the sum of the texts of what it shows, and a word is an axis."""

import numpy as np
import pytest

from retrieval import lexicon
from retrieval.attribute_ranking import AttributeReader, reader_for
from retrieval.composition import NormalizedSum
from retrieval.embedding import normalize
from retrieval.exact_index import ExactIndex
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.query_bank import NAMES
from retrieval.searcher import Searcher
from scripts.evaluation.product_gallery import ProductGallery

SHOWN = {
    "category": ("dress", "skirt", "hat"),
    "colour": ("black", "red", "brown", "blue", "navy"),
    "sleeve": ("sleeveless", "short", "long"),
}
WORDS = tuple(dict.fromkeys(words[value][0] for words in lexicon.ATTRIBUTES.values() for value in words))
LOOKS = [
    dict(zip(SHOWN, (kind, colour, sleeve), strict=True))
    for kind in SHOWN["category"]
    for colour in SHOWN["colour"]
    for sleeve in SHOWN["sleeve"]
]
IDS = [" ".join(look.values()) for look in LOOKS]


class AxisEncoder:
    """An axis for the first word of each value, one for what is no clothes, and one for all else."""

    dimension = len(WORDS) + 2
    fingerprint = "axes@1"

    def encode_texts(self, texts):
        features = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(features, texts, strict=True):
            said = text.removeprefix("a ")
            place = WORDS.index(said) if said in WORDS else {"crimson": WORDS.index("red"), "car": -2}.get(said, -1)
            row[[WORDS.index("dress"), WORDS.index("red")] if said == "dress, anything but red" else place] = 1
        return features


def picture(look):
    words = [lexicon.ATTRIBUTES[attribute][value][0] for attribute, value in look.items()]
    return AxisEncoder().encode_texts(words).sum(axis=0)


PICTURES = np.stack([picture(look) for look in LOOKS])


def embed(texts):
    return normalize(AxisEncoder().encode_texts(texts))


@pytest.fixture(scope="module")
def searcher():
    index = ExactIndex(AxisEncoder.dimension)
    index.add(normalize(PICTURES))
    return Searcher(AxisEncoder(), NormalizedSum(), index, ProductGallery(IDS, PICTURES))


@pytest.mark.parametrize(
    ("reference", "caption", "first"),
    [
        ("dress red short", "darker", {"dress brown short"}),
        ("dress blue short", "darker", {"dress navy short", "dress black short"}),
        ("dress black short", "lighter", {"dress brown short", "dress blue short", "dress navy short"}),
        ("skirt red short", "another colour", {f"skirt {c} short" for c in ("black", "brown", "blue", "navy")}),
        ("dress red short", "anything but red", {f"dress {c} short" for c in ("black", "brown", "blue", "navy")}),
        ("dress red short", "longer sleeves", {"dress red long"}),
        ("dress red long", "no sleeves", {"dress red sleeveless"}),
        ("dress red short", "blue where this is red", {"dress blue short"}),
        ("dress blue short", "in crimson", {"dress red short"}),
        ("dress red short", "not blue but navy", {"dress navy short"}),
        ("dress red short", "not blue, with long sleeves", {"dress red long"}),
        ("skirt red short", "this skirt in blue", {"skirt blue short"}),
        ("dress red short", "with long sleeves, in blue", {"dress blue long"}),
    ],
)
def test_what_is_asked_is_there_and_the_rest_is_kept(searcher, reference, caption, first):
    query = WeightedQuery(ComposedQuery(ItemReference(reference), caption))
    hits = searcher.search([query], len(first)).hits
    assert {hit.item_id for hit in hits} == first


def test_another_kind_keeps_the_colour_and_not_the_sleeves(searcher):
    query = WeightedQuery(ComposedQuery(ItemReference("dress red short"), "as a hat"))
    assert {hit.item_id for hit in searcher.search([query], 3).hits} == {f"hat red {s}" for s in SHOWN["sleeve"]}


def test_what_people_see_first_weighs_most(searcher):
    query = WeightedQuery(ComposedQuery(ItemReference("dress red short"), "with long sleeves"))
    first, *others = [hit.item_id for hit in searcher.search([query], 3).hits]
    assert first == "dress red long"
    assert all(name.split()[:2] == ["dress", "red"] or name.endswith("long") for name in others)


def test_what_is_rejected_stays_away_where_the_reference_has_it_not(searcher):
    query = WeightedQuery(ComposedQuery(ItemReference("dress red short"), "no sleeves and anything but blue"))
    hits = [hit.item_id for hit in searcher.search([query], 2).hits]
    assert hits[0] == "dress red sleeveless"
    assert not any("blue" in name for name in hits)


def test_earlier_words_count_where_the_newest_say_nothing(searcher):
    newest = WeightedQuery(ComposedQuery(ItemReference("dress red short"), "with long sleeves"))
    earlier = WeightedQuery(TextQuery("a blue dress"), 0.7)
    assert searcher.search([earlier, newest], 1).hits[0].item_id == "dress blue long"
    named = WeightedQuery(ComposedQuery(ItemReference("dress red short"), "in navy"))
    assert searcher.search([earlier, named], 1).hits[0].item_id == "dress navy short"


def test_words_alone_are_ranked_by_what_they_name_too(searcher):
    hits = searcher.search([WeightedQuery(TextQuery("a dress, anything but red"))], 12).hits
    assert {hit.item_id.split()[0] for hit in hits} == {"dress"}
    assert not any("red" in hit.item_id.split() for hit in hits), "the model finds red ones for the word"
    alone = ProductGallery(IDS, PICTURES).searcher(AxisEncoder(), NormalizedSum(), attributes=False)
    assert "red" in alone.search([WeightedQuery(TextQuery("a dress, anything but red"))], 1).hits[0].item_id


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("a cap", {"hat"}), ("boots or a handbag", {"shoe", "bag"}), ("a dress with heels", {"dress"}), ("no cap", set())],
)
def test_a_detail_that_is_a_thing_has_its_kind(text, kinds):
    wish = AttributeReader(embed, normalize(PICTURES)).wish(TextQuery(text))
    acceptable = dict(zip(lexicon.NOUNS, wish.acceptable[: len(lexicon.NOUNS)], strict=True))
    assert {kind for kind, share in acceptable.items() if share} == kinds


def test_what_the_model_makes_of_a_word_ranks_but_is_no_evidence():
    reader = AttributeReader(embed, normalize(PICTURES))
    hits = normalize(PICTURES[[IDS.index(name) for name in ("dress red short", "dress blue short")]])
    guessed = reader.wish(TextQuery("a crimson dress"))
    assert np.diff(guessed.scores(hits)) < -1
    assert np.diff(guessed.evidence(hits)[:, 0]) == pytest.approx(0, abs=1e-6)
    assert np.diff(reader.wish(TextQuery("a red dress")).evidence(hits)[:, 0]) < -0.5


def test_the_dial_turns_attributes_too():
    reader = AttributeReader(embed, normalize(PICTURES))
    row = IDS.index("dress red short")
    wish = reader.wish(ComposedQuery(ItemReference(IDS[row]), "in blue"), normalize(PICTURES[row : row + 1]))
    changed, same = (normalize(PICTURES[[IDS.index(name)]]) for name in ("dress blue short", "dress red short"))
    gains = [float((wish.scores(changed, lean) - wish.scores(same, lean))[0]) for lean in (-0.75, 0.0, 1.0)]
    assert gains == sorted(gains)
    assert gains[0] < gains[-1]


@pytest.mark.parametrize("caption", ["", "thanks!", "like a pirate", "платье", "darker"])
def test_where_nothing_is_understood_nothing_is_asked(caption):
    reader = AttributeReader(embed, normalize(PICTURES))
    black = normalize(PICTURES[[IDS.index("dress black short")]])  # nothing is darker
    assert reader.wish(ComposedQuery(ItemReference("x"), caption), black).asked == ()


def test_evidence_is_what_a_hit_has_and_keeps():
    reader = AttributeReader(embed, normalize(PICTURES))
    hits = normalize(PICTURES[[IDS.index(name) for name in ("dress blue short", "dress red short", "hat red long")]])
    reference = normalize(PICTURES[[IDS.index("dress red short")]])
    changed = reader.wish(ComposedQuery(ItemReference("x"), "in blue"), reference).evidence(hits)
    assert changed[0, 0] > 0.9 > 0.1 > changed[1, 0]
    assert changed[0, 1] == pytest.approx(changed[1, 1], abs=1e-6)
    assert changed[2, 1] < changed[0, 1]
    assert (changed[:, 2] == 1).all()
    asked = reader.wish(TextQuery("a blue dress")).evidence(hits)
    assert asked[0, 0] > 0.9 > 0.1 > asked[1, 0]
    assert (asked[:, 1] == 0).all()
    alike = reader.wish(ImageQuery(ItemReference("x")), reference).evidence(hits)
    assert alike[1, 1] == pytest.approx(1)
    assert alike[1, 1] > alike[0, 1] > alike[2, 1]
    assert (alike[:, [0, 2]] == 0).all()


def test_probabilities_add_up_and_do_not_depend_on_company():
    reader = AttributeReader(embed, normalize(PICTURES))
    read = reader.read(normalize(PICTURES))
    assert read.sum(axis=1) == pytest.approx(len(lexicon.ATTRIBUTES))
    assert (reader.read(normalize(PICTURES[:1])).astype(np.float32) == read[:1].astype(np.float32)).all()


def test_a_caption_of_ten_thousand_words_has_few_of_them_encoded():
    encoded = []

    def counted(texts):
        encoded.append(len(texts))
        return embed(texts)

    reader = AttributeReader(counted, normalize(PICTURES))
    caption = " ".join(f"word{'x' * (number % 50)}" for number in range(10_000))
    assert reader.wish(ComposedQuery(ItemReference("x"), caption), normalize(PICTURES[:1])).asked == ()
    assert max(encoded[1:]) <= 12


def test_a_collection_of_other_things_has_no_reader():
    cars = np.repeat(AxisEncoder().encode_texts(["car"]), 5, axis=0)
    assert NAMES[0] == "a dress"
    assert reader_for(embed, normalize(cars)) is None
    assert reader_for(embed, normalize(PICTURES)) is not None
    assert reader_for(embed, np.empty((0, AxisEncoder.dimension), np.float32)) is None


def test_equal_pictures_are_no_harm():
    same = np.repeat(PICTURES[:1], 40, axis=0)
    reader = AttributeReader(embed, normalize(same))
    wish = reader.wish(ComposedQuery(ItemReference("x"), "in blue"), normalize(same[:1]))
    assert np.isfinite(wish.scores(normalize(same), 0.0)).all()
