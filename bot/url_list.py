"""A text file with addresses of pictures, one a line: each is downloaded once and kept, for albums need the files.

What has been downloaded is asked for again with `If-Modified-Since` (RFC 9110, 13.1.3); what cannot be reached today is
taken as it was.
"""

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from retrieval.entry import Entry, Failure
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display, valid_text
from retrieval.picture_file import MAX_BYTES, reason_of
from retrieval.picture_path import title_of

SUFFIX = ".txt"
_CONNECTIONS = 8
_TIMEOUT_S = 20.0
_ATTEMPTS = 3
_TRANSIENT = (429, 500, 502, 503, 504)


class UrlList:
    """A `retrieval.entry.Source` over a list of addresses; the id of an item is its address."""

    def __init__(self, path: Path, downloads: Path) -> None:
        """Read the list; `downloads` is the folder for the pictures, made when it is missing.

        Raises:
            CatalogueInvalid: the list cannot be read.
        """
        self._path = path.absolute()
        self._downloads = downloads
        try:
            lines = self._path.read_text(encoding="utf-8-sig").splitlines()
        except OSError as error:
            raise CatalogueInvalid(f"The list {display(path)} cannot be read: {reason_of(error)}.") from error
        except UnicodeDecodeError as error:
            raise CatalogueInvalid(f"The list {display(path)} is not a text file in UTF-8.") from error
        self._lines = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
        self._lines = [(number, line) for number, line in self._lines if line and not line.startswith("#")]

    @property
    def description(self) -> Mapping[str, str]:
        """For the manifest."""
        return {"urls": str(self._path)}

    def count(self) -> int:
        """How many entries and failures will come."""
        return len(self._lines)

    def __iter__(self) -> Iterator[Entry | Failure]:
        """Entries and failures in the order of the list, downloaded a few ahead. Raises CatalogueInvalid."""
        try:
            self._downloads.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogueInvalid(f"Pictures cannot be kept in {display(self._downloads)}: {error}.") from error
        waiting: deque[Future[Entry | Failure]] = deque()
        with (
            httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True, max_redirects=5) as client,
            ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="download") as pool,
        ):
            try:
                for number, line in self._lines:
                    waiting.append(pool.submit(self._entry, client, number, line))
                    if len(waiting) > 2 * _CONNECTIONS:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _entry(self, client: httpx.Client, number: int, url: str) -> Entry | Failure:
        where = f"{display(self._path)}, line {number}: {display(url)}"
        try:
            parts = urlsplit(url)
        except ValueError:
            return Failure(where, "no address")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return Failure(where, "no http or https address")
        file = self._downloads / hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        try:
            problem = _download(client, url, file)
        except OSError as error:
            return Failure(where, reason_of(error))
        if problem is not None and not file.exists():
            return Failure(where, problem)
        title = title_of(Path(unquote(parts.path)))
        return Entry(valid_text(url), file, {} if title is None else {"title": title})


def _download(client: httpx.Client, url: str, file: Path) -> str | None:
    """Bring `file` up to date; the reason where that fails. Raises OSError."""
    headers = {"If-Modified-Since": formatdate(file.stat().st_mtime, usegmt=True)} if file.exists() else {}
    problem = "no answer"
    for _ in range(_ATTEMPTS):
        try:
            with client.stream("GET", url, headers=headers) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return None
                if response.status_code == httpx.codes.OK:
                    return _keep(response, file)
                problem = f"the server answers {response.status_code}"
                if response.status_code not in _TRANSIENT:
                    return problem
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = str(error) or type(error).__name__
    return problem


def _keep(response: httpx.Response, file: Path) -> str | None:
    unfinished = file.with_suffix(".part")
    size = 0
    with unfinished.open("wb") as writing:
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_BYTES:
                break
            writing.write(chunk)
    if size > MAX_BYTES:
        unfinished.unlink()
        return f"larger than {MAX_BYTES // 2**20} MB"
    unfinished.replace(file)
    # Without a date, the picture is fetched anew each time: better than never seeing a change.
    modified = response.headers.get("Last-Modified")
    try:
        when = parsedate_to_datetime(modified).timestamp() if modified else 0.0
    except ValueError:
        when = 0.0
    os.utime(file, (when, when))
    return None
