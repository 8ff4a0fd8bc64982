"""The shape of tiny-clip: an OpenCLIP model small enough to live in a repository and to train on two cores.

The image tower is the fastest timm network that we measured in training (bfloat16, 2 cores, forward and backward,
128 px): regnety_002 300 pictures/s, regnetx_002 212, regnetx_004 165, resnet10t 127. The text tower is a 3-layer
transformer over CLIP's own byte-pair merges, cut after the first few thousand.
"""

import gzip
from pathlib import Path
from typing import Any

import torch

from retrieval.torchvision_operators import declare_operators

MERGES = 4096
"""How many of CLIP's 48,894 merges are kept; enough for every usual English word in one to three tokens."""
VOCABULARY = 512 + MERGES + 2
CONTEXT = 32
DIMENSION = 256
IMAGE_SIZE = 128
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
            "resize_mode": "shortest",
            "fill_color": 0,
        },
    }


def build_model() -> torch.nn.Module:
    """A randomly initialised tiny-clip (an `open_clip.CLIP`); seed torch before."""
    declare_operators()
    import open_clip

    model: torch.nn.Module = open_clip.CLIP(**configuration()["model_cfg"])
    return model


def write_merges(path: Path) -> None:
    """Write CLIP's byte-pair merges, cut after the first `MERGES`, as open_clip's `SimpleTokenizer` reads them."""
    declare_operators()
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe()) as file:
        lines = file.read().decode("utf-8").split("\n")
    # The first line is a version header. No newline at the end: the tokenizer would take it for one more merge.
    content = "\n".join(lines[: MERGES + 1]).encode("utf-8")
    # A fixed time and no name inside, so that the same merges give the same bytes.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
        packed.write(content)
