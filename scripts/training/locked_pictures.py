"""Pictures whose features will not change any more: what text towers are trained against.

A step of a text tower alone costs a fraction of a joint step, so each text can be told from thousands of pictures
instead of a batch of them (Zhai et al. 2022, "LiT: Zero-Shot Transfer with Locked-image text Tuning").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, slots=True)
class LockedPictures:
    """Features [n, d], raw; codes [n, 7]; the attributes of each; and how many texts of a batch are theirs."""

    features: Tensor
    codes: NDArray[np.int64]
    rows: Sequence[Mapping[str, str | None]]
    texts_per_batch: int
