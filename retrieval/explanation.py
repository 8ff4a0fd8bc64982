"""Why a picture was found, as a picture: a heat map over it of what was asked."""

from PIL import Image

from retrieval.clip_encoder import ClipEncoder
from retrieval.embedding import normalize
from retrieval.heat_map import Heat
from retrieval.protocols import Embeddings, Features

NO_KIND = "a photo"
_SAME = 0.05
"""Words that are nearer to the word for the kind than this say nothing else: then there is nothing to subtract."""


def direction_of(encoder: ClipEncoder, words: str, kind: str | None) -> Embeddings:
    """[1, d]: towards the words, away from what every picture of that kind shows anyway.

    Args:
        encoder: of the snapshot.
        words: that were asked for.
        kind: category of the picture, where the catalogue names it.
    """
    wanted, usual = normalize(encoder.encode_texts([words, f"a {kind}" if kind else NO_KIND]))[:, None]
    difference: Embeddings = wanted - usual
    return difference if float((difference**2).sum()) ** 0.5 > _SAME else wanted


def explain_words(encoder: ClipEncoder, picture: Image.Image, words: str, kind: str | None) -> Heat:
    """Where an RGB picture shows what the words ask for."""
    return encoder.heat_map(picture, direction_of(encoder, words, kind))


def explain_likeness(encoder: ClipEncoder, picture: Image.Image, reference: Features) -> Heat:
    """Where an RGB picture is like a reference, of which there are raw features [1, d]."""
    return encoder.heat_map(picture, normalize(reference))
