"""Values as JSON documents, and back. What cannot be read is never quoted: it holds what people said."""

import contextlib
import json
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from storage.errors import StoredDataInvalid

T = TypeVar("T")


def write_document(adapter: TypeAdapter[T], value: T) -> bytes:
    """A value as compact JSON."""
    plain = adapter.dump_python(value, mode="json")
    try:
        return to_json(plain)  # in a quarter of json's time
    except PydanticSerializationError:  # a lone surrogate, from a hostile file name: only json spells it
        return json.dumps(plain, separators=(",", ":")).encode()


def read_document(adapter: TypeAdapter[T], document: bytes, name: str) -> T:
    """The value of a document; `name` says which one it is, in words for the log.

    Raises:
        StoredDataInvalid: it does not parse, or is of another shape.
    """
    with contextlib.suppress(ValidationError):
        return adapter.validate_json(document)
    try:  # once more by way of json, which alone reads a lone surrogate
        return adapter.validate_python(json.loads(document))
    except ValidationError as error:
        # Its own sentence, and those of its causes, would quote what the person said.
        first = error.errors(include_input=False, include_url=False)[0]
        reason = f"{first['type']} at {'.'.join(map(str, first['loc'])) or 'the top'}"
        raise StoredDataInvalid(f"{name} cannot be read by this version: {reason}") from None
    except ValueError as error:
        raise StoredDataInvalid(f"{name} cannot be read by this version: no JSON") from error
