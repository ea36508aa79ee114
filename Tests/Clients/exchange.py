"""One request to the fake and its answer, as the fake saw them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import wire


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
