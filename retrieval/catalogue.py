"""Catalogue sources: a folder of pictures, or a CSV, TSV, JSONL or Parquet file that names them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval.catalogue_files import CatalogueFile
from retrieval.entry import Entry, Failure, Source
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display, valid_text
from retrieval.item_table import Value
from retrieval.picture_file import reason_of
from retrieval.picture_path import PICTURE_SUFFIXES, title_of

__all__ = ["Entry", "Failure", "FolderSource", "Source", "folder", "read_catalogue", "reopen"]


def folder(path: str | Path) -> "FolderSource":
    """Every picture in a folder and the folders below it.

    Raises:
        CatalogueInvalid: there is no such folder, or it cannot be listed.
    """
    return FolderSource(Path(path))


def read_catalogue(path: str | Path) -> CatalogueFile:
    """The pictures that a .csv, .tsv, .jsonl or .parquet file names; see `retrieval.catalogue_files` for its columns.

    Raises:
        CatalogueInvalid: the file cannot be read, has an unknown suffix, or has no column with paths.
    """
    return CatalogueFile(Path(path))


def reopen(description: Mapping[str, str]) -> Source:
    """The source that a manifest describes. Raises CatalogueInvalid."""
    if "images" in description:
        return folder(description["images"])
    if "catalog" in description:
        return read_catalogue(description["catalog"])
    raise CatalogueInvalid("The snapshot does not say which catalogue it was made from: name a folder or a file.")


class FolderSource:
    """Pictures by suffix, in the order of their names; the id is the path inside the folder.

    Hidden files and folders are skipped. Every real folder is entered once, so that links in a circle end.
    """

    def __init__(self, root: Path) -> None:
        """See `folder`."""
        self._root = root.absolute()
        if not self._root.is_dir():
            raise CatalogueInvalid(f"There is no folder {display(root)}.")
        try:
            os.scandir(self._root).close()
        except OSError as error:
            raise CatalogueInvalid(f"The folder {display(root)} cannot be listed: {reason_of(error)}.") from error

    @property
    def description(self) -> Mapping[str, str]:
        """For the manifest."""
        return {"images": str(self._root)}

    def count(self) -> int:
        """How many entries and failures will come."""
        return sum(1 for _ in self._walk())

    def __iter__(self) -> Iterator[Entry | Failure]:
        """Entries and failures in the order of their names."""
        for found in self._walk():
            yield found if isinstance(found, Failure) else self._entry(found)

    def _entry(self, path: Path) -> Entry:
        metadata: dict[str, Value] = {}
        title = title_of(path)
        if title is not None:
            metadata["title"] = title
        return Entry(valid_text(str(path)[len(str(self._root)) :].lstrip("/")), path, metadata)

    def _walk(self) -> Iterator[Path | Failure]:
        entered: set[tuple[int, int]] = set()
        # A stack instead of recursion: folders can be nested deeper than Python recurses.
        waiting: list[tuple[Path | Failure, bool]] = [(self._root, True)]
        while waiting:
            found, is_directory = waiting.pop()
            if isinstance(found, Failure) or not is_directory:
                yield found
            else:
                waiting.extend(reversed(_children(found, entered)))


def _children(directory: Path, entered: set[tuple[int, int]]) -> list[tuple[Path | Failure, bool]]:
    """The pictures and folders in one folder, by name, and which is a folder; nothing when it was entered before."""
    try:
        status = directory.stat()
        if (status.st_dev, status.st_ino) in entered:
            return []
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(directory) as scan:
            children = sorted((child.name, _is_directory(child)) for child in scan if not child.name.startswith("."))
    except OSError as error:
        return [(Failure(display(directory), reason_of(error)), False)]
    return [
        (directory / name, is_directory)
        for name, is_directory in children
        if is_directory or name.lower().endswith(PICTURE_SUFFIXES)
    ]


def _is_directory(child: os.DirEntry[str]) -> bool:
    try:
        return child.is_dir()
    except OSError:  # a link to itself; whoever reads it will say so
        return False
