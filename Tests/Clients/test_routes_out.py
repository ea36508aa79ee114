"""The ways out that a clear-text fake on loopback does not show: HTTP/2 with TLS, and proxies. Docstrings quote the issue."""

from __future__ import annotations

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from answers import Reply, text
from gateway import GatewayTest
from raw import ASK, request
from sidecar import Sidecar, free_port, to_fake


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *curve, *names, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return key, cert


class HTTP2(GatewayTest):
    def test_many_at_once(self):
        """ "HTTP/2 where offered": many large requests at once come back whole, over few connections"""
        program = shutil.which("nghttpd")
        self.assertIsNotNone(program, "nghttpd is missing; make test installs it")
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        key, cert = certificate(folder)
        port = free_port()
        # It answers with the body it was sent.
        upstream = subprocess.Popen(
            [program, "--echo-upload", "-d", folder, str(port), key, cert], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.addCleanup(upstream.wait, 10)
        self.addCleanup(upstream.kill)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                self.assertLess(time.monotonic(), deadline, "nghttpd does not listen")
                time.sleep(0.02)
        provider = {"type": "anthropic", "base_url": f"https://127.0.0.1:{port}", "ca_file": str(cert)}
        sidecar = self.start({"providers": {"anthropic": provider}})
        failures = []

        def ask(number: int):
            body = ASK | {"messages": [{"role": "user", "content": f"{number} " + "x" * (number * 9973 % 200_000)}]}
            for _ in range(3):
                answer = self.raw(sidecar).ask(request(body=body))
                if answer.status != 200 or json.loads(answer.body) != body:
                    failures.append((number, answer.status, answer.body[:200]))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(failures, [])


class Proxies(GatewayTest):
    def proxy(self) -> tuple[int, list[bytes]]:
        """A proxy that answers every request itself, and the first lines of what it was asked."""
        seen: list[bytes] = []
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    data = b""
                    while not data.endswith(b"}"):
                        piece = connection.recv(65536)
                        if not piece:
                            break
                        data += piece
                    seen.append(data.split(b"\r\n")[0])
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
                        b"Connection: close\r\n\r\n" + b'{"proxied":true}'
                    )

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1], seen

    def check(self, configuration: dict, environment: dict, is_proxied: bool, seen: list[bytes]):
        sidecar = Sidecar(configuration, env=environment)
        sidecar.expected_to_end = False
        self.enterContext(sidecar)
        self.started.append(sidecar)
        answer = self.ask(sidecar)
        if is_proxied:
            self.assertEqual((answer.status, answer.body), (200, b'{"proxied":true}'))
            self.assertEqual(seen, [f"POST {self.fake.url}/v1/messages HTTP/1.1".encode()])
        else:
            self.assertEqual(seen, [])
            self.assertEqual(len(self.fake.exchanges), 1)

    def setUp(self):
        super().setUp()
        self.fake.router = lambda exchange: Reply([text("direct")])

    def test_variables(self):
        """ "proxy variables": http_proxy is used"""
        port, seen = self.proxy()
        self.check(to_fake(self.fake), {"http_proxy": f"http://127.0.0.1:{port}"}, True, seen)

    def test_exceptions(self):
        """ "proxy variables": no_proxy is kept to"""
        port, seen = self.proxy()
        self.check(to_fake(self.fake), {"http_proxy": f"http://127.0.0.1:{port}", "no_proxy": "127.0.0.1"}, False, seen)

    def test_configured(self):
        """The key upstream.proxy counts before the environment, and `none` turns the environment's off"""
        port, seen = self.proxy()
        self.check(to_fake(self.fake) | {"upstream": {"proxy": f"http://127.0.0.1:{port}"}}, {}, True, seen)
        seen.clear()
        environment = {"http_proxy": f"http://127.0.0.1:{port}"}
        self.check(to_fake(self.fake) | {"upstream": {"proxy": "none"}}, environment, False, seen)


if __name__ == "__main__":
    unittest.main()
