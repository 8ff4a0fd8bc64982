"""What can be asked, and what comes back. Plain values: they travel through Redis as JSON inside a dialog."""

from dataclasses import dataclass

from pydantic import Base64Bytes


@dataclass(frozen=True, slots=True)
class ItemReference:
    """A picture of the collection, by its item id."""

    item_id: str


@dataclass(frozen=True, slots=True)
class PhotoReference:
    """A picture from outside the collection. Only its features are kept, never the picture.

    Attributes:
        features: raw (un-normalised) image features, little-endian float32, `4 * d` bytes (base64 in JSON).
        fingerprint: `Encoder.fingerprint` of the encoder that made them.
    """

    features: Base64Bytes
    fingerprint: str


Reference = ItemReference | PhotoReference


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Pictures that show what the text says."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """Pictures that look like the reference."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class ComposedQuery:
    """Pictures like the reference, changed as the relative caption says.

    Attributes:
        lean: how much more one side counts than the composition gives it: so much of the words alone is added to what
            was composed, or of the picture alone where it is negative. Both have length 1, as what was composed has.
    """

    reference: Reference
    relative_caption: str
    lean: float = 0.0


Query = TextQuery | ImageQuery | ComposedQuery


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """One live turn's query and its share in the ranking.

    Attributes:
        weight: only the ratios between the weights of one search matter; a negative one pushes away.
        words: of the newest request, what is looked for beside the pictures too, as wishes without negations; empty
            for nothing.
    """

    query: Query
    weight: float = 1.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture found.

    Attributes:
        score: similarity, bigger is better; comparable inside one result only.
        strength: probability that it is what was asked for, in (0, 1); None where nobody calibrated it.
        picture_share: of a composed query, how much of the score comes from the picture, the rest from the words.
    """

    item_id: str
    score: float
    strength: float | None = None
    picture_share: float | None = None
