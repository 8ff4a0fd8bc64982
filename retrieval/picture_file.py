"""Reads picture files that may be anything: no picture, a pipe, a folder, gone, forbidden, endless."""

import errno
import hashlib
import os
import stat
from pathlib import Path

from retrieval.errors import PictureUnreadable

MAX_BYTES = 50 * 2**20
_REASONS = {
    errno.ENOENT: "file not found",
    errno.ENOTDIR: "file not found",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ELOOP: "symbolic links in a circle",
    errno.EISDIR: "a folder, not a file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENXIO: "not a regular file",
}


def read_picture_bytes(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The file's bytes, without ever waiting for a writer.

    Raises:
        PictureUnreadable: with the reason in a few words.
    """
    try:
        # Without O_NONBLOCK, opening a pipe waits until somebody writes into it.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            data = _read(descriptor, max_bytes)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PictureUnreadable(reason_of(error)) from error
    except ValueError as error:
        raise PictureUnreadable("the name holds characters that no file can have") from error
    if len(data) > max_bytes:
        raise PictureUnreadable(f"larger than {max_bytes // 2**20} MB")
    if not data:
        raise PictureUnreadable("the file is empty")
    return data


def _read(descriptor: int, max_bytes: int) -> bytes:
    # A file object would make twice as many system calls, each of which lets other threads take the interpreter's lock.
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise PictureUnreadable("not a regular file")
    size = min(status.st_size, max_bytes)
    # One byte more than allowed shows a file that is too large, or grows while it is read.
    data = os.read(descriptor, size + 1)
    while len(data) < size and (more := os.read(descriptor, size + 1 - len(data))):
        data += more
    return data


def content_hash(data: bytes) -> str:
    """Names the content: 32 hexadecimal digits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def reason_of(error: OSError) -> str:
    """An operating system error in a few plain words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
