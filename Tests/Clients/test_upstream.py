"""What the gateway makes of an upstream that misbehaves. Docstrings quote the issue."""

from __future__ import annotations

import json
import pathlib
import ssl
import subprocess
import tempfile
import time
import unittest

from answers import (
    Answer, Close, Gate, Hang, Repeat, Reply, Reset, Wait, error_event, gzipped, html_page, json_answer, stream, text,
)  # fmt: skip
from fake_anthropic import FakeAnthropic
from gateway import STREAM, GatewayTest
from raw import ASK, request
from sidecar import Sidecar, free_port, to_fake

SETTLE = Wait(0.3)


class Unreachable(GatewayTest):
    def test_refused(self):
        """ "Upstream unreachable: 502/529-class error that says which provider, what was tried and how long\""""
        port = free_port()
        sidecar = self.start(
            {"providers": {"anthropic": {"type": "anthropic", "base_url": f"http://127.0.0.1:{port}"}}}
        )
        for body in (ASK, STREAM):
            answer = self.ask(sidecar, body=body)
            self.assertIn(answer.status, (502, 503, 529))
            message = json.loads(answer.body)["error"]["message"]
            for part in ("anthropic", f"127.0.0.1:{port}", "ms"):
                self.assertIn(part, message)

    def test_no_such_host(self):
        """"Upstream unreachable …": a name that does not resolve (whether or not there is a resolver)"""
        providers = {"anthropic": {"type": "anthropic", "base_url": "http://no-such-host.invalid"}}
        sidecar = self.start({"providers": providers, "upstream": {"connect_time": "2s"}})
        answer = self.ask(sidecar)
        self.assertIn(answer.status, (502, 503, 529))
        self.assertIn("no-such-host.invalid", json.loads(answer.body)["error"]["message"])

    def test_first_byte_time(self):
        """ "connect/first-byte/idle time limits": an upstream that never answers"""
        sidecar = self.start({"upstream": {"first_byte_time": "500ms"}})
        silent = stream([])
        silent.before = [Hang()]
        self.fake.answer(silent)
        started = time.monotonic()
        answer = self.ask(sidecar)
        self.assertIn(answer.status, (502, 504, 529))
        self.assertIn("anthropic", json.loads(answer.body)["error"]["message"])
        self.assertLess(time.monotonic() - started, 5)
        self.assertTrue(self.fake.exchanges[0].closed.wait(5), "the upstream's request is given up too")

    def test_idle_time(self):
        """ "connect/first-byte/idle time limits": a stream that stops must not look finished"""
        sidecar = self.start({"upstream": {"idle_time": "700ms"}})
        self.fake.router = lambda e: stream([*Reply([text("x")]).events(e)[:4], Hang()])
        answer = self.ask(sidecar, body=STREAM)
        self.assertEqual(answer.status, 200)
        self.assertTrue(not answer.complete or b"event: error" in answer.body, "it ended as if it were whole")
        self.assertNotIn(b"message_stop", answer.body)


