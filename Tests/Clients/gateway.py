"""What the tests of the gateway's own promises share. They need the real binary: there is nothing to compare with."""

from __future__ import annotations

import json
import unittest

from fake_anthropic import FakeAnthropic
from lab import CLOSE_SECONDS_MAX, THROUGH
from raw import ASK, Raw, request
from sidecar import Sidecar, to_fake

STREAM = ASK | {"stream": True}


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar makes these promises")
class GatewayTest(unittest.TestCase):
    """Every test ends by asking whether the sidecar still lives and whether the API saw anything that no client sends."""

    maxDiff = 4000

    def setUp(self):
        self.fake = self.enterContext(FakeAnthropic())
        self.started: list[Sidecar] = []

    def tearDown(self):
        self.assertEqual(self.fake.violations, [])
        for sidecar in self.started:
            self.assertTrue(sidecar.alive or sidecar.expected_to_end, f"the sidecar died:\n{sidecar.log[-3000:]}")

    def start(self, configuration: dict | None = None, *arguments: str, **provider) -> Sidecar:
        """A sidecar in front of the fake; `provider` adds keys to the provider, `configuration` to the top level."""
        sidecar = Sidecar(to_fake(self.fake, **provider) | (configuration or {}), *arguments)
        sidecar.expected_to_end = False
        self.enterContext(sidecar)
        self.started.append(sidecar)
        return sidecar

    def raw(self, sidecar: Sidecar, **options) -> Raw:
        return self.enterContext(Raw(sidecar.port, **options))

    def ask(self, sidecar: Sidecar, body=ASK, **rest):
        return self.raw(sidecar).ask(request(body=body, **rest))

    def get(self, sidecar: Sidecar, target: str, method: str = "GET", headers: dict | None = None):
        return self.raw(sidecar).ask(request(method, target, headers=headers))

    def assertIsError(self, answer, status: int, kind: str, *parts: str):
        """An error of the sidecar's own, in Anthropic's shape, whose message has these parts."""
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.header("content-type").split(";")[0], "application/json")
        envelope = json.loads(answer.body)
        self.assertEqual((envelope["type"], envelope["error"]["type"]), ("error", kind))
        self.assertEqual(envelope["request_id"], answer.header("request-id"))
        for part in parts:
            self.assertIn(part.lower(), envelope["error"]["message"].lower())

    def assertClosedSoon(self, exchange, left: float):
        self.assertTrue(exchange.closed.wait(5), "the upstream was never closed")
        self.assertLess(exchange.peer_closed_at - left, CLOSE_SECONDS_MAX)
