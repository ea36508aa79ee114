"""The checks of lab.py: each kind of meddling by a gateway must make a scenario fail."""

from __future__ import annotations

import unittest

import anthropic

from answers import Close, Reply, Wait, stream, text
from lab import Lab
from tap import Tap

ASK = {"model": "claude-opus-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi  there"}]}


def meddling(old: bytes, new: bytes, towards: str) -> type[Tap]:
    """A proxy that replaces some bytes, and keeps lengths right so that only the meddling is wrong."""

    class Meddler(Tap):
        pass

    setattr(Meddler, towards, lambda self, piece: piece.replace(old, new))
    return Meddler


class Checks(unittest.TestCase):
    def scenario(self, through) -> Lab:
        lab = self.enterContext(Lab(through))
        lab.fake.answer(Reply([text("Hello, there")]))
        sdk = lab.enter_context(anthropic.Anthropic(api_key="sk-test", base_url=lab.url, max_retries=0, timeout=10))
        sdk.messages.create(**ASK)
        return lab

    def test_honest_proxy_passes(self):
        for through in ("direct", "proxy", Tap):
            self.scenario(through).check(self)

    def test_meddling_is_seen(self):
        for name, meddler in {
            "a byte of the request": meddling(b"Hi  there", b"Hi   here", "to_server"),
            "a byte of the answer": meddling(b"Hello, there", b"Hallo, there", "to_client"),
            "a request header renamed": meddling(b"x-stainless-read-timeout", b"x-stainless-reed-timeout", "to_server"),
            "a request header dropped": meddling(b"x-stainless-read-timeout: 10\r\n", b"", "to_server"),
            "a request header added": meddling(b"Accept-Encoding", b"via: 1.1 x\r\nAccept-Encoding", "to_server"),
            "an answer header dropped": meddling(b"anthropic-organization-id", b"x-organization-id", "to_client"),
            "an answer header added": meddling(b"server: cloudflare", b"server: cloudflare\r\nx-added: 1", "to_client"),
            "another request-id": meddling(b"req_011Fake", b"req_022Fake", "to_client"),
            "the query dropped": meddling(b"/v1/messages ", b"/v1/messages?x=1 ", "to_server"),
        }.items():
            with self.subTest(meddling=name):
                lab = self.scenario(meddler)
                with self.assertRaises(AssertionError):
                    lab.check(self)

    def test_repaired_stream_is_seen(self):
        """A gateway that ends a broken stream neatly hides from the client that something is missing"""

        class Neat(Tap):
            def to_client(self, piece: bytes) -> bytes:
                return piece + b"0\r\n\r\n" if b"content_block_start" in piece else piece

        lab = self.enterContext(Lab(Neat))
        lab.fake.router = lambda e: stream([*Reply([text("x")]).events(e)[:3], Wait(0.3), Close()])
        sdk = lab.enter_context(anthropic.Anthropic(api_key="sk-test", base_url=lab.url, max_retries=0, timeout=10))
        with sdk.messages.stream(**ASK) as events:
            for _ in events:
                pass
        with self.assertRaisesRegex(AssertionError, "broken answer must stay broken"):
            lab.check(self)


if __name__ == "__main__":
    unittest.main()
