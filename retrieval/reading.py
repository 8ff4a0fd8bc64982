"""Reads a catalogue's pictures ahead of whoever encodes them, in its order.

Pictures that the previous snapshot has under their id are read and hashed in blocks: handing each file from thread to
thread takes longer than reading it. What turns out to be another picture is read once more and decoded, as new ones
are, one by one, so that few wait decoded.
"""

import itertools
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing

from retrieval.decoding import PictureReader, Read, read_item
from retrieval.entry import Entry, Failure
from retrieval.errors import PictureUnreadable
from retrieval.file_names import display
from retrieval.read_ahead import read_ahead
from retrieval.snapshot import Snapshot

_BLOCK = 32
_BLOCKS_WAITING = 8

_Part = Entry | Sequence[Read | Failure]
"""A picture to be decoded, or some that need no decoding."""


def read_catalogue_ahead(
    entries: Iterable[Entry | Failure],
    reader: PictureReader,
    known: Snapshot | None,
    *,
    threads: int,
    max_waiting: int,
    max_pixels: int,
) -> Generator[Read | Failure, None, None]:
    """Yield what was read, in the catalogue's order; closing the generator stops the threads.

    Args:
        entries: taken from by one thread.
        reader: reads and decodes one picture.
        known: has features that may be used again.
        threads: that decode, and again that look for what is known.
        max_waiting: pictures begun or decoded and not taken.
        max_pixels: nothing is begun while the pictures not taken have as many, except the one asked for next.
    """
    with closing(_recognised(entries, known, threads)) as parts:
        reading = read_ahead(
            parts,
            lambda part: (reader(part),) if isinstance(part, Entry) else part,
            cost=_pixels,
            threads=threads,
            max_waiting=max_waiting,
            max_cost=max_pixels,
        )
        with closing(reading):
            for reads in reading:
                yield from reads


def _recognised(
    entries: Iterable[Entry | Failure], known: Snapshot | None, threads: int
) -> Generator[_Part, None, None]:
    if known is None:
        for entry in entries:
            yield (entry,) if isinstance(entry, Failure) else entry
        return
    recognising = read_ahead(
        _blocks(entries),
        lambda block: _recognise(block, known),
        cost=lambda _: 0,
        threads=threads,
        max_waiting=_BLOCKS_WAITING,
        max_cost=1,
    )
    with closing(recognising):
        for block in recognising:
            yield from _parts(block)


def _blocks(entries: Iterable[Entry | Failure]) -> Iterator[Sequence[Entry | Failure]]:
    remaining = iter(entries)
    while block := list(itertools.islice(remaining, _BLOCK)):
        yield block


def _parts(block: Iterable[Read | Failure | Entry]) -> Iterator[_Part]:
    """What stands together and needs no decoding is one part."""
    run: list[Read | Failure] = []
    for found in block:
        if not isinstance(found, Entry):
            run.append(found)
            continue
        if run:
            yield run
            run = []
        yield found
    if run:
        yield run


def _recognise(block: Sequence[Entry | Failure], known: Snapshot) -> list[Read | Failure | Entry]:
    contents = known.contents([entry.id for entry in block if isinstance(entry, Entry)])
    found: list[Read | Failure | Entry] = []
    for entry in block:
        if isinstance(entry, Failure) or entry.id not in contents:
            found.append(entry)
            continue
        row, content = contents[entry.id]
        try:
            item, _ = read_item(entry)
        except PictureUnreadable as error:
            found.append(Failure(display(entry.path), str(error)))
        else:
            found.append(Read(item, None, row) if item.content_hash == content else entry)
    return found


def _pixels(reads: Sequence[Read | Failure]) -> int:
    return sum(read.pixels for read in reads if isinstance(read, Read))
