"""A real but tiny open_clip model, made anew for each run: the loading code is tried on it, nothing is mocked."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings
from safetensors.torch import save_file

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.clip_models import open_clip

# On two busy cores how long an example takes says nothing about the code.
settings.register_profile("pictalk", deadline=None)
settings.load_profile("pictalk")

WIDTH = 16
CONFIGURATION = {
    "embed_dim": WIDTH,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 20, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
PREPROCESSING = {"size": 32, "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.3, 0.4]}


@pytest.fixture(scope="session")
def clip_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as CLIP_MODEL takes it: configuration and weights in half precision."""
    directory = tmp_path_factory.mktemp("models") / "small-clip"
    directory.mkdir()
    settings = {"model_cfg": CONFIGURATION, "preprocess_cfg": PREPROCESSING}
    (directory / "open_clip_config.json").write_text(json.dumps(settings))
    torch.manual_seed(0)
    network = open_clip.CLIP(**CONFIGURATION)
    tensors = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    save_file(tensors, directory / "open_clip_model.safetensors")
    return directory


@pytest.fixture(scope="session")
def clip_encoder(clip_directory: Path) -> ClipEncoder:
    """The model of that folder; it keeps no state, so all tests share it."""
    return load_encoder(str(clip_directory))


@pytest.fixture
def generator() -> np.random.Generator:
    """Random numbers that are the same in each run."""
    return np.random.default_rng(42)
