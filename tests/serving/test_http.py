"""HTTP as it comes over real sockets: kept open, in pieces, in a row, torn."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import nullcontext

import pytest
import uvicorn
import uvloop

from serving import fibers
from serving.split import Split
from tests.waiting import PATIENCE, until


class Site:
    """Says back what it is told. `/quick/wait` waits in its fiber until `may_go`."""

    def __init__(self) -> None:
        self.may_go: Future[str] = Future()
        self.waits = threading.Event()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/quick/fails":
            raise LookupError("no such thing")
        if path == "/quick/wait":
            self.waits.set()
            fibers.result(self.may_go)
        try:
            told = environ["wsgi.input"].read(100_000).decode()
        except ConnectionResetError:
            told = "(torn)"
        seen = environ.get("HTTP_X_SEEN", "")
        body = f"{path}?{environ['QUERY_STRING']} {told} {seen}".encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


class Served:
    def __init__(self, site: Site) -> None:
        self.site = site
        config = uvicorn.Config(
            Split(site, "/quick/", 2),
            port=0,
            http="serving.http:Protocol",
            ws="none",
            lifespan="off",
            proxy_headers=False,
            log_config=None,
        )
        self.server = uvicorn.Server(config)
        self.server.capture_signals = nullcontext  # signals are the tests' own
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        until(lambda: self.server.started, "the server")
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self.server.serve())

    def line(self) -> "Line":
        return Line(self.port)

    def stop(self) -> None:
        self.server.should_exit = True

    def join(self) -> None:
        self._thread.join(PATIENCE)


class Line:
    """A caller's connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def say(self, text: str) -> "Line":
        self.socket.sendall(text.replace("\n", "\r\n").encode())
        return self

    def hear(self) -> tuple[int, dict[str, str], str]:
        status = int(self.file.readline().split()[1])
        headers = {}
        while (line := self.file.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self.file.read(int(headers.get("content-length", 0))).decode()

    def ends(self) -> bool:
        return self.file.read() == b""

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served(Site())
    yield server
    if not server.site.may_go.done():
        server.site.may_go.set_result("")
    server.stop()
    server.join()


@pytest.fixture
def line(served: Served) -> Iterator[Line]:
    opened = served.line()
    yield opened
    opened.close()


def post(path: str, body: str, more: str = "") -> str:
    return f"POST {path} HTTP/1.1\nHost: x\n{more}Content-Length: {len(body)}\n\n{body}"


def test_a_connection_is_kept_for_the_next_request(line):
    for body in ("one", "two"):
        status, headers, text = line.say(post("/quick/a?b=c", body)).hear()
        assert (status, text) == (200, f"/quick/a?b=c {body} ")
        assert "date" in headers


def test_a_request_may_come_in_pieces(line):
    for piece in ("POST /quick/a HT", "TP/1.1\nHost: x\nContent-Le", "ngth: 6\n\nin p", "ie"):
        line.say(piece)
    assert line.hear()[2] == "/quick/a? in pie "


def test_a_chunked_body_is_one_body(line):
    line.say("POST /quick/a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n")
    assert line.say("3\none\n3\ntwo\n0\n\n").hear()[2] == "/quick/a? onetwo "


def test_requests_in_a_row_are_answered_in_their_order_also_those_for_threads(line, served):
    line.say(post("/quick/wait", "1") + post("/a", "2") + post("/quick/b", "3") + post("/c", "4"))
    assert served.site.waits.wait(10)
    served.site.may_go.set_result("")
    assert [line.hear()[2][:6] for _ in range(4)] == ["/quick", "/a? 2 ", "/quick", "/c? 4 "]


def test_one_that_waits_keeps_nobody_else_waiting(line, served):
    other = served.line()
    line.say(post("/quick/wait", "1"))
    assert served.site.waits.wait(10)
    assert other.say(post("/quick/a", "2")).hear()[2] == "/quick/a? 2 "
    other.close()
    served.site.may_go.set_result("")
    assert line.hear()[2] == "/quick/wait? 1 "


def test_a_torn_body_is_answered_and_the_connection_closed(line):
    line.say("POST /quick/a HTTP/1.1\nHost: x\nContent-Length: 100\n\nhalf")
    line.socket.shutdown(socket.SHUT_WR)
    assert line.hear()[2] == "/quick/a? (torn) "
    assert line.ends()


def test_a_caller_who_hangs_up_his_side_hears_his_answer(line, served):
    line.say(post("/quick/wait", "1"))
    line.socket.shutdown(socket.SHUT_WR)
    assert served.site.waits.wait(10)
    served.site.may_go.set_result("")
    assert line.hear()[2] == "/quick/wait? 1 "


def test_a_caller_who_is_gone_harms_nobody(line, served):
    gone = served.line()
    gone.say(post("/quick/wait", "1"))
    assert served.site.waits.wait(10)
    gone.close()
    served.site.may_go.set_result("")
    assert line.say(post("/quick/a", "2")).hear()[2] == "/quick/a? 2 "


def test_a_body_without_bounds_is_heard_out_but_not_kept(line):
    status, _, text = line.say(post("/quick/a", "x" * 2_000_000)).hear()
    assert status == 200
    assert 64 * 1024 < len(text) < 500_000
    assert line.say(post("/quick/a", "2")).hear()[2] == "/quick/a? 2 "


def test_the_old_protocol_and_a_caller_who_says_so_are_hung_up_on(served):
    for text in ("GET /quick/a HTTP/1.0\n\n", "GET /quick/a HTTP/1.1\nConnection: close\n\n"):
        line = served.line()
        _, headers, _ = line.say(text).hear()
        assert headers["connection"] == "close"
        assert line.ends()
        line.close()


def test_a_head_has_no_body(line):
    line.say("HEAD /quick/a HTTP/1.1\nHost: x\n\n" + post("/quick/b", "2"))
    assert line.file.readline().startswith(b"HTTP/1.1 200")
    while line.file.readline().strip():
        pass
    assert line.hear()[2] == "/quick/b? 2 "


def test_one_who_waits_to_be_asked_for_the_body_is_asked(line):
    line.say("POST /quick/a HTTP/1.1\nHost: x\nContent-Length: 3\nExpect: 100-continue\n\n")
    assert line.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    line.file.readline()
    assert line.say("yes").hear()[2] == "/quick/a? yes "


@pytest.mark.parametrize("path", ["/quick/a", "/a"])
def test_a_header_that_comes_twice_is_a_list_and_an_underscore_is_no_hyphen(line, path):
    line.say(post(path, "", "X-Seen: one\nX_Seen: forged\nx-seen: two\n"))
    assert line.hear()[2] == f"{path}?  one,two"


def test_a_path_is_read_as_every_wsgi_server_reads_it(line):
    assert line.say(post("/quick/d%C3%A9mo", "")).hear()[2].startswith("/quick/d\xc3\xa9mo?")


def test_what_fails_is_a_500_and_the_connection_stays(line):
    assert line.say(post("/quick/fails", "")).hear()[0] == 500
    assert line.say(post("/quick/a", "2")).hear()[0] == 200


def test_nonsense_is_refused(line):
    assert line.say("HELLO\n\n").hear()[0] == 400
    assert line.ends()


def test_who_was_heard_is_answered_before_the_server_stops(line, served):
    line.say(post("/quick/wait", "1"))
    assert served.site.waits.wait(10)
    served.stop()
    until(lambda: not _accepts(served.port), "a closed port")
    served.site.may_go.set_result("")
    _, headers, text = line.hear()
    assert text == "/quick/wait? 1 "
    assert headers["connection"] == "close"
    served.join()


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
