"""HTTP towards the client: framing that cannot be misread, limits, clients that leave. Docstrings quote the issue."""

from __future__ import annotations

import json
import threading
import time
import unittest

from answers import Close, Gate, Hang, Repeat, Reply, Wait, json_answer, stream, text
from gateway import STREAM, GatewayTest
from raw import ASK, request

BODY = json.dumps(ASK).encode()
HEAD = b"POST /v1/messages HTTP/1.1\r\n"
COMMON = b"x-api-key: sk-test\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\n"
HOST = b"host: 127.0.0.1\r\n"
LENGTH = b"content-length: %d\r\n" % len(BODY)
CHUNKED = b"transfer-encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


def shaped(lines: bytes, body: bytes = BODY, head: bytes = HEAD, host: bytes = HOST) -> bytes:
    return head + host + COMMON + lines + b"\r\n" + body


SMUGGLING = {
    "two content lengths": shaped(LENGTH + b"content-length: 5\r\n"),
    "two equal content lengths": shaped(LENGTH + LENGTH),
    "a list of content lengths": shaped(b"content-length: %d, %d\r\n" % (len(BODY), len(BODY))),
    "CL and TE": shaped(LENGTH + CHUNKED, CHUNKS),
    "TE and CL": shaped(CHUNKED + b"content-length: 4\r\n", CHUNKS),
    "two transfer codings": shaped(CHUNKED + b"transfer-encoding: identity\r\n", CHUNKS),
    "an unknown coding": shaped(b"transfer-encoding: xchunked\r\n", CHUNKS),
    "chunked twice": shaped(b"transfer-encoding: chunked, chunked\r\n", CHUNKS),
    "a disguised coding": shaped(b"transfer-encoding:\x0bchunked\r\n", CHUNKS),
    "a negative length": shaped(b"content-length: -1\r\n"),
    "a length with a plus": shaped(b"content-length: +%d\r\n" % len(BODY)),
    "a hexadecimal length": shaped(b"content-length: 0x10\r\n"),
    "a length beyond 64 bits": shaped(b"content-length: 18446744073709551617\r\n"),
    "obs-fold": shaped(LENGTH + b"x-a: 1\r\n two\r\n"),
    "a fold at the start": shaped(b"", head=HEAD + b" x: 1\r\n"),
    "NUL in a value": shaped(LENGTH + b"x-a: a\x00b\r\n"),
    "NUL in a name": shaped(LENGTH + b"x\x00a: b\r\n"),
    "NUL in the target": shaped(LENGTH, head=b"POST /v1/mess\x00ages HTTP/1.1\r\n"),
    "bare CR in a value": shaped(LENGTH + b"x-a: a\rb: c\r\n"),
    "bare CR as an end of line": shaped(LENGTH + b"x-a: a\rcontent-length: 3\r\n"),
    "space before the colon": shaped(b"content-length : %d\r\n" % len(BODY)),
    "no colon": shaped(LENGTH + b"nonsense\r\n"),
    "an empty name": shaped(LENGTH + b": value\r\n"),
    "no Host": shaped(LENGTH, host=b""),
    "two Hosts": shaped(LENGTH, host=HOST + HOST),
    "another version": shaped(LENGTH, head=b"POST /v1/messages HTTP/9.9\r\n"),
    "no version": shaped(LENGTH, head=b"POST /v1/messages\r\n"),
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n",
}
BAD_CHUNKS = {
    "a chunk size that is no number": b"xyz\r\nabc\r\n0\r\n\r\n",
    "a negative chunk size": b"-1\r\nabc\r\n0\r\n\r\n",
    "a chunk size with 0x": b"0x3\r\nabc\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": b"10000000000000003\r\nabc\r\n0\r\n\r\n",
    "a chunk longer than its size": b"3\r\nabcdef\r\n0\r\n\r\n",
    "a bare LF after the size": b"3\nabc\r\n0\r\n\r\n",
    "an empty chunk size": b"\r\nabc\r\n0\r\n\r\n",
}


class Smuggling(GatewayTest):
    def refused(self, data: bytes, statuses=(400, 505)):
        raw = self.raw(self.sidecar)
        raw.send(data + request("GET", "/v1/smuggled"))
        answer = raw.read()
        self.assertIn(answer.status, statuses, answer.body)
        self.assertTrue(raw.closed_by_peer(), "the connection stayed open")
        self.assertEqual(self.fake.exchanges, [], "something reached the API")

    def test_heads(self):
        """ "Request smuggling shapes (two content lengths, CL+TE, bad chunks, obs-fold, NUL) get 400 and a closed connection\""""
        self.sidecar = self.start()
        for name, data in SMUGGLING.items():
            with self.subTest(shape=name):
                self.refused(data)

    def test_chunks(self):
        """ "bad chunks … get 400 and a closed connection\""""
        self.sidecar = self.start()
        for name, chunks in BAD_CHUNKS.items():
            with self.subTest(shape=name):
                self.refused(shaped(CHUNKED, chunks))

    def test_absolute_target(self):
        """An absolute target (RFC 9112, 3.2.2) is a path or an error, and never a way to another host"""
        self.sidecar = self.start()
        self.refused(shaped(LENGTH, head=b"POST http://evil.example/v1/messages HTTP/1.1\r\n"), (400, 403, 421))
        self.fake.answer(Reply([text("ok")]))
        own = b"POST http://127.0.0.1:%d/v1/messages HTTP/1.1\r\n" % self.sidecar.port
        with self.subTest(target="own"):
            answer = self.raw(self.sidecar).ask(shaped(LENGTH, head=own))
            self.assertIn(answer.status, (200, 400))
            self.assertTrue(all(e.request.target == "/v1/messages" for e in self.fake.exchanges))

    def test_huge_head(self):
        """ "Limits, each a named constant and a configuration key: header bytes\""""
        self.sidecar = self.start({"limits": {"header_bytes": 8192}})
        for lines in (b"x-a: " + b"a" * 20_000 + b"\r\n", b"".join(b"x-%d: 1\r\n" % n for n in range(5000))):
            self.refused(shaped(LENGTH + lines), (400, 431))


