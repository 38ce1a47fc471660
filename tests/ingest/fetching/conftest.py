"""A real server on this machine that answers as each test says, and a fetcher that may ask it."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ingest.fetching.cache import Cache
from ingest.fetching.courtesy import Clock, Courtesy
from ingest.fetching.exchange import Client
from ingest.fetching.network import read_allowed
from ingest.fetching.retrieval import Fetcher

Answer: TypeAlias = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What the server answers by path, and what it has been asked."""

    port: int
    stopped: threading.Event
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.path in self.answers:
            self.answers[request.path](request)
        else:
            send(request, 404, b"")

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What has been asked for since the last look, in order."""
        found = [path for path, _ in self.asked]
        self.asked.clear()
        return found

    def page(self, path: str, text: str = "<h1>Sida</h1><p>Text.", **headers: str) -> None:
        self.answers[path] = lambda request: send(request, 200, text.encode(), **headers)

    def status(self, path: str, status: int, **headers: str) -> None:
        self.answers[path] = lambda request: send(request, status, b"", **headers)

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        self.status(path, status, location=location)

    def robots(self, text: str) -> None:
        self.page("/robots.txt", text, content_type="text/plain")

    def sitemap(self, path: str, *addresses: str, kind: str = "url") -> None:
        root = "urlset" if kind == "url" else "sitemapindex"
        inside = "".join(f"<{kind}><loc>{address}</loc></{kind}>" for address in addresses)
        xml = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{root}>'
        self.page(path, xml, content_type="application/xml")


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """Answer with a whole body; `content_type` and the like are header names."""
    head = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
    request.send_response(status)
    for name, value in (head | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has had enough, as it should
                here.answer(self)
            self.close_connection = True

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        here = Site(server.server_address[1], threading.Event())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield here
        here.stopped.set()
        server.shutdown()
        thread.join()


@dataclass
class Time:
    """Time that passes only by waiting."""

    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.at += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(self.now, lambda: self.now().timestamp(), self.sleep)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """What a client checks certificates with, read once: there are hundreds in the store of this machine."""
    return ssl.create_default_context()


@pytest.fixture
def fetcher(tmp_path: Path, time: Time, tls: ssl.SSLContext) -> Fetcher:
    """A fetcher that may ask 127.0.0.1 and no other address of this machine."""
    return Fetcher(
        client=Client("vipgraf/0 (+https://test.example/)", read_allowed("127.0.0.1"), silence_s=5, tls=tls),
        courtesy=Courtesy(1.0, time.clock()),
        cache=Cache(tmp_path / "fetched"),
        timeout_s=10,
        limit=100,
    )


@pytest.fixture
def next_run(fetcher: Fetcher, time: Time) -> Callable[[], Fetcher]:
    """A fetcher over the same folder an hour later, knowing nothing else of the former run."""

    def make() -> Fetcher:
        time.at += timedelta(hours=1)
        return replace(fetcher, courtesy=Courtesy(1.0, time.clock()))

    return make
