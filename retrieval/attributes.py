"""Properties that a picture may have, for collections of which nothing is written down.

Each is a text, against which pictures are scored, and the relative caption that asks for it. Scores of different texts
are on different scales, so all of them are measured in the standard deviations of the text over the collection.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.protocols import Embeddings
from retrieval.query_bank import NAMES, WORN

MIN_DEVIATIONS = 0.7
"""How much better than the picture, and than the collection's mean, its best neighbours fit a proposed property."""
_BEST = 6
_MOSTLY = 0.5
"""Share of pictures that have to look like clothes for a collection of them."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One property.

    Attributes:
        group: properties of one group exclude each other, more or less.
        text: what a picture with it shows.
        caption: how to ask for it.
    """

    group: str
    text: str
    caption: str


OF_THINGS = (
    *(
        Attribute("colour", f"something {colour}", f"in {colour}")
        for colour in ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
    ),
    *(
        Attribute("pattern", f"something {pattern}", pattern)
        for pattern in ("striped", "checked", "dotted", "floral", "plain")
    ),
)
OF_CLOTHES = (
    *OF_THINGS,
    Attribute("sleeve", "clothes with long sleeves", "with long sleeves"),
    Attribute("sleeve", "clothes with short sleeves", "with short sleeves"),
    Attribute("sleeve", "sleeveless clothes", "sleeveless"),
)
OF_SCENES = (
    *OF_THINGS,
    Attribute("light", "a black and white photo", "in black and white"),
    Attribute("light", "a photo taken at night", "at night"),
    Attribute("light", "a photo at sunset", "at sunset"),
    Attribute("light", "a bright sunny photo", "in bright sunlight"),
    Attribute("light", "a photo in the fog", "in the fog"),
    Attribute("place", "a photo of the sea", "by the sea"),
    Attribute("place", "a photo of mountains", "in the mountains"),
    Attribute("place", "a photo in a forest", "in the forest"),
    Attribute("place", "a photo of a city street", "in the city"),
    Attribute("place", "a photo inside a room", "indoors"),
    Attribute("place", "a photo with snow", "in the snow"),
    Attribute("view", "a close-up photo", "as a close-up"),
    Attribute("view", "a photo taken from above", "from above"),
    Attribute("view", "a photo from far away", "from further away"),
    Attribute("with", "a photo with people", "with people"),
    Attribute("with", "a photo with an animal", "with an animal"),
    Attribute("with", "a photo with flowers", "with flowers"),
    Attribute("with", "a photo with water", "with water"),
    Attribute("with", "a photo with trees", "with trees"),
)


def attributes_of(collection: Embeddings, texts: Embeddings) -> tuple[Attribute, ...]:
    """Those that are worth asking for in a collection.

    Args:
        collection: [s, d], a sample of it.
        texts: [len(TEXTS), d], the embeddings of `retrieval.query_bank.TEXTS`.
    """
    return OF_CLOTHES if shows_clothes(collection, texts[: len(NAMES)]) else OF_SCENES


def shows_clothes(collection: Embeddings, names: Embeddings) -> bool:
    """Whether most pictures of a collection look like clothes.

    Args:
        collection: [s, d], a sample of it.
        names: [len(NAMES), d], the embeddings of `retrieval.query_bank.NAMES`.
    """
    return bool(((collection @ names.T).argmax(axis=1) < len(WORN)).mean() > _MOSTLY)


def lacking(
    own: Embeddings, neighbours: Embeddings, collection: Embeddings, texts: Embeddings, attributes: Sequence[Attribute]
) -> tuple[Attribute, ...]:
    """The attributes that a picture lacks and some of its neighbours have.

    Args:
        own: [d] embedding of the picture.
        neighbours: [n, d].
        collection: [s, d], a sample of it.
        texts: [len(attributes), d], of their texts.
        attributes: what to choose from.

    Returns:
        The one with the largest gain of each group first, then the next ones; only those that are worth proposing.
    """
    if not len(neighbours):
        return ()
    scores = collection @ texts.T
    spread = np.maximum(scores.std(axis=0), 1e-6)
    best = np.sort(neighbours @ texts.T, axis=0)[-_BEST:].mean(axis=0)
    gains = (best - own @ texts.T) / spread
    present = (best - scores.mean(axis=0)) / spread
    worth = [int(place) for place in np.argsort(-gains) if min(gains[place], present[place]) >= MIN_DEVIATIONS]
    rounds: dict[str, int] = {}
    ranked = []
    for place in worth:
        group = attributes[place].group
        ranked.append((rounds.get(group, 0), place))
        rounds[group] = rounds.get(group, 0) + 1
    return tuple(attributes[place] for _, place in sorted(ranked, key=lambda entry: entry[0]))
