"""How the fake sends an answer: step by step, each byte noted, and no further once the peer has gone."""

from __future__ import annotations

import asyncio
import http
import socket
import struct
import time

from answers import Answer, Close, Gate, Hang, Repeat, Reset, Wait
from exchange import Exchange

ORGANIZATION = "00000000-fake-4000-8000-000000000000"
KEPT_BYTES_MAX = 1 << 24  # what a flood sends beyond this is not worth keeping


class PeerGone(Exception):
    """The connection is over: the peer left, or the script ended it."""


class Sender:
    """Sends one answer, step by step, and stops as soon as the peer has gone."""

    def __init__(self, exchange: Exchange, reader, writer: asyncio.StreamWriter):
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
        if len(self.exchange.wire_sent) < KEPT_BYTES_MAX:
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
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return {529: "Site is overloaded"}.get(status, "Unknown")
