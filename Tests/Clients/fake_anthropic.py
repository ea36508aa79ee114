"""A strict fake of the Anthropic API on loopback.

It refuses what the documented API refuses (rules.py, shapes.py), in the API's own envelope; it answers what the test
put into its script (answers.py); and it keeps every request and every byte it answered. It runs on a thread of its
own; everything a test touches is safe to use from the test's thread.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
import urllib.parse

import rules
import wire
from answers import Answer, Failure, json_answer
from exchange import Exchange
from sending import PeerGone, Sender

MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-4-5"]
READ_LIMIT = 1 << 20


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
            self._protocol, "127.0.0.1", self._port, ssl=self._tls, backlog=256, reuse_address=True
        )
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
            await Sender(exchange, reader, writer).send(answer, keep)
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
    return {
        "type": "model",
        "id": name,
        "display_name": name,
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": "active",
    }
