"""A TCP pass-through on loopback that records both directions and changes nothing.

In front of the sidecar it shows what the client really sent and saw. Alone it is the plainest correct "gateway", so
the tests can be proved against it before they are run against the real one.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

import wire

PIECE = 1 << 16


@dataclass
class Connection:
    from_client: bytearray = field(default_factory=bytearray)
    from_server: bytearray = field(default_factory=bytearray)
    client_closed_at: float | None = None
    server_closed_at: float | None = None


@dataclass
class Seen:
    """One request and what came back for it, as the client's side of the connection shows it."""

    request: wire.Message
    response: wire.Message
    # Then its end may be missing, however whole it was on its way.
    client_left_first: bool = False


class Tap:
    def __init__(self, target_port: int):
        self.target_port = target_port
        self.connections: list[Connection] = []

    def __enter__(self) -> Tap:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def to_server(self, piece: bytes) -> bytes:
        """What becomes of bytes of the client: nothing, here. Tests of the checks themselves do otherwise."""
        return piece

    def to_client(self, piece: bytes) -> bytes:
        return piece

    def seen(self) -> list[Seen]:
        return [pair for connection in list(self.connections) for pair in _pairs(connection)]

    async def _serve(self, started: threading.Event):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=PIECE)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _connected(self, reader, writer):
        connection = Connection()
        self.connections.append(connection)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target_port, limit=PIECE)
        except OSError:
            _reset(writer)
            return
        for each in (writer, up_writer):
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def client_closed():
            connection.client_closed_at = connection.client_closed_at or time.monotonic()

        def server_closed():
            connection.server_closed_at = connection.server_closed_at or time.monotonic()

        try:
            await asyncio.gather(
                _pump(reader, up_writer, connection.from_client, client_closed, self.to_server),
                _pump(up_reader, writer, connection.from_server, server_closed, self.to_client),
            )
        except asyncio.CancelledError:
            pass  # the test is over
        writer.close()
        up_writer.close()


async def _pump(reader, writer, record: bytearray, on_end, change):
    try:
        while piece := await reader.read(PIECE):
            record += piece
            writer.write(change(piece))
            await writer.drain()
        on_end()
        if writer.can_write_eof():
            writer.write_eof()
    except ConnectionError:
        on_end()
        _reset(writer)
    except OSError:
        on_end()
    except asyncio.CancelledError:
        writer.transport.abort()


def _reset(writer):
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _pairs(connection: Connection) -> list[Seen]:
    requests, responses = wire.Recorded(bytes(connection.from_client)), wire.Recorded(bytes(connection.from_server))
    left, ended = connection.client_closed_at, connection.server_closed_at
    client_left_first = left is not None and (ended is None or left <= ended)
    pairs = []
    while not requests.exhausted:
        pair = Seen(wire.Message(), wire.Message(), client_left_first)
        requests.feed(wire.read_request(pair.request), pair.request)
        responses.feed(wire.read_response(pair.response, pair.request.method), pair.response)
        pairs.append(pair)
    return pairs
