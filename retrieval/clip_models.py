"""Finds and loads open_clip models: by name and pretrained tag or weights file, from a folder, or the bundled one."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import ModelUnavailable
from retrieval.reading_errors import READING_ERRORS
from retrieval.torch_compiler import left_out
from retrieval.torchvision_operators import declare_operators

declare_operators()  # before torchvision, which open_clip imports
with left_out():
    import open_clip as open_clip  # an export, for baselines

TINY_CLIP = "tiny-clip"
"""Name of the model that comes with the project."""
_TINY_CLIP_DIRECTORY = Path(__file__).parent / "bundled" / "tiny_clip"
_CONFIGURATION_FILE = "open_clip_config.json"
_WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")
_COMBINER_FILE = "combiner.safetensors"


@dataclass(frozen=True, slots=True)
class ClipModel:
    """A model with what belongs to it.

    Attributes:
        name: what to set as CLIP_MODEL to get it again, except for folders, which are named by their last part.
        network: the open_clip model on the CPU, float32, in evaluation mode.
        tokenizer: texts -> [n, context] token ids.
        combiner_path: the Combiner that came with it, if one did.
    """

    name: str
    network: Any
    tokenizer: Any
    combiner_path: Path | None = None

    @property
    def preprocessing(self) -> Mapping[str, Any]:
        """What the model was trained to be shown: `size` (pixels), `mean` and `std` of RGB, among others."""
        settings: Mapping[str, Any] = open_clip.get_model_preprocess_cfg(self.network)
        return settings

    @property
    def causal_text(self) -> bool:
        """Whether no word looks at later ones and the end-of-text token is what is read off."""
        network = self.network
        return type(network) is open_clip.CLIP and network.attn_mask is not None and network.text_pool_type == "argmax"


def load_model(model: str, pretrained: str | None = None) -> ClipModel:
    """Loads a model with its weights; code inside a weights file is never run.

    Args:
        model: `tiny-clip`, a folder with `open_clip_config.json` and weights, a name that open_clip knows, or
            `hf-hub:<organisation>/<repository>`.
        pretrained: for a name that open_clip knows: one of its pretrained tags, or the path of a weights file.

    Raises:
        ModelUnavailable: one sentence with the close names or known tags, or the file that is missing or damaged.
    """
    if model == TINY_CLIP:
        return _from_directory(_TINY_CLIP_DIRECTORY, TINY_CLIP)
    if Path(model).is_dir():
        directory = Path(model)
        bundled = directory.resolve() == _TINY_CLIP_DIRECTORY.resolve()
        return _from_directory(directory, TINY_CLIP if bundled else directory.resolve().name)
    if model.startswith("hf-hub:"):
        network = _create(model, None, f"The model {model} could not be loaded from the hub")
        return ClipModel(model, network, _tokenizer(model))
    return _by_name(model.replace("/", "-"), pretrained)


def _from_directory(directory: Path, name: str) -> ClipModel:
    if not (directory / _CONFIGURATION_FILE).is_file():
        raise ModelUnavailable(f"The model {name} cannot be loaded: its folder has no {_CONFIGURATION_FILE}.")
    if not any((directory / file).is_file() for file in _WEIGHTS_FILES):
        raise ModelUnavailable(f"The model {name} cannot be loaded: its folder has no {_WEIGHTS_FILES[0]}.")
    source = f"local-dir:{directory}"
    network = _create(source, None, f"The model {name} cannot be loaded: its configuration or weights are damaged")
    merges = sorted(directory.glob("bpe*.txt.gz"))
    combiner = directory / _COMBINER_FILE
    return ClipModel(
        name,
        network,
        _tokenizer(source, **({"bpe_path": str(merges[0])} if merges else {})),
        combiner if combiner.is_file() else None,
    )


def _by_name(name: str, pretrained: str | None) -> ClipModel:
    known = open_clip.list_models()
    if name not in known:
        close = difflib.get_close_matches(name, [TINY_CLIP, *known], n=4, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"try {TINY_CLIP}, ViT-B-32 or ViT-B-16-SigLIP2."
        raise ModelUnavailable(f"There is no model called {name!r}: {hint}")
    tags = open_clip.list_pretrained_tags_by_model(name)
    listed = ", ".join(tags) or "none, so give the path of a weights file"
    if not pretrained:
        raise ModelUnavailable(f"The model {name} needs CLIP_PRETRAINED; known tags: {listed}.")
    if open_clip.get_pretrained_cfg(name, pretrained):
        failure = (
            f"The weights {pretrained!r} of {name} could not be downloaded or read: check the connection, "
            "or set CLIP_PRETRAINED to the path of a weights file"
        )
    elif Path(pretrained).is_file():
        failure = f"The weights file {Path(pretrained).name} is damaged, holds code, or is not for {name}"
    else:
        raise ModelUnavailable(
            f"The model {name} has no pretrained tag or weights file {pretrained!r}; known tags: {listed}."
        )
    tokenizer = _tokenizer(name)  # first, since what it may lack is known before anything large is downloaded
    return ClipModel(name, _create(name, pretrained, failure), tokenizer)


def _create(source: str, pretrained: str | None, failure: str) -> Any:
    tag = open_clip.get_pretrained_cfg(source, pretrained) if pretrained else {}
    try:
        network = open_clip.create_model(
            source,
            pretrained,
            # OpenAI's weights were trained with another activation; open_clip only warns when that is forgotten.
            force_quick_gelu=bool(tag.get("quick_gelu")),
            require_pretrained=True,
            weights_only=True,
        )
    except ImportError as error:
        raise ModelUnavailable(f"{failure}: the package {error.name or 'transformers'} is not installed.") from error
    except READING_ERRORS as error:
        raise ModelUnavailable(f"{failure}.") from error
    return network.eval().requires_grad_(False)


def _tokenizer(source: str, **options: str) -> Any:
    try:
        return open_clip.get_tokenizer(source, **options)
    except ImportError as error:
        package = error.name or "transformers"
        raise ModelUnavailable(f"The words of {source} need the package {package}, which is not installed.") from error
    except READING_ERRORS as error:
        raise ModelUnavailable("The tokenizer that belongs to the model is damaged or cannot be downloaded.") from error
