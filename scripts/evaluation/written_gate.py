"""Learns the gate of `retrieval.fusion` anew, and prints its constants.

    python -m scripts.evaluation.written_gate [--data-dir var/demo]

On the half of products, brands and wordings that no figure is taken on, as collections of several sizes. For each
search it is found out whether open words rank better than shut ones; a logistic regression tells the two apart, each
search weighing as much as it gains or loses, searches for what can be seen `_VISIBLE` times as much, and is then made
twice as steep.
"""

import argparse
from itertools import chain

import numpy as np

from retrieval.fusion import fused
from retrieval.logistic import fit_logistic
from retrieval.sentence_encoder import load_sentence_encoder
from scripts.evaluation.described_products import CHOSEN_ON
from scripts.evaluation.suite import open_rendered
from scripts.evaluation.written import add_arguments, scored, share_right, shops
from scripts.evaluation.written_ways import found_of

_SIZES = (60, 150, 400, 1000)
_VISIBLE = 8
_STEEPNESS = 2


def main(arguments: list[str] | None = None) -> int:
    """Prints weights and bias."""
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluation.written_gate", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    judged, better, shares = [], [], []
    with open_rendered(options) as rendered:
        features = rendered.snapshot.features(range(len(rendered.items)))
        sentences = load_sentence_encoder(options.sentence_model, options.device)
        several = (shops(rendered.items, features, sentences, CHOSEN_ON, size) for size in _SIZES)
        for _, shop in chain.from_iterable(several):
            for search, pictures, heard in scored(rendered.encoder, shop):
                found = found_of(pictures, heard)
                shut, wide = (share_right(fused(found, opened), search.right) for opened in (0.0, 1.0))
                if shut != wide:
                    judged.append(found.judged())
                    better.append(wide > shut)
                    shares.append(abs(wide - shut) * (_VISIBLE if search.kind == "visible" else 1))
    weights, bias = fit_logistic(np.stack(judged), np.array(better), np.array(shares), rising=0)
    print("WEIGHTS =", (_STEEPNESS * weights).round(2).tolist())
    print("BIAS =", round(_STEEPNESS * bias, 2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
