"""Linear layers with weights in float16 and sums in float32 (FBGEMM, x86-64 with AVX2): half the bytes to read."""

import warnings
from collections.abc import Callable
from functools import partial

import torch

Linear = Callable[[torch.Tensor], torch.Tensor]
"""[..., in] float32 -> [..., out] float32."""


def half_linear(weight: torch.Tensor, bias: torch.Tensor | None) -> Linear:
    """A linear layer with its weight rounded to float16 and laid out as FBGEMM wants it.

    What is called here torch means to remove one day. `torch.ops.quantized.linear_dynamic_fp16`, which computes the
    same, takes a tenth longer for a text.

    Args:
        weight: [out, in] float32.
        bias: [out] float32.

    Raises:
        RuntimeError: this processor cannot, or a weight is too large for float16.
        AttributeError: torch has removed it.
    """
    if not bool(torch.isfinite(weight.half()).all()):
        raise RuntimeError("a weight is too large, or damaged")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fbgemm_", UserWarning)
        matrix = torch.fbgemm_pack_gemm_matrix_fp16(weight.detach().contiguous())
        layer = partial(
            torch.fbgemm_linear_fp16_weight_fp32_activation,
            packed_weight=matrix,
            bias=None if bias is None else bias.detach(),
        )
        layer(weight.new_zeros(1, weight.shape[1]))  # it warns at the first use
    return layer
