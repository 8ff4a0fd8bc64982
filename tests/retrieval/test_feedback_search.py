"""Several references, some of them disliked, and the dial: what a search makes of them."""

import numpy as np
import pytest

from retrieval.composition import NormalizedSum, Product
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery, WeightedQuery
from tests.retrieval.searching import searcher_over

SHOP = ("red dress", "blue dress", "red coat", "blue coat", "red dress long", "blue coat long", "red coat striped")


def best(queries, composition=None):
    result = searcher_over(*SHOP, composition=composition).search(queries, len(SHOP))
    return [hit.item_id for hit in result.hits]


def image(item_id, weight):
    return WeightedQuery(ImageQuery(ItemReference(item_id)), weight)


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_what_is_liked_comes_nearer_and_what_is_disliked_goes_away(composition):
    words = WeightedQuery(TextQuery("red"))
    liked = best([image("blue coat", 1.0), words], composition)
    assert liked.index("red coat") < liked.index("red dress")
    disliked = best([image("blue coat", -1.0), words], composition)
    assert disliked.index("red dress") < disliked.index("red coat")
    assert "blue coat" not in disliked[:-1]


def test_pictures_judged_are_not_found_again():
    found = best([image("red dress", 0.5), image("blue dress", -0.5), WeightedQuery(TextQuery("dress"))])
    assert not {"red dress", "blue dress"} & set(found)


def test_only_dislikes_are_no_search():
    with pytest.raises(ValueError, match="one of them positive"):
        best([image("red dress", -1.0)])


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_each_step_of_the_dial_moves_the_share_of_the_picture(composition):
    searcher = searcher_over(*SHOP, composition=composition)
    shares = []
    for lean in (-1.0, -0.5, 0.0, 0.5, 1.0):
        query = ComposedQuery(ItemReference("red dress"), "coat long", lean)
        hits = searcher.search([WeightedQuery(query)], len(SHOP)).hits
        shares.append(np.mean([hit.picture_share for hit in hits]))
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == len(shares)
