"""Calls of the Bot API whose answers stay JSON: of what was sent the bot reads the message's id and the `file_id`.

python-telegram-bot makes objects of everything in an answer, 1.9 ms of processor time for an album and 1 ms for the
message with the buttons. Limits, errors and connections are those of its bot, by the seams that it has for them.
"""

import json
from collections.abc import Mapping
from mimetypes import guess_type
from typing import Any, cast

from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

SentMessage = Mapping[str, Any]
"""https://core.telegram.org/bots/api#message"""

Files = Mapping[str, tuple[str, bytes]]
"""File name and content of each."""
_UNKNOWN = "application/octet-stream"


class Calls:
    """Makes calls of one bot."""

    def __init__(self, bot: ExtBot[int]) -> None:
        self._bot = bot

    async def make(
        self,
        method: str,
        fields: Mapping[str, Any],
        files: Files | None = None,
        timeout_s: float | None = None,
    ) -> Any:
        """The result of a method.

        Args:
            method: as Telegram spells it.
            fields: its parameters; those that are None are left out.
            files: what goes with it, by the parameter that each is, or the name that `attach://` gives it in `fields`.
            timeout_s: for writing and for reading, each; as usual where it is None.

        Raises:
            telegram.error.TelegramError: it was refused, or no answer came; then it may have been carried out.
        """
        said = {name: value for name, value in fields.items() if value is not None}
        if self._bot.rate_limiter is None:
            return await self._post(method, said, files or {}, timeout_s)
        return await self._bot.rate_limiter.process_request(
            self._post, (method, said, files or {}, timeout_s), {}, method, said, None
        )

    async def _post(self, method: str, fields: dict[str, Any], files: Files, timeout_s: float | None) -> Any:
        timeout = BaseRequest.DEFAULT_NONE if timeout_s is None else timeout_s
        # Read by `telegram_request` alone: python-telegram-bot hands it on as it is.
        parameters = cast(RequestData, _Parameters(fields, files))
        url = f"{self._bot.base_url}/{method}"
        return await self._bot.request.post(url, parameters, read_timeout=timeout, write_timeout=timeout)


class _Parameters:
    """What `telegram_request` reads of python-telegram-bot's RequestData, which takes that library's objects only."""

    def __init__(self, fields: Mapping[str, Any], files: Files) -> None:
        self._fields = fields
        self._files = files

    @property
    def json_payload(self) -> bytes:
        """The body of a call without files."""
        return json.dumps(self._fields).encode()

    @property
    def json_parameters(self) -> dict[str, str]:
        """The fields of a form."""
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in self._fields.items()}

    @property
    def multipart_data(self) -> dict[str, tuple[str, bytes, str]]:
        """The files of a form: file name, content, and type."""
        return {name: (file, content, guess_type(file)[0] or _UNKNOWN) for name, (file, content) in self._files.items()}
