"""python-telegram-bot's calls over aiohttp, whose parser is compiled: they cost a fraction of what httpx takes.

As with httpx, proxies come from the environment, and a call that fails is never made again here: it may have arrived.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT_TIMEOUT_S = 5.0
_WRITE_TIMEOUT_S = 5.0
_MEDIA_WRITE_TIMEOUT_S = 20.0
_JSON = {"Content-Type": "application/json"}


class AiohttpRequest(BaseRequest):
    """Makes calls of the Bot API."""

    def __init__(self, connections: int, *, read_timeout_s: float = 5.0, pool_timeout_s: float = 1.0) -> None:
        """Use up to `connections` at once; times in seconds, where a call does not say."""
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self._pool_timeout_s = pool_timeout_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Open the pool of connections; harmless where it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close all connections; harmless where they are closed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            TimedOut: no answer in time; the call may have been carried out.
            NetworkError: no connection, or one that broke; likewise.
            RuntimeError: it has not been initialised.
        """
        if self._session is None:
            raise RuntimeError("the request has not been initialised")
        files = request_data.multipart_data if request_data is not None else {}
        read = _said(read_timeout, self._read_timeout_s)
        write = _said(write_timeout, _MEDIA_WRITE_TIMEOUT_S if files else _WRITE_TIMEOUT_S)
        connect = _said(connect_timeout, _CONNECT_TIMEOUT_S)
        pool = _said(pool_timeout, self._pool_timeout_s)
        steps = (read, write, connect, pool)
        timeout = aiohttp.ClientTimeout(
            # aiohttp has no time limit for writing alone: a body that hangs ends with the whole.
            total=None if None in steps else sum(step for step in steps if step is not None),
            sock_connect=connect,
            sock_read=read,
        )
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data, files),
                headers=_JSON if request_data is not None and not files else None,
                timeout=timeout,
                proxy=_proxy(url.partition("/bot")[0]),
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # The class says most where the message is empty; the address holds the token.
            raise NetworkError(f"aiohttp.{type(error).__name__}: {_without(url, str(error))}") from error


def _said(timeout: ODVInput[float], otherwise: float) -> float | None:
    return otherwise if isinstance(timeout, DefaultValue) else timeout


def _body(request_data: RequestData | None, files: Mapping[str, Any]) -> aiohttp.FormData | bytes | None:
    """A form only where there are files: JSON is encoded in a tenth of the time."""
    if request_data is None:
        return None
    if not files:
        return request_data.json_payload
    body = aiohttp.FormData(request_data.json_parameters, quote_fields=False)
    for name, (filename, content, mime_type) in files.items():
        body.add_field(name, content, filename=filename, content_type=mime_type)
    return body


@lru_cache
def _proxy(server: str) -> str | None:
    """The environment's proxy for a server; aiohttp itself would look for it, and for a .netrc file, at every call."""
    address = urlsplit(server)
    return None if proxy_bypass(address.netloc) else getproxies().get(address.scheme)


def _without(url: str, text: str) -> str:
    return text.replace(url, "the Bot API")
