"""Lets torchvision be imported next to a CPU-only torch.

torchvision's wheel registers fake kernels for its C++ operators when it is imported. Next to a CPU-only torch the
extension with those operators cannot be loaded, and the import fails with "operator torchvision::nms does not exist".
Pictalk uses torchvision for picture transforms alone (through open_clip and timm), never for detection, so declaring
the two schemas is enough. Where the operators exist this does nothing.
"""

import importlib.util
from pathlib import Path

import torch

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

# A torch.library.Library takes its definitions away when it is collected, so this one lives as long as the process.
_library: torch.library.Library | None = None


def declare_operators() -> None:
    """Declare `torchvision::nms` and `torchvision::qnms` unless torchvision brings them; call before importing it."""
    global _library
    if _library is not None or _extension_loads():
        return
    _library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        _library.define(f"{name}{_SCHEMA}")


def _extension_loads() -> bool:
    """Whether torchvision's compiled operators can be loaded here, found out without importing torchvision."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True  # nothing to mend
    try:
        for extension in Path(spec.origin).parent.glob("_C*.so"):
            torch.ops.load_library(str(extension))
    except OSError:
        return False
    return hasattr(torch.ops.torchvision, "nms")
