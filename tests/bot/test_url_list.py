"""Pictures from addresses: downloaded once, asked for again, and every failure listed."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from bot.publishing import Catalogue
from bot.url_list import UrlList
from retrieval.entry import Entry, Failure
from retrieval.errors import CatalogueInvalid
from storage.snapshots import SnapshotStore

CHANGED = "Mon, 16 Nov 2026 10:00:00 GMT"


@dataclass
class Shop:
    """A web server with pictures."""

    address: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    busy: int = 0
    closed: bool = False


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    written = io.BytesIO()
    Image.new("RGB", (30, 30), (200, 0, 0)).save(written, "PNG")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            since = self.headers["If-Modified-Since"]
            shop.asked.append((self.path, since))
            if self.path.startswith("/gone"):
                self.send_error(404)
            elif shop.closed or (self.path.startswith("/busy") and shop.busy > 0):
                shop.busy -= 1
                self.send_error(503)
            elif since == CHANGED:
                self.send_response(304)
                self.end_headers()
            else:
                self.send_response(200)
                self.send_header("Last-Modified", CHANGED)
                self.end_headers()
                self.wfile.write(written.getvalue())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shop.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def list_of(tmp_path):
    def write(*lines: str) -> UrlList:
        (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
        return UrlList(tmp_path / "list.txt", tmp_path / "downloads")

    return write


def test_entries_come_in_order_and_failures_between_them(shop, list_of):
    urls = list_of(
        "# our summer pictures",
        f"{shop.address}/red%20dress.png?size=large",
        "",
        f"{shop.address}/gone.png",
        "ftp://example.org/a.png",
        "http://[broken",
        f"{shop.address}/hat.png",
    )
    first, gone, scheme, broken, last = urls
    assert urls.count() == 5
    assert isinstance(first, Entry)
    assert (first.id, first.metadata) == (f"{shop.address}/red%20dress.png?size=large", {"title": "red dress"})
    with Image.open(first.path) as picture:
        assert picture.size == (30, 30)
    assert isinstance(gone, Failure)
    assert "line 4" in gone.path
    assert gone.reason == "the server answers 404"
    assert [type(found) for found in (scheme, broken)] == [Failure, Failure]
    assert isinstance(last, Entry)


def test_what_is_there_is_only_asked_for(shop, list_of):
    urls = list_of(f"{shop.address}/a.png")
    (before,) = urls
    (after,) = urls
    assert before == after
    assert shop.asked == [("/a.png", None), ("/a.png", CHANGED)]


def test_a_server_that_is_away_changes_nothing(shop, list_of):
    urls = list_of(f"{shop.address}/a.png")
    (before,) = urls
    shop.closed = True
    assert list(urls) == [before]


def test_a_busy_server_is_asked_again(shop, list_of):
    shop.busy = 2
    (found,) = list_of(f"{shop.address}/busy.png")
    assert isinstance(found, Entry)


def test_nobody_at_an_address_is_a_failure(list_of):
    (found,) = list_of("http://127.0.0.1:1/a.png")
    assert isinstance(found, Failure)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa"])
def test_a_list_that_cannot_be_read(tmp_path, content):
    if content is not None:
        (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(CatalogueInvalid):
        Catalogue(catalog=tmp_path / "list.txt").open(SnapshotStore(tmp_path / "snapshots"))
