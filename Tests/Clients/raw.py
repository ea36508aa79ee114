"""A client that sends exactly the bytes a test wants and reads answers strictly."""

from __future__ import annotations

import json
import socket
import time

import wire

ASK = {"model": "claude-opus-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi"}]}
SECONDS_MAX = 15


def request(
    method: str = "POST",
    target: str = "/v1/messages",
    body: bytes | dict | None = None,
    headers: dict | None = None,
    extra: list[bytes] = (),
    length: bool = True,
) -> bytes:
    """A request with the headers of a plain client; `headers` overrides them (None leaves one out), `extra` adds lines."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    chosen: dict = {"host": "127.0.0.1", "x-api-key": "sk-test", "anthropic-version": "2023-06-01"}
    if body is not None:
        chosen["content-type"] = "application/json"
        if length:
            chosen["content-length"] = str(len(body))
    chosen |= headers or {}
    lines = [f"{method} {target} HTTP/1.1".encode()]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in chosen.items() if value is not None]
    return b"\r\n".join([*lines, *extra]) + b"\r\n\r\n" + (body or b"")


class Raw:
    def __init__(self, port: int, receive_buffer: int | None = None, seconds: float = SECONDS_MAX):
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(seconds)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.feed = wire.Socket(self.sock)

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data: bytes):
        self.sock.sendall(data)

    def read(self, method: str = "POST") -> wire.Message:
        message = wire.Message()
        self.feed.feed(wire.read_response(message, method), message)
        return message

    def ask(self, data: bytes, method: str | None = None) -> wire.Message:
        self.send(data)
        return self.read(method or data.split(b" ")[0].decode("latin-1"))

    def read_some(self, until: bytes) -> bytes:
        """Reads until these bytes have come (within a stream, say); everything read so far is returned."""
        got = self.feed.buffer
        while until not in got:
            piece = self.sock.recv(65536)
            if not piece:
                raise AssertionError(f"the connection ended before {until!r}: {got[-300:]!r}")
            got += piece
        self.feed.buffer = b""
        return got

    def leave(self) -> float:
        """Closes the connection; the time at which that happened."""
        self.sock.close()
        return time.monotonic()

    def closed_by_peer(self, seconds: float = 5) -> bool:
        """Whether the other side ends the connection (with or without a reset) within that time."""
        self.sock.settimeout(seconds)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
