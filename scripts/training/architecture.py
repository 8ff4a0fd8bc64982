"""The shape of tiny-clip: an OpenCLIP model small enough to live in a repository and to train on two cores.

The image tower is the fastest timm network that we measured in training (bfloat16, 2 cores, forward and backward,
128 px): regnety_002 300 pictures/s, regnetx_002 212, regnetx_004 165, resnet10t 127. The text tower is a 3-layer
transformer over some thousands of CLIP's own byte-pair merges.
"""

from typing import Any

import torch

from retrieval.torchvision_operators import declare_operators

MERGES = 5000
"""How many of CLIP's 48,894 merges are kept: see `vocabulary.py` for which."""
VOCABULARY = 512 + MERGES + 2
CONTEXT = 32
DIMENSION = 256
IMAGE_SIZE = 176
MEAN = (0.5, 0.5, 0.5)
DEVIATION = (0.25, 0.25, 0.25)
MERGES_FILE = "bpe_merges.txt.gz"


def configuration() -> dict[str, Any]:
    """`open_clip_config.json` as open_clip's `local-dir:` schema reads it."""
    return {
        "model_cfg": {
            "embed_dim": DIMENSION,
            "vision_cfg": {
                "timm_model_name": "regnety_002",
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": IMAGE_SIZE,
            },
            "text_cfg": {"context_length": CONTEXT, "vocab_size": VOCABULARY, "width": 192, "heads": 3, "layers": 3},
        },
        "preprocess_cfg": {
            "size": IMAGE_SIZE,
            "mean": list(MEAN),
            "std": list(DEVIATION),
            "interpolation": "bicubic",
            "resize_mode": "longest",
            "fill_color": 0,
        },
    }


def build_model() -> torch.nn.Module:
    """A randomly initialised tiny-clip (an `open_clip.CLIP`); seed torch before."""
    declare_operators()
    import open_clip

    model: torch.nn.Module = open_clip.CLIP(**configuration()["model_cfg"])
    return model
