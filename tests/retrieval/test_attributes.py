"""Attributes are proposed where neighbours have them and the picture has not."""

import numpy as np

from retrieval.attributes import OF_CLOTHES, OF_SCENES, OF_THINGS, Attribute, attributes_of, lacking
from retrieval.embedding import normalize
from retrieval.query_bank import OTHERS, TEXTS, WORN

COLOURS = (Attribute("colour", "red", "in red"), Attribute("colour", "blue", "in blue"))
ATTRIBUTES = (*COLOURS, Attribute("pattern", "striped", "striped"))
TEXT_EMBEDDINGS = np.eye(3, 8, dtype=np.float32)


def pictures(*rows):
    """Embeddings that have so much of each attribute, on a common ground."""
    padded = np.zeros((len(rows), 8), np.float32)
    padded[:, :3] = rows
    padded[:, 7] = 1
    return normalize(padded)


PLAIN = (0, 0, 0)
COLLECTION = pictures(*[(0.1 * n, 0.1 * (n % 3), 0.1 * (n % 2)) for n in range(8)], *[PLAIN] * 8)


def proposed(own, *neighbours):
    return [
        a.caption for a in lacking(pictures(own)[0], pictures(*neighbours), COLLECTION, TEXT_EMBEDDINGS, ATTRIBUTES)
    ]


def test_what_neighbours_have_and_the_picture_has_not():
    assert proposed((1, 0, 0), *[(0, 1, 0)] * 6) == ["in blue"]
    assert proposed((1, 0, 0), *[(1, 0, 0)] * 6) == []
    assert proposed(PLAIN, *[(0, 0, 1)] * 6, *[PLAIN] * 9) == ["striped"]


def test_one_of_each_group_comes_first():
    found = proposed(PLAIN, *[(1, 0, 0)] * 6, *[(0, 0.9, 0)] * 6, *[(0, 0, 0.8)] * 6)
    assert {found[0], found[1]} & {"striped"}
    assert len(found) == 3


def test_without_neighbours_there_is_nothing():
    nobody = np.empty((0, 8), np.float32)
    assert lacking(pictures(PLAIN)[0], nobody, COLLECTION, TEXT_EMBEDDINGS, ATTRIBUTES) == ()


def test_clothes_are_not_asked_for_by_the_sea():
    texts = np.eye(len(TEXTS), dtype=np.float32)
    worn, others = TEXTS.index(f"a {WORN[0]}"), TEXTS.index(f"a {OTHERS[0]}")
    assert attributes_of(texts[[worn, worn, others]], texts) == OF_CLOTHES
    assert attributes_of(texts[[worn, others, others]], texts) == OF_SCENES
    assert set(OF_THINGS) <= set(OF_CLOTHES) & set(OF_SCENES)
