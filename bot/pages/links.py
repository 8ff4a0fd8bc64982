"""Signed links: whose they are, what they open, and until when.

    <PAGES_URL>/<page>#<ticket>         ticket = base64url(fields) . base64url(HMAC-SHA-256 of the fields)
    fields = version (1 byte), user (8), turn (4; 0 for none), expires (8, seconds since 1970), all big-endian

The key is derived from the bot's token, so that another bot's links, or those of before the token was revoked, are
forged ones here. A ticket opens its own user's dialog only, and `turn` and `user` cannot be changed without the key.
"""

import base64
import binascii
import hashlib
import hmac
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

LIFETIME_S = 3600
_VERSION = 1
_FIELDS = struct.Struct(">BQIQ")
_PURPOSE = b"pictalk pages, version 1"
MAX_TICKET = 200
"""Characters; longer ones are not looked at."""


class TicketInvalid(Exception):
    """The ticket is none of this bot's."""


class TicketExpired(TicketInvalid):
    """It was one."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link allows.

    Attributes:
        user: whose it is.
        turn: number of the turn whose web it shows; None for the map.
        expires: seconds since 1970.
    """

    user: int
    turn: int | None
    expires: int


class Links:
    """Makes and reads the links of one bot."""

    def __init__(self, token: str, url: str, *, now: Callable[[], float] = time.time) -> None:
        """`token` is the bot's, `url` the public address of the pages, without a slash at the end."""
        self._key = hmac.new(token.encode(), _PURPOSE, hashlib.sha256).digest()
        self._url = url
        self._now = now

    def web(self, user: int, turn: int) -> str:
        """To the web of a user's turn."""
        return f"{self._url}/web#{self._signed(user, turn)}"

    def map(self, user: int) -> str:
        """To the map, for a user."""
        return f"{self._url}/map#{self._signed(user, 0)}"

    def read(self, text: str) -> Ticket:
        """The ticket of a link.

        Raises:
            TicketExpired: its time is over.
            TicketInvalid: it is forged, cut, changed, or another bot's.
        """
        fields, _, signature = text.partition(".")
        try:
            if len(text) > MAX_TICKET:
                raise TicketInvalid("it is too long")
            signed, given = _decoded(fields), _decoded(signature)
        except (binascii.Error, ValueError) as error:
            raise TicketInvalid("it is not in the form of one") from error
        # Compared before anything is read out of it.
        if not hmac.compare_digest(given, self._signature(signed)) or len(signed) != _FIELDS.size:
            raise TicketInvalid("its signature is wrong")
        version, user, turn, expires = _FIELDS.unpack(signed)
        if version != _VERSION or self._now() >= expires:
            raise TicketExpired("its time is over")
        return Ticket(user, turn or None, expires)

    def _signed(self, user: int, turn: int) -> str:
        fields = _FIELDS.pack(_VERSION, user, turn, int(self._now()) + LIFETIME_S)
        return f"{_encoded(fields)}.{_encoded(self._signature(fields))}"

    def _signature(self, fields: bytes) -> bytes:
        return hmac.new(self._key, fields, hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
