"""The text tower's training: its vocabulary, the words it never sees, and what it learns from labelled texts."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from retrieval import lexicon
from scripts.training import wordings
from scripts.training.architecture import DIMENSION, MERGES_FILE, build_model
from scripts.training.bundle import BUNDLE
from scripts.training.labels import KEYS, encode_table
from scripts.training.locked_pictures import LockedPictures
from scripts.training.synonyms import written_words
from scripts.training.text_tuning import TextPlan, encode_short_texts, tune_texts
from scripts.training.texts import TextStock
from scripts.training.tokens import Tokens
from scripts.training.unseen import UNSEEN, holds_unseen, taught
from scripts.training.vocabulary import choose_merges, is_common, write_merges

ROWS = [{"category": "dress", "colour": colour, "pattern": "striped"} for colour in KEYS["colour"]]


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    torch.set_num_threads(1)
    return Tokens(BUNDLE / MERGES_FILE)


def test_no_word_of_the_lexicon_is_an_unseen_one() -> None:
    tables = (
        lexicon.COLOURS, lexicon.NOUNS, lexicon.DETAIL_NOUNS, *lexicon.ADJECTIVES.values(), *lexicon.PHRASES.values()
    )  # fmt: skip
    words = [word for table in tables for options in table.values() for word in options]
    words += [*wordings.FILLERS, *wordings.SEASONS, *wordings.PURPOSES]
    words += [word for table in written_words().values() for options in table.values() for word in options]
    assert not [word for word in words if holds_unseen(word)]
    assert holds_unseen("a crimson GOWN")
    assert not holds_unseen("a creamy dress")


def test_unseen_words_name_values_that_there_are() -> None:
    for key, values in UNSEEN.items():
        assert set(values) <= set(KEYS[key])
    assert taught("colour", "red", "crimson")
    assert taught("category", "dress", "gown")
    assert not taught("detail", "sneaker", "trainers"), "no dictionary of ours knows them as shoes"


def test_common_words_are_what_people_write() -> None:
    assert is_common("crimson")
    assert not is_common("lentiginose")


def test_chosen_words_are_one_token(tmp_path: Path) -> None:
    merges = choose_merges(500, ["crimson", "trousers"], 800)
    assert len(merges) == 800
    write_merges(tmp_path / "merges.txt.gz", merges)
    chosen = Tokens(tmp_path / "merges.txt.gz")
    assert len(chosen.encode("crimson trousers")) == 2
    assert len(chosen.encode("kaleidoscopic")) > 2


def test_texts_without_padding_have_the_features_of_padded_ones(tokens: Tokens) -> None:
    torch.manual_seed(1)
    model = build_model().eval()
    table = torch.from_numpy(tokens.table(["a red dress", "the same but in blue, please"]).astype(np.int64))
    longest = int((table != 0).sum(dim=1).max())
    with torch.no_grad():
        short, padded = encode_short_texts(model, table[:, :longest]), model.encode_text(table)  # type: ignore[operator]
    assert torch.allclose(short, padded, atol=1e-5)


def test_the_text_tower_learns_from_labels_and_leaves_the_pictures_alone(tokens: Tokens) -> None:
    torch.manual_seed(3)
    model = build_model()
    features = torch.randn(len(ROWS), DIMENSION)
    pictures = LockedPictures(features, encode_table(ROWS), ROWS, 32)
    pixels = {name: value.clone() for name, value in model.visual.state_dict().items()}  # type: ignore[union-attr]
    stock = TextStock(ROWS, 40, tokens, seed=0)
    texts = torch.from_numpy(tokens.table([f"a {row['colour']} dress" for row in ROWS]).astype(np.int64))

    def right() -> float:
        with torch.no_grad():
            found = encode_short_texts(model, texts) @ F.normalize(features, dim=-1).T
        return float((found.argmax(dim=1) == torch.arange(len(ROWS))).float().mean())

    before = right()
    tune_texts(model, [pictures], [stock], TextPlan(steps=120, warm_up=5, averaging=0.8))
    assert before < 0.3
    assert right() > 0.6
    assert all(torch.equal(value, pixels[name]) for name, value in model.visual.state_dict().items())  # type: ignore[union-attr]
