"""Features of texts that were searched for, kept in Redis: for other processes, and for the next start."""

import asyncio
import concurrent.futures
import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from retrieval.protocols import Features
from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)

WORTH_KEEPING_MS = 3.0
"""A model that encodes a query in less is as quick as Redis."""
_PATIENCE_S = 0.05
_PAUSE_S = 30.0
"""After a failure nothing is asked for so long: a search must not wait for a Redis that is away."""
_DIGEST = 16


class Cache(Protocol):
    """Where bytes are kept by name."""

    async def get_many(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Raises StorageUnavailable."""
        ...

    async def put_many(self, values: Mapping[str, bytes]) -> None:
        """Raises StorageUnavailable."""
        ...


class KeptTexts:
    """A `retrieval.clip_encoder.TextMemory`: asked on the worker's thread, answered on the event loop.

    An entry is a digest and little-endian float32 values. The digest is over model, text and values, so that an entry
    of another model or a damaged one is recognised and written anew. No text is kept, only digests of it.
    """

    def __init__(self, cache: Cache, loop: asyncio.AbstractEventLoop, patience_s: float = _PATIENCE_S) -> None:
        self._cache = cache
        self._loop = loop
        self._patience_s = patience_s
        self._paused_until = 0.0

    def get(self, fingerprint: str, texts: Sequence[str], dimension: int) -> Mapping[str, Features]:
        """Each known text -> [1, dimension]; nothing where Redis is away or slow."""
        if time.monotonic() < self._paused_until or self._loop.is_closed():
            return {}
        names = {text: _name(fingerprint, text) for text in dict.fromkeys(texts)}
        asked = asyncio.run_coroutine_threadsafe(self._get(list(names.values())), self._loop)
        try:
            found = asked.result(self._patience_s)
        except (StorageUnavailable, TimeoutError, concurrent.futures.CancelledError) as error:
            asked.cancel()
            self._pause(error)
            return {}
        known = {text: _read(found.get(name), name, dimension) for text, name in names.items()}
        return {text: features for text, features in known.items() if features is not None}

    def put(self, fingerprint: str, features: Mapping[str, Features]) -> None:
        """Begins to keep them; nobody waits for it."""
        if time.monotonic() < self._paused_until or self._loop.is_closed():
            return
        entries = {}
        for text, values in features.items():
            name = _name(fingerprint, text)
            payload = np.ascontiguousarray(values, dtype="<f4").tobytes()
            entries[name] = _digest(name.encode() + payload) + payload
        asyncio.run_coroutine_threadsafe(self._put(entries), self._loop)

    async def _get(self, names: Sequence[str]) -> Mapping[str, bytes]:
        return await self._cache.get_many(names)

    async def _put(self, entries: Mapping[str, bytes]) -> None:
        try:
            await self._cache.put_many(entries)
        except StorageUnavailable as error:
            self._pause(error)

    def _pause(self, error: BaseException) -> None:
        self._paused_until = time.monotonic() + _PAUSE_S
        logger.info("Texts are encoded without Redis for %g s: %s", _PAUSE_S, error or type(error).__name__)


def _name(fingerprint: str, text: str) -> str:
    return _digest(f"{len(fingerprint)} {fingerprint} {text}".encode("utf-8", "surrogatepass")).hex()


def _read(entry: bytes | None, name: str, dimension: int) -> Features | None:
    """[1, dimension]; None for an entry that is missing, damaged, or of another model."""
    if entry is None or len(entry) != _DIGEST + 4 * dimension:
        return None
    payload = entry[_DIGEST:]
    if entry[:_DIGEST] != _digest(name.encode() + payload):
        return None
    return np.frombuffer(payload, dtype="<f4").astype(np.float32)[None]


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()
