"""The text tower of a CLIP model, and quicker ways to run it on short queries with the same result."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from retrieval.half_linear import half_linear

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

    A short text's time is that of reading the weights, of which there are half as many bytes, and of its few tokens.
    What else is left out changes nothing: the padding after the last end-of-text token; what the text begins with like
    the one before, at least the start token, since causal attention gives it the same keys and values in both; and of
    the last block all but the token that is read off.
    """

    def __init__(self, network: Any, start_token: int) -> None:
        """`network` is an `open_clip.CLIP` for which `ClipModel.causal_text` is true, on the CPU.

        Raises:
            RuntimeError, AttributeError: this processor, or a block of this tower, cannot be run so.
        """
        self._network = network
        self._blocks = [_Block(block) for block in network.transformer.resblocks]
        projection = network.text_projection
        self._projection = (
            projection if isinstance(projection, torch.nn.Linear) else half_linear(projection.t().contiguous(), None)
        )
        with torch.inference_mode():
            states = (network.token_embedding.weight[start_token] + network.positional_embedding[0]).view(1, 1, -1)
            nothing = states.new_empty(1, 0, 3 * states.shape[-1])
            joined = []
            for block in self._blocks:
                gathered, inputs = block.attend(states, nothing)
                states = block.after_attention(states, gathered)
                joined.append(inputs)
        self._before = _Text(torch.tensor([start_token]), joined)

    def __call__(self, tokens: torch.Tensor) -> torch.Tensor:
        """[n, context] -> [n, d] raw, as `cut_encode_text`, which does the large batches itself."""
        network = self._network
        ends = tokens.argmax(dim=-1)  # the end-of-text token has the highest id
        length = int(ends.max()) + 1
        before = self._before  # looked at once, and replaced as a whole: another thread may encode as well
        known = min(before.beginning(tokens), int(ends.min()))
        if len(tokens) > _MOST_TEXTS or known == 0:
            return cut_encode_text(network, tokens)
        states = network.token_embedding(tokens[:, known:length]) + network.positional_embedding[known:length]
        joined = []
        for block, seen in zip(self._blocks, before.joined, strict=True):
            gathered, inputs = block.attend(states, seen[:, :known])
            joined.append(inputs)
            if block is self._blocks[-1]:
                rows, places = torch.arange(len(tokens)), ends - known
                states, gathered = states[rows, places], gathered[rows, places]
            states = block.after_attention(states, gathered)
        if len(tokens) == 1:
            self._before = _Text(tokens[0, :length].clone(), joined)
        return self._projection(network.ln_final(states))


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that was encoded.

    Attributes:
        tokens: [l] ids, the start token first.
        joined: of each block the queries, keys and values of all tokens, [1, l, 3 * width].
    """

    tokens: torch.Tensor
    joined: Sequence[torch.Tensor]

    def beginning(self, tokens: torch.Tensor) -> int:
        """How many tokens at the beginning all of [n, context] have in common with it."""
        length = min(len(self.tokens), tokens.shape[1])
        same = (tokens[:, :length] == self.tokens[:length]).all(dim=0).tolist()
        return same.index(False) if False in same else length


class _Block:
    """One block of the transformer; its weights are packed once."""

    def __init__(self, block: Any) -> None:
        attention = block.attn
        self._block = block
        self._heads = int(attention.num_heads)
        self._inputs = half_linear(attention.in_proj_weight, attention.in_proj_bias)
        self._output = half_linear(attention.out_proj.weight, attention.out_proj.bias)
        self._widen = half_linear(block.mlp.c_fc.weight, block.mlp.c_fc.bias)
        self._narrow = half_linear(block.mlp.c_proj.weight, block.mlp.c_proj.bias)

    def attend(self, states: torch.Tensor, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What each token gathers, and queries, keys and values of all tokens.

        Takes [n, l, width] of the tokens after the first k, and [1, k, 3 * width] that was returned for these; gives
        [n, l, width] and [n, k + l, 3 * width].
        """
        n, width = len(states), states.shape[-1]
        inputs = self._inputs(_layer_norm(self._block.ln_1, states))
        joined = torch.cat((seen.expand(n, -1, -1), inputs), 1)
        parts = joined.view(n, -1, 3, self._heads, width // self._heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind(0)
        gathered = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return gathered.transpose(1, 2).reshape(n, -1, width)[:, seen.shape[1] :], joined

    def after_attention(self, states: torch.Tensor, gathered: torch.Tensor) -> torch.Tensor:
        """The rest of the block: both [..., width]."""
        block = self._block
        states = states + block.ls_1(self._output(gathered))
        hidden = block.mlp.gelu(self._widen(_layer_norm(block.ln_2, states)))
        after: torch.Tensor = states + block.ls_2(self._narrow(hidden))
        return after


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
        probes: some texts as [1, context] token ids, each beginning with the start token and otherwise differently; the
            first one a short query.
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
    half_ms, plain_ms = _best_ms((half, plain.encode), probes)
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


def _best_ms(towers: Sequence[Tower], probes: Sequence[torch.Tensor]) -> list[float]:
    """The least time of this thread for the first of the texts, after one that begins otherwise.

    The least of a few rounds: what a busy machine adds is no property of the tower.
    """
    best = [float("inf")] * len(towers)
    with torch.inference_mode():
        for _ in range(_ROUNDS):
            for place, tower in enumerate(towers):
                tower(probes[-1])
                started = time.thread_time()
                tower(probes[0])
                best[place] = min(best[place], 1e3 * (time.thread_time() - started))
    return best


def _layer_norm(norm: Any, values: torch.Tensor) -> torch.Tensor:
    return torch.layer_norm(values, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