class Garbage(GatewayTest):
    def assertClear(self, answer):
        """ "a clear error, never a crash, never an endless wait\""""
        self.assertGreaterEqual(answer.status, 500)
        self.assertEqual(answer.header("content-type").split(";")[0], "application/json", answer.body)
        envelope = json.loads(answer.body)
        self.assertEqual(envelope["type"], "error")
        self.assertIn("anthropic", envelope["error"]["message"])

    def test_no_http(self):
        """ "Upstream garbage …": bytes that are no HTTP"""
        sidecar = self.start()
        for data in (b"\x00\x01\x02\xff" * 100, b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\r\n\r\n\r\n"):
            with self.subTest(data=data[:10]):
                self.fake.answer(Answer(framing="raw", steps=[data, Wait(0.1), Close()]))
                self.assertClear(self.ask(sidecar))

    def test_nothing(self):
        """ "Upstream garbage …": a connection that ends without an answer, or is reset"""
        sidecar = self.start()
        for end in (Close(), Reset()):
            # A client may ask a second time on a fresh connection when a kept one fails before any byte.
            self.fake.router = lambda e, end=end: Answer(framing="raw", steps=[end])
            self.assertClear(self.ask(sidecar))

    def test_endless_headers(self):
        """ "endless headers\""""
        sidecar = self.start()
        self.fake.answer(
            Answer(framing="raw", steps=[b"HTTP/1.1 200 OK\r\n", Repeat(b"x-a: " + b"b" * 1000 + b"\r\n")])
        )
        before = sidecar.resident_bytes()
        self.assertClear(self.ask(sidecar))
        self.assertLess(sidecar.resident_bytes() - before, 32 << 20)
        self.assertTrue(self.fake.exchanges[0].closed.wait(5))

    def test_html_page(self):
        """ "HTML error page": an error's body reaches the client with its wording (contract section 3), and its status"""
        sidecar = self.start()
        self.fake.answer(html_page(502), html_page(503))
        for status in (502, 503):
            answer = self.ask(sidecar)
            self.assertEqual(answer.status, status)
            self.assertIn("502 Bad Gateway", answer.body.decode())

    def test_wrong_content_type(self):
        """"wrong content type": a clear error, or the very bytes (a stream's client looks at the events alone)"""
        sidecar = self.start()

        def route(exchange):
            answer = Reply([text("hello")]).render(exchange)
            answer.headers[0] = ("content-type", "text/plain")
            return answer

        self.fake.router = route
        for body in (ASK, STREAM):
            answer = self.ask(sidecar, body=body)
            if answer.status == 200:
                self.assertEqual(answer.body, bytes(self.fake.exchanges[-1].sent))
            else:
                self.assertClear(answer)

    def test_half_a_json(self):
        """ "half a JSON": a body shorter than its length must not look whole"""
        sidecar = self.start()
        half = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id": "msg'
        self.fake.answer(Answer(framing="raw", steps=[half, SETTLE, Close()]))
        answer = self.ask(sidecar)
        if answer.status == 200:
            self.assertFalse(answer.complete, "half an answer was passed on as a whole one")
        else:
            self.assertClear(answer)

    def test_broken_streams(self):
        """ "a broken stream": half an event, a bad chunk, a reset: what came is passed on, and it does not look whole"""
        sidecar = self.start()
        begun = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        event = b"event: ping\ndata: {}\n\n"
        whole = b"%x\r\n%s\r\n" % (len(event), event)
        for name, tail in {"half an event": b"10\r\nevent: pi", "a bad chunk": b"zz\r\n", "no end": b""}.items():
            for end in (Close(), Reset()):
                with self.subTest(tail=name, end=type(end).__name__):
                    self.fake.answer(Answer(framing="raw", steps=[begun + whole + tail, SETTLE, end]))
                    answer = self.ask(sidecar, body=STREAM)
                    self.assertEqual(answer.status, 200)
                    self.assertTrue(answer.body.startswith(event), answer.body)
                    self.assertTrue(
                        not answer.complete or b"event: error" in answer.body, "it ended as if it were whole"
                    )

    def test_error_event(self):
        """ "error bodies unmodified": an error event inside a stream is passed on as it is"""
        sidecar = self.start()
        self.fake.router = lambda e: stream(
            [*Reply([text("x")]).events(e)[:3], error_event("overloaded_error", "Overloaded é")]
        )
        answer = self.ask(sidecar, body=STREAM)
        self.assertEqual((answer.body, answer.complete), (bytes(self.fake.exchanges[0].sent), True))

    def test_smuggled_answers(self):
        """Two lengths in an answer: an error, and the connection is not used again"""
        sidecar = self.start()
        for lines in (b"content-length: 5\r\ncontent-length: 9\r\n", b"content-length: -5\r\n"):
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + lines + b"\r\n"
            self.fake.answer(Answer(framing="raw", steps=[head + b'{"a":1234567}', SETTLE, Close()]))
            answer = self.ask(sidecar)
            self.assertTrue(answer.status >= 500 or not answer.complete, answer.body)


class Coding(GatewayTest):
    def test_gzip(self):
        """ "compressed answers decoded (never passed on with a stale header)" (pain 23)"""
        sidecar = self.start()
        self.fake.router = lambda e: gzipped(Reply([text("squeezed " * 500)]).render(e))
        for body in (ASK, STREAM):
            answer = self.ask(sidecar, body=body, headers={"accept-encoding": "gzip, deflate, br, zstd"})
            self.assertEqual((answer.status, answer.complete), (200, True))
            self.assertEqual(answer.header("content-encoding"), "")
            self.assertIn(b"squeezed squeezed", answer.body)
            if answer.header("content-length"):
                self.assertEqual(int(answer.header("content-length")), len(answer.body))

    def test_gzip_is_not_buffered(self):
        """ "Streaming both ways": a compressed stream is decoded event by event"""
        sidecar = self.start()
        gate = Gate()
        self.fake.router = lambda e: gzipped(stream([*Reply([text("x")]).events(e)[:3], gate]))
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        raw.read_some(b"content_block_start")
        gate.open()

    def test_broken_gzip(self):
        """ "Upstream garbage": a body that says gzip and is not"""
        sidecar = self.start()
        self.fake.answer(
            Answer(200, [("content-type", "application/json"), ("content-encoding", "gzip")], [b"not gzip at all"])
        )
        answer = self.ask(sidecar)
        self.assertTrue(answer.status >= 500 or not answer.complete, (answer.status, answer.body))

    def test_gzipped_error(self):
        """ "error bodies unmodified": a compressed one too, decoded (pain 23)"""
        sidecar = self.start()
        self.fake.answer(
            gzipped(json_answer(400, {"type": "error", "error": {"type": "invalid_request_error", "message": "why"}}))
        )
        answer = self.ask(sidecar)
        self.assertEqual((answer.status, json.loads(answer.body)["error"]["message"]), (400, "why"))

    def test_redirects_not_followed(self):
        """ "redirects never followed with credentials\""""
        sidecar = self.start()
        with FakeAnthropic() as other:
            for status in (301, 302, 307, 308):
                self.fake.answer(Answer(status, [("location", other.url + "/v1/messages")], [b""]))
                answer = self.ask(sidecar)
                self.assertNotIn(answer.status, (200,))
            self.assertEqual(other.exchanges, [])


class Silence(GatewayTest):
    def test_keep_alive_events(self):
        """ "Streams never idle silently: when the upstream is quiet for 10 s the client gets what … keeps it alive"

        With the time set to 300 ms. What is added must be invisible: comments, ping events, or an empty delta of a text
        block that is open; taken away again, the stream is the upstream's, byte for byte.
        """
        sidecar = self.start({"streams": {"keep_alive": "300ms", "keep_alive_interval": "300ms"}})
        gate = Gate()

        def route(exchange):
            events = Reply([text("quiet now")]).events(exchange)
            return stream([*events[:4], gate, *events[4:]])

        self.fake.router = route
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        got = raw.read_some(b"content_block_delta")
        got = got[got.index(b"event: content_block_delta") :]
        self.assertTrue(gate.reached.wait(5))
        raw.sock.settimeout(5)
        extra = raw.sock.recv(65536)  # a sign of life, though the upstream is silent
        self.assertTrue(extra)
        self.assertTrue(b"ping" in extra or b"\n:" in extra or b'"text":""' in extra, extra)
        gate.open()
        self.assertTrue(raw.read_some(b"message_stop"))

    def test_no_sign_inside_an_event(self):
        """Signs of life come between events only: half an event of the upstream is not torn apart"""
        sidecar = self.start({"streams": {"keep_alive": "200ms", "keep_alive_interval": "200ms"}})
        gate = Gate()

        def route(exchange):
            events = Reply([text("torn?", 1)]).events(exchange)
            return stream([*events[:3], events[3][:30], gate, events[3][30:], *events[4:]])

        self.fake.router = route
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        self.assertTrue(gate.reached.wait(5))
        time.sleep(1)
        gate.open()
        answer = raw.read()
        self.assertIn(b'"text":"torn?"', answer.body)
        sent = bytes(self.fake.exchanges[0].sent)
        for event in sent.split(b"\n\n"):
            self.assertIn(event, answer.body)


class TLS(GatewayTest):
    def test_own_ca_file(self):
        """ "own CA file": trusted with it, refused without"""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        made = subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                folder / "key.pem",
                "-out",
                folder / "ca.pem",
            ],
            capture_output=True,
            text=True,
            timeout=30,
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
        with FakeAnthropic(tls=context) as fake:
            fake.answer(Reply([text("secret")]))
            for trusted in (False, True):
                configuration = to_fake(fake, **({"ca_file": str(folder / "ca.pem")} if trusted else {}))
                with Sidecar(configuration) as sidecar:
                    answer = self.ask(sidecar)
                    if trusted:
                        self.assertEqual(answer.status, 200, answer.body)
                    else:
                        self.assertIn(answer.status, (502, 503, 529))
                        self.assertIn("certificate", json.loads(answer.body)["error"]["message"].lower())
                        self.assertEqual(fake.exchanges, [])


if __name__ == "__main__":
    unittest.main()
