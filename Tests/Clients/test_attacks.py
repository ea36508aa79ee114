"""Attacks that once worked. Each is named by what it did."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import unittest

from gateway import GatewayTest
from raw import ASK, request
from sidecar import binary, to_fake

PLANTED = "sk-planted-0123456789"


class Attacks(GatewayTest):
    def upstream(self, answer) -> str:
        """An upstream that answers every request with the bytes that `answer` makes of it."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve(connection):
            with connection:
                data = b""
                while piece := connection.recv(65536):
                    data += piece
                    if data.endswith(b"}"):
                        connection.sendall(answer(data))
                        data = b""

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def behind(self, url: str, **more):
        provider = {"type": "anthropic", "base_url": url, "key": PLANTED}
        return self.start({"providers": {"anthropic": provider}, "event_loops": 1, **more})

    def test_usage_that_overflows(self):
        """An upstream's token counts, added up, ended the process"""
        body = b'{"type":"message","usage":{"input_tokens":9223372036854775807,"output_tokens":9223372036854775807}}'
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        sidecar = self.behind(self.upstream(lambda _: head + body))
        for _ in range(4):
            self.assertEqual(self.ask(sidecar).status, 200)
        self.assertEqual(self.get(sidecar, "/metrics").status, 200)

    def test_flood_of_pipelined_requests(self):
        """A client that sends ahead and reads nothing took a gigabyte and kept the others waiting"""
        sidecar = self.start({"event_loops": 1})
        flood = socket.create_connection(("127.0.0.1", sidecar.port))
        self.addCleanup(flood.close)
        flood.settimeout(1)
        many = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000
        sent = 0
        try:
            # It stops by itself: what is not answered is not read.
            while sent < 256 << 20:
                sent += flood.send(many)
        except TimeoutError:
            pass
        self.assertLess(sent, 64 << 20, "the sidecar goes on reading what it cannot answer")
        pages = int(open(f"/proc/{sidecar.process.pid}/statm").read().split()[1])
        self.assertLess(pages * 4096, 64 << 20)
        self.assertEqual(self.get(sidecar, "/livez").status, 200)

    def test_quoted_key(self):
        """An upstream that quotes the key it was sent brought it into errors, the log and /debug"""

        def echo(data: bytes) -> bytes:
            return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(data) + data

        def refuse(_: bytes) -> bytes:
            event = b'event: error\ndata: {"type":"error","error":{"type":"x","message":"bad key %s"}}\n\n' % PLANTED.encode()
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n"
            return head % len(event) + event

        for answer, status in ((echo, 502), (refuse, 200)):
            sidecar = self.behind(self.upstream(answer), debug=True)
            reply = self.ask(sidecar, body=ASK | {"stream": True})
            self.assertEqual(reply.status, status)
            if status == 502:
                self.assertNotIn(PLANTED.encode(), reply.body)
            seen = self.get(sidecar, "/debug/errors/recent").body
            self.assertEqual(len(json.loads(seen)["errors"]), 1)
            self.assertNotIn(PLANTED.encode(), seen)
            self.assertNotIn(PLANTED, sidecar.logged('"path":"/v1/messages"'))

    def test_trace(self):
        """TRACE hands a request back, the configured key included"""
        sidecar = self.start(to_fake(self.fake, key=PLANTED))
        for method in ("TRACE", "TRACK", "CONNECT"):
            answer = self.raw(sidecar).ask(request(method, "/v1/files"))
            self.assertIn(answer.status, (400, 405))
        self.assertEqual(self.fake.exchanges, [])

    def test_closed_standard_streams(self):
        """With its standard streams closed the program ended by a signal, or wrote its log into a client's socket"""
        for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
            done = subprocess.run(["bash", "-c", f'exec "$0" version {closed}', binary()], capture_output=True, timeout=20)
            self.assertIn(done.returncode, (0, 1), closed)


if __name__ == "__main__":
    unittest.main()
