"""The text tower tuned for composition: only it changes, and requests lead nearer to their answers."""

import copy

import numpy as np
import torch

from retrieval.clip_encoder import ClipEncoder
from retrieval.clip_models import load_model
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.composed_text_tuning import (
    TextTuningPlan,
    text_parameters,
    tune_for_composition,
    whole_words,
)
from scripts.training.examples import Examples
from scripts.training.renders import products_of
from scripts.training.triplets import collect, make_requests


def test_only_the_text_tower_learns() -> None:
    torch.set_num_threads(1)
    loaded = load_model("tiny-clip")
    encoder = ClipEncoder(loaded)
    collection = collect(products_of(100, 110))
    requests = make_requests(collection, np.arange(110), seed=0)
    # Stand-ins for pictures: the words of their attributes.
    features = encoder.encode_texts([" ".join(row.values()) for row in collection.rows])
    examples = Examples(features, collection, requests, encoder.encode_texts(requests.texts))
    before = copy.deepcopy(loaded.network.state_dict())

    words = whole_words(loaded.tokenizer)
    plan = TextTuningPlan(steps=3, descriptions=8, anchors=8)
    tune_for_composition(loaded.network, loaded.tokenizer, words[:40], examples, plan, CombinerPlan(batch=16))

    changed = {name for name, tensor in loaded.network.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed
    assert not [name for name in changed if name.startswith("visual") or name == "logit_scale"]
    assert not any(parameter.requires_grad for parameter in loaded.network.parameters())
    assert len(text_parameters(loaded.network)) > 10
    assert len(words) > 500
