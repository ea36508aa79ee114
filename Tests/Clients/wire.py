"""HTTP/1.1 messages, read strictly and without doing any input or output.

A reader here is a generator: it yields what it needs next (`Until` a separator, `Exactly` so many bytes, or the
`Rest` of the connection) and is sent those bytes. So the fake server (asyncio), the raw client (blocking sockets) and
the tap (bytes recorded earlier) share one parser, and it can be as strict as we like: a gateway that forwards
something sloppy is found out here and not by a library that quietly repairs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HEAD_BYTES_MAX = 256 * 1024  # far above any real client's; only stops a runaway peer
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")
BODYLESS_STATUS = {204, 304}


class Malformed(Exception):
    """The peer broke the rules of HTTP/1.1 framing; the connection cannot be used any further."""


@dataclass(frozen=True)
class Until:
    separator: bytes
    limit: int = HEAD_BYTES_MAX


@dataclass(frozen=True)
class Exactly:
    count: int


@dataclass(frozen=True)
class Rest:
    pass


@dataclass
class Message:
    """A request or an answer. Filled while it is read, so that a broken one still shows what had arrived."""

    start: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    raw: bytearray = field(default_factory=bytearray)
    complete: bool = False

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str, default: str = "") -> str:
        values = self.all(name)
        return values[0] if values else default

    @property
    def method(self) -> str:
        return self.start.split(" ")[0]

    @property
    def target(self) -> str:
        return self.start.split(" ")[1]

    @property
    def path(self) -> str:
        return self.target.split("?")[0]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1]) if self.start else 0  # 0: no answer came


def read_request(message: Message, on_head=None):
    """Reads one request into `message`. `on_head` is called between head and body (to answer `Expect`)."""
    yield from _read_head(message)
    if not re.fullmatch(r"[A-Z]+ [\x21-\x7e]+ HTTP/1\.1", message.start):
        raise Malformed(f"bad request line {message.start[:80]!r}")
    if len(message.all("host")) != 1:
        raise Malformed("a request needs exactly one Host")
    if on_head:
        on_head(message)
    lengths, codings = message.all("content-length"), message.all("transfer-encoding")
    if codings:
        yield from _read_chunks(message)
    elif lengths:
        yield from _read_length(message, lengths[0])
    message.complete = True


def read_response(message: Message, method: str = "GET"):
    """Reads one final answer to a `method` request into `message`; interim 1xx answers are skipped."""
    while True:
        message.headers = []
        yield from _read_head(message)
        if not re.fullmatch(r"HTTP/1\.1 [1-5][0-9][0-9] [\t\x20-\x7e]*", message.start):
            raise Malformed(f"bad status line {message.start[:80]!r}")
        if message.status >= 200:
            break
    lengths, codings = message.all("content-length"), message.all("transfer-encoding")
    if method == "HEAD" or message.status in BODYLESS_STATUS:
        pass
    elif codings:
        yield from _read_chunks(message)
    elif lengths:
        yield from _read_length(message, lengths[0])
    else:
        message.body = yield Rest()
    message.complete = True


def _read_head(message: Message):
    block = (yield Until(b"\r\n\r\n"))[:-4]
    text = block.decode("latin-1")
    lines = text.split("\r\n")
    message.start = lines[0]
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.match(name):
            raise Malformed(f"bad header line {line[:80]!r}")
        value = value.strip(" \t")
        if not FIELD_VALUE.match(value):
            raise Malformed(f"bad byte in the value of {name}")
        message.headers.append((name, value))
    lengths, codings = message.all("content-length"), message.all("transfer-encoding")
    if len(lengths) > 1 or len(codings) > 1 or (lengths and codings):
        raise Malformed("ambiguous body length")
    if codings and codings[0].lower() != "chunked":
        raise Malformed(f"unknown transfer coding {codings[0]!r}")


def _read_length(message: Message, text: str):
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Malformed(f"bad content-length {text!r}")
    message.body = yield Exactly(int(text))


def _read_chunks(message: Message):
    body = bytearray()
    while True:
        line = (yield Until(b"\r\n", 1024))[:-2].decode("latin-1")
        size = line.split(";")[0]
        if not re.fullmatch(r"[0-9A-Fa-f]{1,15}", size):
            raise Malformed(f"bad chunk size {line[:40]!r}")
        count = int(size, 16)
        if count == 0:
            break
        body += yield Exactly(count)
        message.body = bytes(body)
        if (yield Exactly(2)) != b"\r\n":
            raise Malformed("chunk data is longer than its size says")
    while (yield Until(b"\r\n")) != b"\r\n":
        pass  # trailers


class Recorded:
    """Feeds a reader from bytes that were recorded earlier."""

    def __init__(self, data: bytes):
        self.data = data
        self.position = 0

    @property
    def exhausted(self) -> bool:
        return self.position >= len(self.data)

    def _take(self, end: int) -> bytes:
        piece = self.data[self.position : end]
        self.position = end
        return piece

    def feed(self, reader, message: Message) -> bool:
        """Runs `reader`; False when the bytes end before the message does (what had come is in `message`)."""
        try:
            need = next(reader)
            while True:
                if isinstance(need, Rest):
                    piece = self._take(len(self.data))
                elif isinstance(need, Exactly):
                    if self.position + need.count > len(self.data):
                        message.body += self._take(len(self.data))
                        return False
                    piece = self._take(self.position + need.count)
                else:
                    end = self.data.find(need.separator, self.position)
                    if end < 0:
                        self._take(len(self.data))
                        return False
                    piece = self._take(end + len(need.separator))
                message.raw += piece
                need = reader.send(piece)
        except StopIteration:
            return True


class Socket:
    """Feeds a reader from a blocking socket. What came with the last message and is not its own is kept."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def _more(self) -> bool:
        piece = self.sock.recv(65536)
        self.buffer += piece
        return bool(piece)

    def feed(self, reader, message: Message) -> bool:
        """Runs `reader`; False when the peer ends the connection before the message is complete."""
        try:
            need = next(reader)
            while True:
                piece = self._piece(need)
                if piece is None:
                    message.body += self.buffer
                    self.buffer = b""
                    return False
                message.raw += piece
                need = reader.send(piece)
        except StopIteration:
            return True

    def _piece(self, need) -> bytes | None:
        while True:
            if isinstance(need, Exactly):
                end = need.count if len(self.buffer) >= need.count else -1
            elif isinstance(need, Until):
                found = self.buffer.find(need.separator)
                end = found + len(need.separator) if found >= 0 else -1
                if end < 0 and len(self.buffer) > need.limit:
                    raise Malformed(f"no {need.separator!r} within {need.limit} bytes")
            else:
                end = -1
            if end >= 0:
                piece, self.buffer = self.buffer[:end], self.buffer[end:]
                return piece
            try:
                alive = self._more()
            except ConnectionResetError:
                alive = False
            if not alive:
                if isinstance(need, Rest):
                    piece, self.buffer = self.buffer, b""
                    return piece
                return None
