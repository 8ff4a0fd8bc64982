"""The suite `match`: the area under the curve, and the galleries with and without what is asked for."""

import numpy as np
import pytest

from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.evaluation.match import ELSEWHERE, KINDS, auroc, rendered_outcomes, summarise
from scripts.evaluation.match_galleries import Pictures, read_photos


def test_the_area_under_the_curve():
    ones, zeros = np.ones(3), np.zeros(4)
    assert auroc(ones, zeros) == 1
    assert auroc(zeros, ones) == 0
    assert auroc(ones, ones) == 0.5
    assert auroc(np.array([0.2, 0.8]), np.array([0.5])) == 0.5
    assert np.isnan(auroc(ones, np.array([])))
    values = np.random.default_rng(0).random(50)
    assert auroc(values, values**3) == pytest.approx(1 - auroc(values**3, values))


def test_figures_are_named_by_collection_kind_and_difficulty():
    outcomes = [("text", "close", True, 0.9), ("text", "far", False, 0.6), ("text", "close", False, 0.2)]
    figures = summarise("rendered", outcomes)
    assert figures["match.auroc.rendered"] == 1
    assert figures["match.auroc.rendered.text.far"] == 1
    assert np.isnan(figures["match.auroc.rendered.image"])
    assert figures["match.rendered.denied"] == 0
    assert figures["match.rendered.invented"] == 0.5


def test_every_question_is_put_to_both_galleries():
    """Small and fast; the bands of `make test` are elsewhere."""
    encoder = load_encoder("tiny-clip")
    looks = [(kind, colour) for kind in ("dress", "hat", "bag") for colour in ("red", "blue", "green", "black")]
    rng = np.random.default_rng(0)
    metadata = [dict(zip(("category", "colour"), looks[int(n)], strict=True)) for n in rng.integers(0, 12, 200)]
    texts = encoder.encode_texts([f"{data['colour']} {data['category']}" for data in metadata])
    features = (texts + 0.3 * texts.std() * rng.normal(size=texts.shape)).astype(np.float32)
    products = Pictures(features, metadata, np.arange(200))
    outcomes = rendered_outcomes(products, encoder, load_composition("auto", encoder), 0)
    close = [there for kind, difficulty, there, _ in outcomes if (kind, difficulty) == ("text", "close")]
    assert sum(close) == len(close) / 2  # each has its match in exactly one of the two
    far = [there for _, difficulty, there, _ in outcomes if difficulty == "far"]
    assert len(far) == 2 * 3 * len(ELSEWHERE)
    assert not any(far)
    assert all(0 <= strength < 1 for *_, strength in outcomes)
    assert summarise("x", outcomes)["match.auroc.x.text"] > 0.8  # the pictures are the words themselves, with noise


def test_a_folder_without_held_out_photos_is_one_sentence(tmp_path):
    (tmp_path / "items.csv").write_text("image,sender_id,label,kids\nx,1,Dress,False\n")
    with pytest.raises(ValueError, match="no photos of held-out senders"):
        read_photos(tmp_path, load_encoder("tiny-clip"), KINDS)
