import gzip
import random
import ssl
import subprocess
import threading
import time as clock
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest.fetching.address import parse_address
from ingest.fetching.exchange import Client, ask, inflate, limited
from ingest.fetching.retrieval import Fetcher
from ontology.errors import DocumentRefused, NoAnswer


def get(client: Client, url: str, limit: int = 1_000_000, within_s: float = 5) -> bytes:
    with ask(client, parse_address(url), {}, clock.monotonic() + within_s) as reply:
        return b"".join(reply.body(limit))


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def test_an_answer_is_its_status_its_headers_and_its_body(site: Any, fetcher: Fetcher) -> None:
    site.page("/a?b=c", "Hej", etag='"1"')
    with ask(fetcher.client, parse_address(site.url("/a?b=c")), {"Accept": "x/y"}, clock.monotonic() + 5) as reply:
        assert (reply.status, reply.headers["etag"], b"".join(reply.body(10))) == (200, '"1"', b"Hej")
    [(path, headers)] = site.asked
    assert path == "/a?b=c"
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert headers["user-agent"] == "vipgraf/0 (+https://test.example/)"
    assert headers["accept"] == "x/y"
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_proxies_of_the_environment_are_not_used(site: Any, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.9:1/")
    site.page("/a", "Hej")
    assert get(fetcher.client, site.url("/a")) == b"Hej"


def test_a_host_that_is_not_allowed_is_never_connected_to(site: Any, fetcher: Fetcher) -> None:
    site.page("/a")
    for url in (site.url("/a", "127.0.0.2"), site.url("/a", "localhost.localdomain")):
        with pytest.raises(DocumentRefused):
            get(fetcher.client, url)
    assert site.asked == []


def test_a_packed_body_is_unpacked(site: Any, fetcher: Fetcher) -> None:
    content = b"abc" * 100_000
    packed = gzip.compress(content)
    site.answers["/a"] = lambda request: _raw(request, packed, "content-encoding: gzip")
    assert get(fetcher.client, site.url("/a")) == content


@pytest.mark.parametrize("head", ["content-length: 3000000", "content-encoding: gzip", "x: y"])
def test_a_body_beyond_the_limit_is_refused_before_it_has_all_come(site: Any, fetcher: Fetcher, head: str) -> None:
    packs = "gzip" in head
    pieces_sent = 0

    def answer(request: BaseHTTPRequestHandler) -> None:
        nonlocal pieces_sent
        packer = zlib.compressobj(wbits=31)
        _head(request, head)
        for _ in range(40 if packs else 3000):  # packed, all of it is below the limit
            request.wfile.write(packer.compress(bytes(1_000_000)) if packs else bytes(10_000))
            pieces_sent += 1

    site.answers["/a"] = answer
    with pytest.raises(DocumentRefused, match="större än 1 MB"):
        get(fetcher.client, site.url("/a"))
    assert packs or pieces_sent < 3000


@pytest.mark.slow
def test_a_gzip_bomb_takes_no_memory() -> None:
    import tracemalloc

    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    assert len(bomb) < 400_000
    tracemalloc.start()
    try:
        with pytest.raises(DocumentRefused, match="större"):
            for _ in limited(inflate([bomb]), 20_000_000):
                pass
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [1, 10, 65_535, 65_536, 65_537, 400_000])
def test_unpacking_gives_what_was_packed_in_pieces_of_any_size(size: int) -> None:
    content = random.Random(size).randbytes(size // 2) + b"a" * (size - size // 2)
    assert b"".join(inflate(pieces(gzip.compress(content)))) == content
    assert b"".join(inflate(pieces(gzip.compress(content) + gzip.compress(b"mer")))) == content + b"mer"
    assert b"".join(inflate([gzip.compress(content) + bytes(100)])) == content


def test_a_damaged_or_cut_off_packing_is_refused() -> None:
    packed = gzip.compress(random.Random(1).randbytes(10_000))
    for wrong in (b"", packed[:-1], packed[:100], b"<html>" + packed, packed[:-8] + bytes(8)):
        with pytest.raises(DocumentRefused, match="gzip"):
            list(inflate(pieces(wrong)))


def test_an_unasked_for_packing_is_refused(site: Any, fetcher: Fetcher) -> None:
    site.answers["/a"] = lambda request: _raw(request, b"x", "content-encoding: br")
    with pytest.raises(DocumentRefused, match="'br'"):
        get(fetcher.client, site.url("/a"))


def test_a_body_that_is_declared_too_large_is_not_waited_for(site: Any, fetcher: Fetcher) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        _head(request, "content-length: 3000000")
        site.stopped.wait(20)

    site.answers["/a"] = answer
    with pytest.raises(DocumentRefused, match="större än 1 MB"):
        get(fetcher.client, site.url("/a"))


@pytest.mark.parametrize("where", ["head", "body", "before", "silence"])
def test_an_answer_that_drips_is_broken_off_at_the_deadline(site: Any, fetcher: Fetcher, where: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        if where in {"head", "body"}:
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if where == "body":
            request.wfile.write(b"content-length: 100000\r\n\r\n")
        while not site.stopped.wait(0.02 if where != "silence" else 20):
            request.wfile.write(b"x" if where != "before" else b"HTTP/1.1 100 Continue\r\n\r\n")

    site.answers["/a"] = drip
    with pytest.raises(NoAnswer, match="för lång tid"):
        get(fetcher.client, site.url("/a"), within_s=0.3)


def test_a_server_that_says_nothing_is_given_up(site: Any, fetcher: Fetcher) -> None:
    site.answers["/a"] = lambda request: site.stopped.wait(5)
    with pytest.raises(NoAnswer, match="svarar inte"):
        get(replace(fetcher.client, silence_s=0.2), site.url("/a"))


def test_a_body_shorter_than_declared_is_no_answer_and_a_longer_one_is_cut(site: Any, fetcher: Fetcher) -> None:
    site.answers["/short"] = lambda request: _raw(request, b"abc", "content-length: 100")
    with pytest.raises(NoAnswer, match="bröt av"):
        get(fetcher.client, site.url("/short"))
    site.answers["/long"] = lambda request: _raw(request, b"abcdef", "content-length: 3")
    assert get(fetcher.client, site.url("/long")) == b"abc"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nx: \x00\r\n\r\n", b"\x00" * 1000])
def test_what_is_not_http_is_refused(site: Any, fetcher: Fetcher, answer: bytes) -> None:
    site.answers["/a"] = lambda request: request.wfile.write(answer)
    with pytest.raises(NoAnswer, match="HTTP"):
        get(fetcher.client, site.url("/a"))


def test_endless_headers_are_refused(site: Any, fetcher: Fetcher) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.stopped.is_set():
            request.wfile.write(b"x: " + b"y" * 10_000 + b"\r\n")

    site.answers["/a"] = answer
    with pytest.raises(NoAnswer, match="HTTP"):
        get(fetcher.client, site.url("/a"))


def test_a_closed_port_is_no_answer(site: Any, fetcher: Fetcher) -> None:
    with pytest.raises(NoAnswer, match="går inte att nå"):
        get(fetcher.client, "http://127.0.0.1:1/a")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for sida.test that signs itself, with its key."""
    file = tmp_path / "sida.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sida.test"]
    try:
        subprocess.run(
            [*command, "-addext", "subjectAltName=DNS:sida.test", "-keyout", tmp_path / "key.pem", "-out", file],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl is not here")
    file.write_text(file.read_text() + (tmp_path / "key.pem").read_text())
    return file


def test_certificates_are_checked_against_the_name_not_the_address(fetcher: Fetcher, certificate: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _raw(self, b"Hej", "content-length: 3")

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A handshake that the client breaks off is what is tested."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            unknown = replace(fetcher.client, resolve=lambda host, port: ["127.0.0.1"])
            known = replace(unknown, tls=ssl.create_default_context(cafile=certificate))
            assert get(known, f"https://sida.test:{port}/") == b"Hej"
            for client, host in ((unknown, "sida.test"), (known, "annan.test"), (known, "127.0.0.1")):
                with pytest.raises(NoAnswer, match="certifikatet godkänns inte"):
                    get(client, f"https://{host}:{port}/")
        finally:
            server.shutdown()
            thread.join()


def _head(request: BaseHTTPRequestHandler, *lines: str) -> None:
    request.wfile.write("\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode())


def _raw(request: BaseHTTPRequestHandler, body: bytes, *lines: str) -> None:
    _head(request, *lines)
    request.wfile.write(body)
