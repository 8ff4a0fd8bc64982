"""Linear layers and attention of a picture's tower in int8: products of bytes, summed in 32 bits, by oneDNN.

Weights have a scale for each output, activations one for each token (Dettmers et al., LLM.int8(), NeurIPS 2022, section
3: vector-wise quantisation), found when the token comes. So a picture's features do not depend on its batch.
"""

from typing import Any, TypeGuard

import torch
from torch import nn

_LARGEST = 127


class Int8Linear(nn.Module):
    """`torch.nn.Linear` with weights in int8."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        """[out, in] float32, and [out]."""
        super().__init__()
        scales = weight.abs().amax(dim=1).clamp_min(1e-12) / _LARGEST
        self._scales = scales
        self._weight = (weight / scales[:, None]).round().to(torch.int8).t().contiguous()
        self._bias = torch.zeros_like(scales) if bias is None else bias.clone()

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """[..., in] float32 -> [..., out]."""
        rows = states.reshape(-1, states.shape[-1])
        scales = rows.abs().amax(dim=1, keepdim=True).clamp_min_(1e-12).mul_(1 / _LARGEST)
        sums = torch._int_mm((rows / scales).round_().to(torch.int8), self._weight)
        return torch.addcmul(self._bias, sums.mul(scales), self._scales).view(*states.shape[:-1], -1)


class Int8Attention(nn.Module):
    """`torch.nn.MultiheadAttention` of tokens to themselves, batch first, with weights in int8."""

    def __init__(self, attention: nn.MultiheadAttention) -> None:
        super().__init__()
        self._heads = attention.num_heads
        self._inputs = Int8Linear(attention.in_proj_weight, attention.in_proj_bias)
        self._output = Int8Linear(attention.out_proj.weight, attention.out_proj.bias)

    def forward(
        self, states: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attn_mask: Any = None, **_: Any
    ) -> tuple[torch.Tensor, None]:
        """[n, l, width] three times -> the same once, and no weights. Raises RuntimeError for tokens of others."""
        if key is not states or value is not states:
            raise RuntimeError("the tokens look at others")
        n, length, width = states.shape
        parts = self._inputs(states).view(n, length, 3, self._heads, width // self._heads)
        asking, asked, told = parts.permute(2, 0, 3, 1, 4).unbind(0)
        gathered = nn.functional.scaled_dot_product_attention(asking, asked, told, attn_mask=attn_mask)
        return self._output(gathered.transpose(1, 2).reshape(states.shape)), None


class Int8Patches(nn.Module):
    """A convolution whose squares do not overlap, as that which makes tokens of a picture, with weights in int8."""

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self._sides = convolution.kernel_size
        self._linear = Int8Linear(convolution.weight.flatten(1), convolution.bias)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """[n, channels, h, w] -> [n, out, rows, columns]; what is left at the edges is left out."""
        n, channels, height, width = pictures.shape
        high, wide = self._sides
        rows, columns = height // high, width // wide
        seen = pictures[..., : rows * high, : columns * wide].reshape(n, channels, rows, high, columns, wide)
        tokens = self._linear(seen.permute(0, 2, 4, 1, 3, 5).reshape(n, rows, columns, channels * high * wide))
        return torch.permute(tokens, (0, 3, 1, 2))


def _is_patches(module: nn.Module) -> TypeGuard[nn.Conv2d]:
    return (
        isinstance(module, nn.Conv2d)
        and module.kernel_size == module.stride
        and module.kernel_size != (1, 1)
        and (module.groups, module.dilation) == (1, (1, 1))
        and module.padding in ((0, 0), "valid")
    )


def replace_layers(module: nn.Module) -> int:
    """Put int8 layers in place of what can be replaced below a module; how many there were."""
    count = 0
    for name, child in module.named_children():
        if isinstance(child, nn.MultiheadAttention):
            if child.in_proj_weight is None or not child.batch_first or child.bias_k is not None:
                continue
            setattr(module, name, Int8Attention(child))
        elif _is_patches(child):
            setattr(module, name, Int8Patches(child))
        elif type(child) is nn.Linear:
            setattr(module, name, Int8Linear(child.weight, child.bias))
        else:
            count += replace_layers(child)
            continue
        count += 1
    return count
