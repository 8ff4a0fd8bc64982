"""The wordings that quality is reported on. Their sentences are in no training frame, and nothing is tuned on them."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("held_out.json")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and the attributes that every picture found should have."""

    text: str
    wanted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """A text next to a picture.

    Attributes:
        reference: attributes of the picture; any picture with these will do.
        wanted: attributes that every picture found should have, beside the reference's kind.
    """

    text: str
    reference: Mapping[str, str]
    wanted: Mapping[str, str]

    @property
    def changed(self) -> str:
        """The attribute that is asked for."""
        return next(iter(self.wanted))


def load_wordings() -> list[Wording]:
    """60 wordings that name a kind and a colour."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["words"]
    return [Wording(row["text"], {key: row[key] for key in ("category", "colour")}) for row in rows]


def load_requests() -> list[Request]:
    """60 requests to change the colour, the sleeves, the pattern or the length."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["composed"]
    return [Request(row["text"], row["reference"], row["wanted"]) for row in rows]


def has(attributes: Mapping[str, object], wanted: Mapping[str, str]) -> bool:
    """Whether a picture has all the wanted attributes."""
    return all(attributes.get(key) == value for key, value in wanted.items())


def choose_references(
    requests: Sequence[Request], items: Mapping[str, Mapping[str, object]], seed: int
) -> list[str | None]:
    """An item id for each request, drawn among the pictures that have the reference's attributes; None if none has."""
    draw = random.Random(seed)
    chosen: list[str | None] = []
    for request in requests:
        fitting = [item_id for item_id, attributes in items.items() if has(attributes, request.reference)]
        chosen.append(draw.choice(fitting) if fitting else None)
    return chosen
