"""A strict fake of the Anthropic API on loopback.

It refuses what the documented API refuses (rules.py, shapes.py), in the API's own envelope; it answers what the test
put into its script (answers.py); and it keeps every request and every byte it answered. It runs on a thread of its
own; everything a test touches is safe to use from the test's thread.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

import rules
import wire
from answers import Answer, Close, Failure, Gate, Hang, Repeat, Reset, Wait, json_answer

ORGANIZATION = "00000000-fake-4000-8000-000000000000"
MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-4-5"]
READ_LIMIT = 1 << 20


class PeerGone(Exception):
    pass


@dataclass
class Exchange:
    """One request and its answer. Times are of `time.monotonic()`; None is "not yet"."""

    number: int
    request: wire.Message
    connection: int
    received_at: float
    json: dict = field(default_factory=dict)
    refused: str | None = None  # why the fake itself refused it
    status: int = 0
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    sent: bytearray = field(default_factory=bytearray)  # bytes of the body before transfer coding
    wire_sent: bytearray = field(default_factory=bytearray)
    answered: bool = False  # the whole answer was handed to the kernel
    cut: bool = False  # the script itself ended the connection
    first_byte_at: float | None = None
    peer_closed_at: float | None = None
    closed: threading.Event = field(default_factory=threading.Event)  # the peer left
    settled: threading.Event = field(default_factory=threading.Event)  # nothing more will be sent

    @property
    def request_id(self) -> str:
        return f"req_011Fake{self.number:08d}"

    @property
    def path(self) -> str:
        return self.request.path


class _Reader(asyncio.StreamReader):
    """Knows when the peer left, even while nobody is reading."""

    gone_at: float | None = None

    def watch(self, on_gone):
        self.gone = asyncio.Event()
        self.on_gone = on_gone

    def _note(self):
        if self.gone_at is None:
            self.gone_at = time.monotonic()
            self.gone.set()
            self.on_gone(self.gone_at)

    def feed_eof(self):
        self._note()
        super().feed_eof()

    def set_exception(self, exc):
        self._note()
        super().set_exception(exc)


class FakeAnthropic:
    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0):
        self.exchanges: list[Exchange] = []
        self.violations: list[str] = []  # framing that no correct client or gateway produces
        self.connections = 0
        self.router = None  # called with the exchange before the script; may return an answer or None
        self.lenient = False  # for tests of deliberately odd bodies: framing and credentials are still checked
        self.token_count = 42
        self._script: list = []
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._tls = tls
        self._port = port

    # -- control, from the test's thread

    def __enter__(self) -> FakeAnthropic:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def answer(self, *answers) -> FakeAnthropic:
        """Appends to the script of /v1/messages; one entry is used up by each accepted request."""
        with self._lock:
            self._script += answers
        return self

    @property
    def unused(self) -> int:
        with self._lock:
            return len(self._script)

    def messages(self) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.path.startswith("/v1/messages")]

    def wait_for(self, count: int, seconds: float = 10) -> Exchange:
        """Waits until `count` requests have arrived in whole; returns the last of them."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.exchanges) >= count, seconds):
                raise TimeoutError(f"only {len(self.exchanges)} of {count} requests arrived within {seconds} s")
            return self.exchanges[count - 1]

    # -- the server, on its own thread

    def _run(self, started: threading.Event):
        asyncio.run(self._serve(started))

    async def _serve(self, started: threading.Event):
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        server = await self._loop.create_server(
            self._protocol, "127.0.0.1", self._port, ssl=self._tls, backlog=256, reuse_address=True)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _protocol(self):
        reader = _Reader(limit=READ_LIMIT, loop=self._loop)
        return asyncio.StreamReaderProtocol(reader, self._connected, loop=self._loop)

    async def _connected(self, reader: _Reader, writer: asyncio.StreamWriter):
        task = asyncio.current_task()
        self._tasks.add(task)
        self.connections += 1
        number, current = self.connections, []
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def gone(at):
            for exchange in current:
                if exchange.peer_closed_at is None and not exchange.cut:
                    exchange.peer_closed_at = at
                    exchange.closed.set()

        reader.watch(gone)
        try:
            while await self._one(reader, writer, number, current):
                pass
        except (PeerGone, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader, writer, connection: int, current: list) -> bool:
        """One request and its answer; False ends the connection."""
        message = wire.Message()

        def on_head(head):
            if head.header("expect").lower() == "100-continue":
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")

        problem = None
        try:
            await self._read(reader, wire.read_request(message, on_head), message)
        except wire.Malformed as error:
            problem = rules.Refused(400, f"malformed HTTP: {error}")
        with self._changed:
            exchange = Exchange(len(self.exchanges) + 1, message, connection, time.monotonic())
            self.exchanges.append(exchange)
            current[:] = [exchange]
            self._changed.notify_all()
        answer = self._choose(exchange, problem)
        keep = problem is None and message.header("connection").lower() != "close"
        try:
            await _Sender(exchange, reader, writer).send(answer, keep)
        finally:
            exchange.settled.set()
        return keep and answer.framing not in ("close", "raw")

    async def _read(self, reader: asyncio.StreamReader, steps, message):
        need = next(steps)
        try:
            while True:
                if isinstance(need, wire.Until):
                    piece = await reader.readuntil(need.separator)
                elif isinstance(need, wire.Exactly):
                    piece = await reader.readexactly(need.count)
                else:
                    piece = await reader.read()
                message.raw += piece
                need = steps.send(piece)
        except StopIteration:
            return
        except asyncio.LimitOverrunError:
            raise wire.Malformed("head too long") from None

    def _choose(self, exchange: Exchange, problem) -> Answer:
        try:
            if problem:
                raise problem
            rules.check_framing(exchange.request)
        except rules.Refused as refused:
            self.violations.append(refused.message)
            return self._refusal(exchange, refused)
        try:
            answer = self._routed(exchange)
        except rules.Refused as refused:
            return self._refusal(exchange, refused)
        except Exception as error:  # noqa: BLE001 (a mistake of the script must reach the test, not a log)
            self.violations.append(f"the script failed: {error!r}")
            answer = Failure(500, f"the script failed: {error!r}")
        return answer.render(exchange) if hasattr(answer, "render") else answer

    def _refusal(self, exchange: Exchange, refused: rules.Refused) -> Answer:
        exchange.refused = refused.message
        return Failure(refused.status, refused.message, kind=refused.kind).render(exchange)

    def _routed(self, exchange: Exchange):
        request = exchange.request
        route = (request.method, request.path)
        if request.method == "HEAD":
            return Answer(200 if request.path == "/" else 404, [], [])
        rules.check_credentials(request)
        rules.check_version(request)
        rules.check_betas(request)
        if route in (("POST", "/v1/messages"), ("POST", "/v1/messages/count_tokens")):
            return self._model_call(exchange, "count_tokens" if request.path.endswith("count_tokens") else "messages")
        chosen = self.router(exchange) if self.router else None
        if chosen is not None:
            return chosen
        if route == ("GET", "/v1/models"):
            return json_answer(200, self._model_list())
        if request.method == "GET" and request.path.startswith("/v1/models/"):
            name = urllib.parse.unquote(request.path.removeprefix("/v1/models/"))
            return json_answer(200, model(name)) if name in MODELS else Failure(404, f"model: {name}")
        raise rules.Refused(404, "Not found")

    def _model_call(self, exchange: Exchange, endpoint: str):
        exchange.json = rules.parse(exchange.request)
        if not self.lenient:
            rules.check_messages(endpoint, exchange.request, exchange.json)
        chosen = self.router(exchange) if self.router else None
        if chosen is not None:
            return chosen
        if endpoint == "count_tokens":
            return json_answer(200, {"input_tokens": self.token_count})
        with self._lock:
            if not self._script:
                raise RuntimeError("a request came that the script has no answer for")
            return self._script.pop(0)

    def _model_list(self) -> dict:
        data = [model(name) for name in MODELS]
        return {"data": data, "first_id": MODELS[0], "has_more": False, "last_id": MODELS[-1]}


