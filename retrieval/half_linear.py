"""Linear layers with weights in float16 and sums in float32 (FBGEMM, x86-64 with AVX2): half the bytes to read."""

from typing import Any

import torch


def packed(weight: torch.Tensor, bias: torch.Tensor | None) -> Any:
    """[out, in] float32 as FBGEMM wants it; https://docs.pytorch.org/docs/stable/quantization.html, float16 dynamic.

    Raises:
        RuntimeError: this processor cannot, or a weight is too large for float16.
    """
    if not bool(torch.isfinite(weight.half()).all()):
        raise RuntimeError("a weight is too large, or damaged")
    return torch.ops.quantized.linear_prepack_fp16(weight.detach(), None if bias is None else bias.detach())


def linear(values: torch.Tensor, weights: Any) -> torch.Tensor:
    """[..., in] float32 and what `packed` gave -> [..., out] float32."""
    product: torch.Tensor = torch.ops.quantized.linear_dynamic_fp16.default(values, weights)
    return product
