"""What tests of providers of another API share: a strict fake behind the sidecar, the `anthropic` package or Claude Code in
front of it."""

from __future__ import annotations

import json
import os
import pathlib
import struct
import tempfile
import unittest
import zlib

import anthropic
import claude
from lab import THROUGH
from sidecar import Sidecar


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar translates")
class TranslatedTest(unittest.TestCase):
    """`make_fake` and `configuration` are the test's own. Every test ends by asking whether the sidecar still lives and
    whether the fake saw anything that the real service refuses."""

    model = "claude-opus-5-5"
    max_tokens = 1000

    def make_fake(self):
        raise NotImplementedError

    def configuration(self) -> dict:
        raise NotImplementedError

    def setUp(self):
        self.fake = self.enterContext(self.make_fake())
        self.sidecar = self.enterContext(Sidecar(self.configuration()))
        self.client = anthropic.Anthropic(api_key="sk-test", base_url=self.sidecar.url, max_retries=0)

    def tearDown(self):
        self.assertEqual(self.fake.violations, [])
        self.assertTrue(self.sidecar.alive, self.sidecar.log[-3000:])

    def arguments(self, rest: dict) -> dict:
        plain = {"model": self.model, "max_tokens": self.max_tokens, "messages": [{"role": "user", "content": "Hi"}]}
        return plain | rest

    def ask(self, **rest):
        return self.client.messages.create(**self.arguments(rest))

    def stream(self, **rest):
        with self.client.messages.stream(**self.arguments(rest)) as stream:
            return stream.get_final_message()


class ClaudeCodeTest(TranslatedTest):
    """The real Claude Code, in a home of its own."""

    def setUp(self):
        super().setUp()
        parent = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        os.chmod(parent, 0o755)
        self.home = self.enterContext(claude.Home(parent))

    def run_claude(self, prompt: str, *arguments: str, **rest):
        return claude.run(self.home, self.sidecar.url, prompt, *arguments, **rest)

    def assert_prefixes_hold(self):
        """turn N+1's upstream body begins with turn N's"""
        bodies = [exchange.request.body for exchange in self.fake.exchanges]
        for earlier, later in zip(bodies, bodies[1:]):
            self.assertTrue(later.startswith(earlier[:-2]), "an upstream cache would not be found again")


def png(width: int = 4, height: int = 4) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def pdf() -> bytes:
    """The least that is a document of one page."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Resources<<>>>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 4\n0000000000 65535 f \n" + table + end


class WholeDay:
    """A subagent, an image and a PDF; then the session is resumed, too long, compacted, and answers by a schema. A codec says
    how its fake answers (`say`, `too_long`) and what of a request's body shows that the page and the picture arrived."""

    page = "application/pdf"
    picture = "image/png"

    def say(self, text: str = "", *calls: tuple[str, str, dict]):
        raise NotImplementedError

    def too_long(self):
        raise NotImplementedError

    def test_a_whole_day(self):
        for name, content in (("page.pdf", pdf()), ("dot.png", png(32, 32))):
            (self.home.work / name).write_bytes(content)
            os.chmod(self.home.work / name, 0o644)
        errand = {"description": "Look", "prompt": "Find the yak", "subagent_type": "general-purpose", "run_in_background": False}
        steps = [
            self.say("I ask.", ("call_1", "Agent", errand)),
            self.say("I look.", *[(f"call_{n}", "Read", {"file_path": str(self.home.work / n)}) for n in ("page.pdf", "dot.png")]),
            self.say("All is done."),
            self.too_long(),
            self.say("<summary>They saw a zebra.</summary>"),
            self.say("", ("call_9", "StructuredOutput", {"answer": 42})),
        ]

        def route(exchange):
            said = exchange.request.body.decode()
            if "Find the yak" in said and "zebra" not in said:
                return self.say("It is 42.")
            return steps.pop(0) if steps else self.say("There is nothing left to say.")

        self.fake.router = route
        run = self.run_claude("Take the zebra along")
        self.assertEqual((run.code, run.result["result"]), (0, "All is done."))
        said = self.fake.exchanges[-1].request.body.decode()
        for part in ("It is 42.", self.page, self.picture):
            self.assertIn(part, said)
        schema = {"type": "object", "properties": {"answer": {"type": "integer"}}, "required": ["answer"]}
        run = self.run_claude("What is it?", "--resume", run.session, "--json-schema", json.dumps(schema))
        self.assertEqual((run.code, run.result["structured_output"]), (0, {"answer": 42}))
        self.assertEqual(len(run.of_subtype("compact_boundary")), 1)
        self.assertEqual(steps, [])