class Framing(GatewayTest):
    def test_expect_continue(self):
        """`Expect: 100-continue` is answered before the body comes"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        raw = self.raw(sidecar)
        raw.send(shaped(LENGTH + b"expect: 100-continue\r\n", b""))
        self.assertTrue(raw.read_some(b"\r\n\r\n").startswith(b"HTTP/1.1 100"))
        self.assertEqual(raw.ask(BODY, "POST").status, 200)

    def test_pipelined(self):
        """Requests that come in one piece are answered one by one, in their order"""
        sidecar = self.start()

        def route(exchange):
            number = exchange.json["messages"][0]["content"]
            slow = Reply([text(f"answer {number}")]).render(exchange)
            slow.before = [Wait(0.3 if number == "0" else 0)]
            return slow

        self.fake.router = route
        raw = self.raw(sidecar)
        asked = [ASK | {"messages": [{"role": "user", "content": str(number)}]} for number in range(4)]
        raw.send(b"".join(request(body=body) for body in asked))
        for number in range(4):
            self.assertEqual(json.loads(raw.read().body)["content"][0]["text"], f"answer {number}")

    def test_bytes_one_by_one(self):
        """A request that arrives byte by byte is the same request"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        raw = self.raw(sidecar)
        for byte in request(body=ASK):
            raw.send(bytes([byte]))
        self.assertEqual(raw.read().status, 200)
        self.assertEqual(self.fake.exchanges[0].request.body, BODY)

    def test_keep_alive(self):
        """One connection serves many requests; `Connection: close` ends it"""
        sidecar = self.start()
        raw = self.raw(sidecar)
        for _ in range(20):
            self.fake.answer(Reply([text("ok")]))
            self.assertEqual(raw.ask(request(body=ASK)).status, 200)
        self.assertLessEqual(self.fake.connections, 2, 'the upstream\'s connection is kept too ("keep-alive pool")')
        self.fake.answer(Reply([text("ok")]))
        self.assertEqual(raw.ask(request(body=ASK, headers={"connection": "close"})).status, 200)
        self.assertTrue(raw.closed_by_peer())

    def test_stale_upstream_connection(self):
        """A kept connection that the upstream has closed meanwhile is no error for the client"""
        sidecar = self.start()
        raw = self.raw(sidecar)
        for _ in range(3):
            whole = json_answer(200, {"ok": True})
            whole.steps.append(Close())  # after a whole answer, and unannounced
            self.fake.answer(whole)
            self.assertEqual(raw.ask(request(body=ASK)).status, 200)
            self.assertTrue(self.fake.exchanges[-1].settled.wait(5))

    def test_slow_header(self):
        """ "Limits …: header time": a client that sends a byte now and then does not hold a connection"""
        sidecar = self.start({"limits": {"header_time": "500ms"}})
        for trickle in (False, True):
            with self.subTest(trickle=trickle):
                raw = self.raw(sidecar)
                raw.send(HEAD + HOST)
                started = time.monotonic()
                closed = self.closed_while_dripping(raw) if trickle else raw.closed_by_peer(5)
                self.assertTrue(closed, "the connection was still open after 5 s")
                self.assertGreater(time.monotonic() - started, 0.4)

    def closed_while_dripping(self, raw) -> bool:
        stop = threading.Event()

        def drip():
            while not stop.wait(0.1):
                try:
                    raw.send(b"x")
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        try:
            return raw.closed_by_peer(5)
        finally:
            stop.set()

    def test_idle_connection(self):
        """ "Limits …: idle time\""""
        sidecar = self.start({"limits": {"idle_time": "500ms"}})
        self.fake.answer(Reply([text("ok")]))
        raw = self.raw(sidecar)
        self.assertEqual(raw.ask(request(body=ASK)).status, 200)
        self.assertTrue(raw.closed_by_peer(5))
        stuck = self.raw(sidecar)
        stuck.send(shaped(LENGTH, BODY[:10]))
        self.assertTrue(stuck.closed_by_peer(5), "a body that stops coming")

    def test_connection_limit(self):
        """ "Limits …: connections": beyond it nobody is served, and below it again somebody is"""
        sidecar = self.start({"limits": {"connections": 8}})
        first = self.raw(sidecar)
        deadline = time.monotonic() + 5
        # The connection that found out whether the sidecar is up may not have been seen to end yet.
        while b"sidecar_connections_open 1\n" not in first.ask(request("GET", "/metrics")).body:
            self.assertLess(time.monotonic(), deadline, "a connection that has ended is still counted")
        crowd = [first] + [self.raw(sidecar) for _ in range(7)]
        for raw in crowd:
            self.assertEqual(raw.ask(request("GET", "/livez")).status, 200)
        try:
            extra = self.raw(sidecar, seconds=1)
            extra.send(request("GET", "/livez"))
            served = extra.read("GET").status == 200
        except (TimeoutError, ConnectionError):
            served = False
        self.assertFalse(served)
        for raw in crowd:
            raw.leave()
        deadline = time.monotonic() + 5
        while True:
            try:
                if self.get(sidecar, "/livez").status == 200:
                    break
            except OSError:
                pass
            self.assertLess(time.monotonic(), deadline, "nobody is served any more")


