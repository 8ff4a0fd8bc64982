"""A published snapshot of made-up pictures that Telegram knows already, so that a load test renders none.

Features are clustered, with clusters of power-law sizes, never uniform noise. There are a few JPEGs in all, and every
item's content hash has the `file_id` of one of them.
"""

import asyncio
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from bot.local_telegram.file_store import FileStore
from bot.local_telegram.world import DEMO_TOKEN
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.embedding import normalize
from retrieval.index_builder import AUTO
from retrieval.item_table import Item, Value
from retrieval.manifest import Provenance
from retrieval.protocols import Features
from retrieval.snapshot_writer import SnapshotWriter
from storage.errors import SnapshotMissing
from storage.file_ids import FILE_ID_TTL_S
from storage.keys import Keys
from storage.redis_client import RedisConnection
from storage.snapshots import SnapshotStore

KINDS = ("dress", "T-shirt", "shirt", "blouse", "hoodie", "sweater", "coat", "skirt", "trousers", "hat", "scarf", "bag")
COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
_JPEGS = 32
_CLUSTERS = 2000
_SPREAD = 0.6
_CHUNK = 5000
_SEED = 11


def publish_collection(data_dir: Path, count: int) -> None:
    """Publish `count` made-up pictures under `data_dir`, unless so many are published there already.

    Raises:
        retrieval.errors.RetrievalError, storage.errors.StorageError: one sentence.
    """
    store = SnapshotStore(data_dir / "snapshots")
    marker = f"{count}-pictures"
    try:
        if (store.current() / marker).exists():
            return
    except SnapshotMissing:
        pass
    encoder = load_encoder("tiny-clip")
    composition = load_composition("auto", encoder)
    provenance = Provenance(encoder.fingerprint, encoder.model, None, encoder.dimension, composition.name, index=AUTO)
    # As far from the origin as the model's own, and around the words that people will use.
    words = [f"a {colour} {kind}" for colour, kind in itertools.product(COLOURS, KINDS)]
    staging = store.staging()
    try:
        writer = SnapshotWriter(staging, provenance)
        chunks = _features(normalize(encoder.encode_texts(words)), count)
        for start, features in zip(range(0, count, _CHUNK), chunks, strict=True):
            writer.add([_item(number) for number in range(start, start + len(features))], features)
        writer.finish(failed=0)
        (staging / marker).touch()
        store.publish(staging)
    except BaseException:
        store.discard(staging)
        raise


async def hand_over(redis: RedisConnection, prefix: str, state: Path, count: int) -> None:
    """Let Telegram, whose files are under `state`, and the bot know all `count` pictures as sent before."""
    directory = state / "files"
    directory.mkdir(parents=True, exist_ok=True)
    files = FileStore(directory)
    file_ids = []
    for number in range(_JPEGS):
        stored = await files.add_upload(await asyncio.to_thread(_jpeg, number), "picture.jpg")
        file_ids.append(stored.reference().file_id(DEMO_TOKEN))
    keys = Keys(prefix, int(DEMO_TOKEN.partition(":")[0]))
    for start in range(0, count, _CHUNK):
        commands = redis.redis.pipeline(transaction=False)
        for number in range(start, min(start + _CHUNK, count)):
            commands.set(keys.file_id(_hash(number)), file_ids[number % _JPEGS], ex=FILE_ID_TTL_S)
        await redis.run(commands.execute())


async def forget(redis: RedisConnection, prefix: str) -> None:
    """Remove every key of a run."""
    names = [name async for name in redis.redis.scan_iter(match=f"{prefix}:*", count=_CHUNK)]
    for start in range(0, len(names), _CHUNK):
        await redis.run(redis.redis.unlink(*names[start : start + _CHUNK]))


def _features(words: Features, count: int) -> Iterator[Features]:
    """[count, d] in chunks: around centres that lie between a text and nowhere, of sizes that follow a power law."""
    rng = np.random.default_rng(_SEED)
    width = words.shape[1]
    centres = normalize(words[rng.integers(len(words), size=_CLUSTERS)] + _noise(rng, _CLUSTERS, width, 1.0))
    sizes = 1 / np.arange(1, _CLUSTERS + 1)
    for start in tqdm(range(0, count, _CHUNK), desc="collection", mininterval=10):
        rows = min(_CHUNK, count - start)
        chosen = rng.choice(_CLUSTERS, size=rows, p=sizes / sizes.sum())
        yield (10 * (centres[chosen] + _noise(rng, rows, width, _SPREAD))).astype(np.float32)


def _noise(rng: np.random.Generator, rows: int, width: int, length: float) -> Features:
    """[rows, width] directions of about that length."""
    noise: Features = (rng.standard_normal((rows, width)) * length / np.sqrt(width)).astype(np.float32)
    return noise


def _item(number: int) -> Item:
    colour, kind = COLOURS[number % len(COLOURS)], KINDS[number // len(COLOURS) % len(KINDS)]
    metadata: dict[str, Value] = {
        "title": f"{colour.capitalize()} {kind} {number}",
        "category": kind,
        "colour": colour,
        "price": float(5 + number % 190),
    }
    return Item(f"item-{number}", f"/nowhere/{number}.jpg", _hash(number), metadata)


def _hash(number: int) -> str:
    return f"{number:064x}"


def _jpeg(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (480, 640), (number * 8, 255 - number * 8, 128)).save(buffer, "JPEG")
    return buffer.getvalue()