def model(name: str) -> dict:
    return {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z", "lifecycle": "active"}


class _Sender:
    """Sends one answer, step by step, and stops as soon as the peer has gone."""

    def __init__(self, exchange: Exchange, reader: _Reader, writer: asyncio.StreamWriter):
        self.exchange, self.reader, self.writer = exchange, reader, writer

    async def send(self, answer: Answer, keep: bool):
        exchange = self.exchange
        exchange.status = answer.status
        for step in answer.before:
            await self._step(step, chunked=False)
        if answer.framing != "raw":
            exchange.answer_headers = self._headers(answer, keep)
            head = f"HTTP/1.1 {answer.status} {_reason(answer.status)}\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in exchange.answer_headers) + "\r\n"
            await self._write(head.encode("latin-1"))
        for step in answer.steps:
            await self._step(step, answer.framing == "chunked", counted=answer.framing != "raw")
        if answer.framing == "chunked":
            await self._write(b"0\r\n\r\n")
        exchange.answered = True

    def _headers(self, answer: Answer, keep: bool) -> list[tuple[str, str]]:
        exchange = self.exchange
        headers = [("date", "Sat, 01 Aug 2026 00:00:00 GMT"), ("server", "cloudflare")] + list(answer.headers)
        if answer.standard_headers:
            headers += [
                ("request-id", exchange.request_id),
                ("anthropic-organization-id", ORGANIZATION),
                ("anthropic-ratelimit-requests-limit", "4000"),
                ("anthropic-ratelimit-requests-remaining", str(4000 - exchange.number)),
                ("anthropic-ratelimit-requests-reset", "2026-08-01T00:00:01Z"),
                ("anthropic-ratelimit-tokens-limit", "400000"),
                ("anthropic-ratelimit-tokens-remaining", "399000"),
                ("anthropic-ratelimit-tokens-reset", "2026-08-01T00:00:01Z"),
            ]
        if answer.framing == "length":
            headers.append(("content-length", str(len(answer.body()))))
        elif answer.framing == "chunked":
            headers.append(("transfer-encoding", "chunked"))
        if not keep or answer.framing == "close":
            headers.append(("connection", "close"))
        return headers

    async def _step(self, step, chunked: bool, counted: bool = True):
        if isinstance(step, bytes):
            await self._data(step, chunked, counted)
        elif isinstance(step, Wait):
            await self._until_gone(step.seconds)
        elif isinstance(step, Gate):
            await self._race(step.passed())
        elif isinstance(step, Hang):
            await self._until_gone(None)
        elif isinstance(step, Repeat):
            for _ in range(step.count):
                await self._data(step.data, chunked, counted)
                if step.seconds:
                    await self._until_gone(step.seconds)
        elif isinstance(step, Reset):
            self.exchange.cut = True
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
            raise PeerGone
        elif isinstance(step, Close):
            self.exchange.cut = True
            raise PeerGone
        else:
            raise TypeError(f"unknown step {step!r}")

    async def _data(self, data: bytes, chunked: bool, counted: bool):
        if not data:
            return
        if counted:
            self.exchange.sent += data
        await self._write(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)

    async def _write(self, data: bytes):
        if self.reader.gone_at is not None:
            raise PeerGone
        if self.exchange.first_byte_at is None:
            self.exchange.first_byte_at = time.monotonic()
        if len(self.exchange.wire_sent) < 1 << 24:  # floods are not worth keeping
            self.exchange.wire_sent += data
        self.writer.write(data)
        await self._race(self.writer.drain())

    async def _until_gone(self, seconds: float | None):
        try:
            await asyncio.wait_for(self.reader.gone.wait(), seconds)
        except TimeoutError:
            return
        raise PeerGone

    async def _race(self, work):
        task, gone = asyncio.ensure_future(work), asyncio.ensure_future(self.reader.gone.wait())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise PeerGone
            task.result()
        finally:
            task.cancel()
            gone.cancel()


def _reason(status: int) -> str:
    import http

    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return {529: "Site is overloaded"}.get(status, "Unknown")