class Leaving(GatewayTest):
    def test_while_waiting(self):
        """ "A client that leaves is noticed within 50 ms even while we wait for the upstream, and the upstream request is aborted\""""
        sidecar = self.start()
        for body in (ASK, STREAM):
            gate = Gate()
            answer = stream([Hang()])
            answer.before = [gate]
            self.fake.answer(answer)
            raw = self.raw(sidecar)
            raw.send(request(body=body))
            self.assertTrue(gate.reached.wait(10))
            self.assertClosedSoon(self.fake.exchanges[-1], raw.leave())

    def test_in_a_stream(self):
        """ "A client that leaves is noticed within 50 ms …": in the middle of a stream, silent or not"""
        sidecar = self.start()
        for silent in (True, False):

            def route(exchange, silent=silent):
                begun = Reply([text("long")]).events(exchange)[:4]
                return stream([*begun, Hang() if silent else Repeat(begun[-1], seconds=0.02)])

            self.fake.router = route
            raw = self.raw(sidecar)
            raw.send(request(body=STREAM))
            raw.read_some(b"content_block_delta")
            self.assertClosedSoon(self.fake.exchanges[-1], raw.leave())

    def test_with_requests_waiting(self):
        """A client that pipelines and leaves is noticed as well"""
        sidecar = self.start()
        gate = Gate()
        answer = stream([Hang()])
        answer.before = [gate]
        self.fake.answer(answer)
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM) + request("GET", "/livez"))
        self.assertTrue(gate.reached.wait(10))
        self.assertClosedSoon(self.fake.exchanges[-1], raw.leave())

    def test_others_go_on(self):
        """One client's leaving is nobody else's business"""
        sidecar = self.start()
        gate = Gate()
        self.fake.router = lambda e: stream(
            [*Reply([text("x")]).events(e)[:4], gate, *Reply([text("x")]).events(e)[4:]]
        )
        first, second = self.raw(sidecar), self.raw(sidecar)
        for raw in (first, second):
            raw.send(request(body=STREAM))
        self.fake.wait_for(2)
        first.leave()
        time.sleep(0.2)
        gate.open()
        answer = second.read()
        self.assertTrue(answer.complete)
        self.assertIn(b"message_stop", answer.body)

    def test_slow_client(self):
        """ "Streaming both ways with back-pressure": a client that does not read does not fill the sidecar's memory"""
        sidecar = self.start()
        piece = b"event: content_block_delta\ndata: " + b"x" * 65_000 + b"\n\n"
        self.fake.answer(stream([Repeat(piece, 8000)]))  # 520 MB, were it all taken
        raw = self.raw(sidecar, receive_buffer=16_384)
        raw.send(request(body=STREAM))
        exchange = self.fake.wait_for(1)
        before, sent = sidecar.resident_bytes(), -1
        deadline = time.monotonic() + 20
        while len(exchange.sent) != sent and time.monotonic() < deadline:
            sent = len(exchange.sent)
            time.sleep(0.5)
        self.assertLess(sent, 100 << 20, "the upstream was never slowed down")
        self.assertLess(sidecar.resident_bytes() - before, 24 << 20)
        self.assertEqual(self.get(sidecar, "/livez").status, 200, "others are served meanwhile")
        raw.leave()

    def test_descriptors_come_back(self):
        """ "half of the clients leaving midway … leave descriptors … where they were", in small"""
        import os

        sidecar = self.start()
        self.fake.router = lambda e: stream([*Reply([text("x")]).events(e)[:4], Hang() if e.number % 2 else Wait(0)])

        def descriptors():
            return len(os.listdir(f"/proc/{sidecar.process.pid}/fd"))

        def round_trip(count):
            for _ in range(count):
                raw = self.raw(sidecar)
                raw.send(request(body=STREAM))
                raw.read_some(b"content_block_delta")
                raw.leave()

        round_trip(10)
        before = descriptors()
        round_trip(200)
        deadline = time.monotonic() + 5
        while descriptors() > before + 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLessEqual(descriptors(), before + 8)


if __name__ == "__main__":
    unittest.main()
