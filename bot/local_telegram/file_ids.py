"""``file_id`` and ``file_unique_id``.

A ``file_id`` is URL-safe base64 of::

    type (3 bytes) | content digest (16) | size (1) | signature with the bot's token (8) | checksum (4)

It names content, so it survives a restart; the signature binds it to the token and to the type.
"""

import base64
import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass

from bot.local_telegram.errors import bad_request

_PREFIXES = {
    "photo": b"\x02\x00\x02", "voice": b"\x03\x00\x02", "video": b"\x04\x00\x02", "document": b"\x05\x00\x02",
    "sticker": b"\x08\x00\x02", "audio": b"\x09\x00\x02", "animation": b"\x0a\x00\x02", "video_note": b"\x0d\x00\x02",
}  # fmt: skip
_TYPES = {prefix: kind for kind, prefix in _PREFIXES.items()}
_LENGTH = 32
_NAMES = {
    "photo": "Photo", "voice": "VoiceNote", "video": "Video", "document": "Document", "sticker": "Sticker",
    "audio": "Audio", "animation": "Animation", "video_note": "VideoNote",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileReference:
    """What a ``file_id`` says: the type, the digest of the content (hex) and, for photos, the size (s, m, x, y)."""

    kind: str
    digest: str
    size: str = "y"

    @property
    def unique_id(self) -> str:
        """Return the ``file_unique_id``: the same for every bot."""
        raw = _PREFIXES[self.kind][:1] + bytes.fromhex(self.digest)[:10] + self.size.encode()
        return "AQAD" + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def file_id(self, token: str) -> str:
        """Return the ``file_id`` for the bot with this token."""
        body = _PREFIXES[self.kind] + bytes.fromhex(self.digest) + self.size.encode()
        signed = body + _signature(body, token)
        return base64.urlsafe_b64encode(signed + zlib.crc32(signed).to_bytes(4, "big")).decode().rstrip("=")


def digest_of(*parts: bytes) -> str:
    """Return the digest (32 hex characters) that stands for a content."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def read_file_id(file_id: str) -> tuple[FileReference, bytes]:
    """Return the reference and the signature. Raises ApiError where the string is no ``file_id`` at all."""
    if any(sign in file_id for sign in ":/.") or not file_id.isascii():
        raise bad_request("wrong file identifier/HTTP URL specified")
    prefix = "wrong remote file identifier specified: "
    if not re.fullmatch(r"[A-Za-z0-9_-]*", file_id):
        raise bad_request(f"{prefix}Wrong character in the string")
    if len(file_id) % 4 == 1:
        raise bad_request(f"{prefix}Wrong string length")
    raw = base64.urlsafe_b64decode(file_id + "=" * (-len(file_id) % 4))
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != file_id:
        raise bad_request(f"{prefix}Wrong padding in the string")  # the last character has bits that mean nothing
    signed, checksum = raw[:-4], raw[-4:]
    if len(raw) != _LENGTH or raw[:3] not in _TYPES or zlib.crc32(signed).to_bytes(4, "big") != checksum:
        raise bad_request(f"{prefix}can't unserialize it")
    return FileReference(_TYPES[raw[:3]], raw[3:19].hex(), raw[19:20].decode("ascii", "replace")), raw[20:28]


def resolve_file_id(file_id: str, token: str, kind: str | None = None) -> FileReference:
    """Return what ``file_id`` refers to for the bot with ``token``.

    Raises ApiError for a malformed one, one of another bot, and one of another type than ``kind``.
    """
    reference, signature = read_file_id(file_id)
    body = _PREFIXES[reference.kind] + bytes.fromhex(reference.digest) + reference.size.encode()
    if not hmac.compare_digest(signature, _signature(body, token)):
        raise bad_request("wrong file identifier/HTTP URL specified")
    if kind is not None and reference.kind != kind:
        raise bad_request(f"can't use file of type {_NAMES[reference.kind]} as {_NAMES[kind]}")
    return reference


def _signature(body: bytes, token: str) -> bytes:
    return hmac.digest(token.encode(), body, "sha256")[:8]
