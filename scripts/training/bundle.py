"""Writing and reading the folder that a trained tiny-clip travels in."""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from scripts.training.architecture import MERGES_FILE, build_model, configuration

CONFIGURATION_FILE = "open_clip_config.json"
WEIGHTS_FILE = "open_clip_model.safetensors"
COMBINER_FILE = "combiner.safetensors"
BUNDLE = Path(__file__).parents[2] / "retrieval" / "bundled" / "tiny_clip"
"""Where the tiny-clip lives that comes with the project."""


def save_bundle(model: torch.nn.Module, merges: Path, directory: Path) -> None:
    """Write configuration, weights (float16) and merges of `model` into `directory`; a Combiner there is left alone."""
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(configuration(), indent=2)
    (directory / CONFIGURATION_FILE).write_text(text + "\n", encoding="utf-8")
    if merges != directory / MERGES_FILE:
        shutil.copyfile(merges, directory / MERGES_FILE)
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in model.state_dict().items()
    }
    save_file(tensors, directory / WEIGHTS_FILE)
    # safetensors makes files that only their owner may read.
    (directory / WEIGHTS_FILE).chmod(0o644)


def load_bundle(directory: Path) -> torch.nn.Module:
    """The model saved in `directory`, as float32, in evaluation mode. Raises KeyError or RuntimeError on a mismatch."""
    model = build_model()
    tensors = load_file(directory / WEIGHTS_FILE)
    model.load_state_dict({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()})
    return model.eval()


def load_image_tower(model: torch.nn.Module, file: Path) -> None:
    """Put the image tower and the scale out of a weights file into `model`. Raises RuntimeError on a mismatch."""
    tensors = {name: t.float() if t.is_floating_point() else t for name, t in load_file(file).items()}
    kept = {name: t for name, t in tensors.items() if name.startswith("visual.") or name == "logit_scale"}
    missing, unexpected = model.load_state_dict(kept, strict=False)
    if unexpected or any(name.startswith("visual.") for name in missing):
        raise RuntimeError(f"{file.name} holds another image tower.")


def load_text_tower(model: torch.nn.Module, file: Path) -> None:
    """Put the text tower out of a weights file into `model`. Raises RuntimeError on a mismatch."""
    tensors = {name: t.float() if t.is_floating_point() else t for name, t in load_file(file).items()}
    kept = {name: t for name, t in tensors.items() if not name.startswith("visual.") and name != "logit_scale"}
    missing, unexpected = model.load_state_dict(kept, strict=False)
    if unexpected or any(not name.startswith("visual.") and name != "logit_scale" for name in missing):
        raise RuntimeError(f"{file.name} holds another text tower.")


def save_image_tower(model: torch.nn.Module, file: Path) -> None:
    """Write the image tower and the scale, float32."""
    file.parent.mkdir(parents=True, exist_ok=True)
    state = model.state_dict()
    kept = {name: t.contiguous() for name, t in state.items() if name.startswith("visual.") or name == "logit_scale"}
    save_file(kept, file)
