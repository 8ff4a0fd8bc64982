"""Reading calls: path, query, form, multipart and JSON become strings and files, as in the Bot API server."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from bot.local_telegram.errors import ApiError, Json, bad_request

MAX_BODY_BYTES = 50 * 1024 * 1024
_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file."""

    filename: str
    content_type: str
    data: bytes

    def wire(self) -> Json:
        """Return a summary for the call log."""
        return {"filename": self.filename, "content_type": self.content_type, "size": len(self.data)}


@dataclass(slots=True)
class Parameters:
    """The parameters of a call: everything is a string, as on the wire; files apart by the name of their part."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    @classmethod
    def from_json(cls, body: Json) -> "Parameters":
        """Return the parameters that a JSON body gives."""
        return cls({name: _as_string(value) for name, value in body.items() if value is not None})

    def add_file(self, name: str, filename: str, content_type: str, data: bytes) -> None:
        """Add a file; a name that is taken already gets a number, so that an album can repeat one name."""
        key, n = name, 2
        while key in self.files:
            key, n = f"{name}{n}", n + 1
        self.files[key] = Upload(filename, content_type, data)

    def text(self, name: str) -> str | None:
        """Return a parameter, or None where it is missing."""
        return self.values.get(name)

    def boolean(self, name: str) -> bool:
        """Return a parameter as the server reads booleans."""
        return self.values.get(name, "").lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0) -> int:
        """Return a parameter as a number; what is no number counts as 0, as in the server."""
        raw = self.values.get(name)
        if raw is None or raw == "":
            return default
        try:
            return int(raw)
        except ValueError:
            return 0

    def structure(self, name: str, refusal: str) -> Any:
        """Return a JSON parameter, or None where it is missing. Raises ApiError with ``refusal`` for broken JSON."""
        raw = self.values.get(name)
        if raw is None or raw == "":
            return None
        try:
            return json.loads(raw)
        except ValueError as error:
            raise bad_request(refusal) from error

    def objects(self, name: str, refusal: str) -> list[Json] | None:
        """Return a JSON parameter that is a list of objects. Raises ApiError with ``refusal`` for anything else."""
        value = self.structure(name, refusal)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise bad_request(refusal)
        return value

    def wire(self) -> Json:
        """Return the parameters for the call log: JSON shown as such, files summarised."""
        shown: Json = {}
        for name, value in self.values.items():
            shown[name] = value
            if value[:1] in {"{", "["}:
                try:
                    shown[name] = json.loads(value)
                except ValueError:
                    continue
        return {**shown, **{name: upload.wire() for name, upload in self.files.items()}}


def _as_string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


async def read_parameters(request: web.Request) -> Parameters:
    """Return the parameters of a call. Raises ApiError for a body over 50 MB (413) and for broken JSON."""
    parameters = Parameters(dict(request.query))
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    kind = request.content_type if hdrs.CONTENT_TYPE in request.headers else ""
    if kind == "multipart/form-data":
        await _read_multipart(request, parameters)
    elif kind == "application/x-www-form-urlencoded":
        parameters.values.update({name: str(value) for name, value in (await request.post()).items()})
    elif kind == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError as error:
            raise bad_request("can't parse JSON object") from error
        if not isinstance(body, dict):
            raise bad_request("expected JSON object")
        parameters.values.update(Parameters.from_json(body).values)
    return parameters


async def _read_multipart(request: web.Request, parameters: Parameters) -> None:
    size = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytearray()
            while chunk := await part.read_chunk(_CHUNK_BYTES):
                data += chunk
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    raise ApiError(413, "Request Entity Too Large")
            name = part.name or ""
            if part.filename is None:
                parameters.values[name] = data.decode("utf-8", "surrogateescape")
            else:
                content_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
                parameters.add_file(name, part.filename, content_type, bytes(data))
    except ValueError as error:
        raise bad_request("can't parse multipart form data") from error


def answer(body: Json, status: int = 200) -> web.Response:
    """Return a JSON answer; a 429 carries its Retry-After header."""
    headers = {}
    if "retry_after" in body.get("parameters", {}):
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return web.json_response(body, status=status, headers=headers)
