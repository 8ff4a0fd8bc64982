"""The text tower of a CLIP model, and quicker ways to run it on short queries with the same result."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from retrieval.half_linear import linear, packed

logger = logging.getLogger(__name__)

RUNTIMES = ("auto", "float32", "float16")
"""What `choose_text_tower` takes: the quicker one by measurement, or one of them."""
LEAST_COSINE = 0.999
"""To float32; below it a tower is refused."""
_MOST_TEXTS = 16
"""Above, products of matrices are bound by arithmetic, and half precision saves nothing."""
_ROUNDS = 5

Tower = Callable[[torch.Tensor], torch.Tensor]
"""[n, context] token ids -> [n, d] raw features."""


@dataclass(frozen=True, slots=True)
class ChosenTower:
    """How texts are encoded.

    Attributes:
        runtime: `float32` or `float16`.
        encode: the tower.
        query_ms: milliseconds of one short text when it was chosen; 0 where nothing was measured.
    """

    runtime: str
    encode: Tower
    query_ms: float = 0.0


class HalfTextTower:
    """A causal text tower with weights in float16, products summed in float32 by FBGEMM (x86-64 with AVX2).

    One short text is bound by reading the weights, of which there are half as many bytes. What else is left out changes
    nothing: the padding after the last end-of-text token; the start token, to which attention gives the same keys and
    values in every text; and of the last block all but the token that is read off.
    """

    def __init__(self, network: Any, start_token: int) -> None:
        """`network` is an `open_clip.CLIP` for which `ClipModel.causal_text` is true, on the CPU.

        Raises:
            RuntimeError, AttributeError: this processor, or a block of this tower, cannot be run so.
        """
        self._network = network
        self._start_token = start_token
        self._blocks = [_Block(block) for block in network.transformer.resblocks]
        projection = network.text_projection
        self._projection = (
            None if isinstance(projection, torch.nn.Linear) else packed(projection.t().contiguous(), None)
        )
        with torch.inference_mode():
            state = (network.token_embedding.weight[start_token] + network.positional_embedding[0]).view(1, 1, -1)
            for block in self._blocks:
                state = block.remember_start(state)

    def __call__(self, tokens: torch.Tensor) -> torch.Tensor:
        """[n, context] -> [n, d] raw, as `cut_encode_text`, which does the large batches itself."""
        network = self._network
        ends = tokens.argmax(dim=-1)  # the end-of-text token has the highest id
        length = int(ends.max()) + 1
        if len(tokens) > _MOST_TEXTS or length < 2 or not bool((tokens[:, 0] == self._start_token).all()):
            return cut_encode_text(network, tokens)
        states = network.token_embedding(tokens[:, 1:length]) + network.positional_embedding[1:length]
        mask = network.attn_mask[1:length, :length]
        for block in self._blocks[:-1]:
            states = block.after_attention(states, block.attend(states, mask))
        rows, last = torch.arange(len(tokens)), self._blocks[-1]
        pooled = last.after_attention(states[rows, ends - 1], last.attend(states, mask)[rows, ends - 1])
        pooled = network.ln_final(pooled)
        features: torch.Tensor
        features = network.text_projection(pooled) if self._projection is None else linear(pooled, self._projection)
        return features


class _Block:
    """One block of the transformer; its weights are packed once."""

    def __init__(self, block: Any) -> None:
        attention = block.attn
        self._block = block
        self._heads = int(attention.num_heads)
        self._inputs = packed(attention.in_proj_weight, attention.in_proj_bias)
        self._output = packed(attention.out_proj.weight, attention.out_proj.bias)
        self._widen = packed(block.mlp.c_fc.weight, block.mlp.c_fc.bias)
        self._narrow = packed(block.mlp.c_proj.weight, block.mlp.c_proj.bias)
        self._start: tuple[torch.Tensor, torch.Tensor]

    def remember_start(self, state: torch.Tensor) -> torch.Tensor:
        """[1, 1, width] of the start token -> the same after this block."""
        _, key, value = self._heads_of(state)
        self._start = (key.clone(), value.clone())
        return self.after_attention(state, value.transpose(1, 2).reshape(state.shape))  # it sees only itself

    def attend(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """[n, l, width] of the tokens after the start -> what each gathers, [n, l, width]."""
        query, key, value = self._heads_of(states)
        first_key, first_value = (start.expand(len(states), -1, -1, -1) for start in self._start)
        gathered = torch.nn.functional.scaled_dot_product_attention(
            query, torch.cat((first_key, key), 2), torch.cat((first_value, value), 2), attn_mask=mask
        )
        return gathered.transpose(1, 2).reshape(states.shape)

    def after_attention(self, states: torch.Tensor, gathered: torch.Tensor) -> torch.Tensor:
        """The rest of the block: both [..., width]."""
        block = self._block
        states = states + block.ls_1(linear(gathered, self._output))
        hidden = block.mlp.gelu(linear(_layer_norm(block.ln_2, states), self._widen))
        after: torch.Tensor = states + block.ls_2(linear(hidden, self._narrow))
        return after

    def _heads_of(self, states: torch.Tensor) -> Sequence[torch.Tensor]:
        """Query, key and value, each [n, heads, l, width of a head]."""
        n, length, width = states.shape
        joined = linear(_layer_norm(self._block.ln_1, states), self._inputs)
        return joined.view(n, length, 3, self._heads, width // self._heads).permute(2, 0, 3, 1, 4).unbind(0)


def cut_encode_text(network: Any, tokens: torch.Tensor) -> torch.Tensor:
    """`open_clip.CLIP.encode_text` without the padding after the last end-of-text token: same output, less work.

    Exact only where attention is causal and the end-of-text token is pooled, since then nothing that counts ever looks
    at the padding. Takes and returns tensors as `encode_text` does: [n, context] -> [n, d] raw.
    """
    ends = tokens.argmax(dim=-1)  # the end-of-text token has the highest id
    length = int(ends.max()) + 1
    states = network.token_embedding(tokens[:, :length]) + network.positional_embedding[:length]
    states = network.ln_final(network.transformer(states, attn_mask=network.attn_mask[:length, :length]))
    pooled = states[torch.arange(len(tokens), device=tokens.device), ends]
    projection = network.text_projection
    features: torch.Tensor
    if isinstance(projection, torch.nn.Linear):
        features = projection(pooled)
    else:
        features = pooled if projection is None else pooled @ projection
    return features


def choose_text_tower(network: Any, causal: bool, probes: Sequence[torch.Tensor], runtime: str = "auto") -> ChosenTower:
    """The tower to use on the CPU, tried and measured here and now.

    Args:
        network: the open_clip model.
        causal: `ClipModel.causal_text`. Other towers were trained with their padding, and keep it and float32.
        probes: some texts as [1, context] token ids, each beginning with the start token, the first one a short query.
        runtime: one of `RUNTIMES`.
    """
    if not causal:
        return ChosenTower("float32", lambda tokens: _encode_text(network, tokens))
    plain = ChosenTower("float32", lambda tokens: cut_encode_text(network, tokens))
    if runtime == "float32":
        return plain
    try:
        half = HalfTextTower(network, int(probes[0][0, 0]))
        cosine = _least_cosine(half, plain.encode, probes)
    except (RuntimeError, AttributeError) as error:
        logger.info("Texts are encoded in float32: float16 cannot be used here (%s)", str(error).split("\n")[0])
        return plain
    if not cosine >= LEAST_COSINE:  # NaN is not
        logger.warning("Texts are encoded in float32: in float16 their cosine to it is %.4f only", cosine)
        return plain
    half_ms, plain_ms = _best_ms((half, plain.encode), probes[0])
    if runtime == "auto" and half_ms >= plain_ms:
        return ChosenTower("float32", plain.encode, plain_ms)
    logger.info("Texts are encoded in float16: %.1f ms a query, %.1f ms in float32", half_ms, plain_ms)
    return ChosenTower("float16", half, half_ms)


def _encode_text(network: Any, tokens: torch.Tensor) -> torch.Tensor:
    features: torch.Tensor = network.encode_text(tokens, normalize=False)
    return features


def _least_cosine(tower: Tower, reference: Tower, probes: Sequence[torch.Tensor]) -> float:
    with torch.inference_mode():
        cosines = [
            torch.nn.functional.cosine_similarity(tower(probe).double(), reference(probe).double()) for probe in probes
        ]
    return float(torch.cat(cosines).min())


def _best_ms(towers: Sequence[Tower], probe: torch.Tensor) -> list[float]:
    """The least time of this thread in a few rounds: what a busy machine adds is no property of the tower."""
    best = [float("inf")] * len(towers)
    with torch.inference_mode():
        for _ in range(_ROUNDS):
            for place, tower in enumerate(towers):
                started = time.thread_time()
                tower(probe)
                best[place] = min(best[place], 1e3 * (time.thread_time() - started))
    return best


def _layer_norm(norm: Any, values: torch.Tensor) -> torch.Tensor:
    return torch.layer_norm(values, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
