"""Counting tokens: the same as PyPI's `tiktoken` with the same vocabulary, which the test trains itself."""

from __future__ import annotations

import base64
import collections
import functools
import hashlib
import http.server
import json
import pathlib
import random
import shutil
import threading
import unittest

import anthropic
import regex
import tiktoken
import tiktoken_ext.openai_public
from fake_openai import KEY, FakeOpenAI
from lab import THROUGH
from sidecar import Sidecar

HERE = pathlib.Path(__file__).resolve().parent
MERGES = 250
ODD = "aZ '’sTlLrRvV0123 \t\n\r\u00a0\u3000éÄßЖя中文日本語あ한국ไทยאבعहि😀👩‍👩‍👧e\u0301ǅʰªⅫ½ſ.,;/(){}[]_-+=\"#"


@functools.cache
def patterns() -> dict[str, str]:
    """As the package itself has them, without the vocabularies that it would fetch."""
    public = tiktoken_ext.openai_public
    fetched = public.load_tiktoken_bpe
    public.load_tiktoken_bpe = lambda *_, **__: {}
    try:
        return {
            "o200k": public.o200k_base()["pat_str"],
            "cl100k": public.cl100k_base()["pat_str"],
            "gpt2": public.r50k_pat_str,
        }
    finally:
        public.load_tiktoken_bpe = fetched


@functools.cache
def vocabulary() -> dict[bytes, int]:
    """Trained on the sources of these tests: the pair that is there most often becomes a token, again and again."""
    text = "".join(file.read_text() for file in sorted(HERE.glob("*.py"))) + "Grüße für 中文 日本語 " * 50
    words = collections.Counter(regex.findall(patterns()["o200k"], text))
    parts = {word: [bytes([byte]) for byte in word.encode()] for word in words}
    ranks = {bytes([byte]): byte for byte in range(256)}
    for _ in range(MERGES):
        pairs = collections.Counter()
        for word, pieces in parts.items():
            for pair in zip(pieces, pieces[1:]):
                pairs[pair] += words[word]
        (left, right), _ = max(pairs.items(), key=lambda item: (item[1], item[0]))
        ranks[left + right] = len(ranks)
        for word, pieces in parts.items():
            place = 0
            while place < len(pieces) - 1:
                if (pieces[place], pieces[place + 1]) == (left, right):
                    pieces[place : place + 2] = [left + right]
                place += 1
    return ranks


@functools.cache
def in_tiktokens_form() -> bytes:
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in vocabulary().items())


def texts() -> list[str]:
    draw = random.Random(7)
    found = ["", " ", "a" * 3000, "".join(draw.choice("abcdef") for _ in range(2000))]
    found += [file.read_text() for file in sorted(HERE.glob("test_h*.py"))]
    found += ["".join(draw.choice(ODD) for _ in range(draw.choice([5, 40, 400]))) for _ in range(6)]
    return found


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar counts")
class Tokens(unittest.TestCase):
    def folder(self, configuration: dict) -> Sidecar:
        """One that is not started: for its commands."""
        sidecar = Sidecar(configuration)
        self.addCleanup(shutil.rmtree, sidecar.folder)
        return sidecar

    def test_counts_are_those_of_tiktoken(self):
        """exact against PyPI's `tiktoken` given the same vocabulary"""
        for name, pattern in patterns().items():
            encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=vocabulary(), special_tokens={})
            sidecar = self.folder({"tokens": {"vocabulary": "own.tiktoken", "pattern": name}})
            (sidecar.folder / "own.tiktoken").write_bytes(in_tiktokens_form())
            wanted = [len(encoding.encode_ordinary(text)) for text in texts()]
            counted = []
            for number, text in enumerate(texts()):
                (sidecar.folder / f"{number}.txt").write_bytes(text.encode())
                run = sidecar.command("tokens", "count", f"{number}.txt", "--json", "--config", "sidecar.yaml")
                self.assertEqual((run.returncode, json.loads(run.stdout)["counted"]), (0, "exact"), run.stderr)
                counted.append(json.loads(run.stdout)["tokens"])
            self.assertEqual(counted, wanted, name)

    def test_installing(self):
        """`sidecar tokens install` fetches them by URL with a checksum"""
        body = in_tiktokens_form()

        class Files(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path.endswith(".tiktoken") else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        sidecar = self.folder({})
        url = f"http://127.0.0.1:{server.server_port}/own.tiktoken"
        (sidecar.folder / "a.txt").write_text("Hello, world")
        estimate = sidecar.command("tokens", "count", "a.txt")
        self.assertIn("estimate", estimate.stderr)
        other = sidecar.command("tokens", "install", "--url", url)
        self.assertEqual((other.returncode, "SHA-256" in other.stderr), (1, True))
        missing = sidecar.command("tokens", "install", "--url", url + "x")
        self.assertIn("404", missing.stderr)
        digits = hashlib.sha256(body).hexdigest()
        done = sidecar.command("tokens", "install", "--url", url, "--sha256", digits, "--json")
        self.assertEqual(json.loads(done.stdout)["tokens"], 256 + MERGES, done.stderr)
        encoding = tiktoken.Encoding(
            "o200k", pat_str=patterns()["o200k"], mergeable_ranks=vocabulary(), special_tokens={}
        )
        counted = sidecar.command("tokens", "count", "--model", "gpt-5.2", "a.txt", "--json")
        expected = {"tokens": len(encoding.encode_ordinary("Hello, world")), "bytes": 12, "counted": "exact"}
        self.assertEqual(json.loads(counted.stdout), expected)

    def test_providers_that_do_not_count(self):
        fake = self.enterContext(FakeOpenAI())
        provider = {"type": "openai", "key": KEY, "base_url": fake.base_url}
        sidecar = Sidecar({"providers": {"gpt": provider}, "tokens": {"vocabulary": "own.tiktoken"}})
        (sidecar.folder / "own.tiktoken").write_bytes(in_tiktokens_form())
        with sidecar:
            client = anthropic.Anthropic(api_key="sk-test", base_url=sidecar.url, max_retries=0)

            def count(text: str) -> int:
                messages = [{"role": "user", "content": text}]
                return client.messages.count_tokens(model="gpt/gpt-5.2", messages=messages).input_tokens

            encoding = tiktoken.Encoding(
                "o200k", pat_str=patterns()["o200k"], mergeable_ranks=vocabulary(), special_tokens={}
            )
            around = count("Hi") - len(encoding.encode_ordinary("Hi"))
            # The large one is counted on another thread.
            for text in ("a", (HERE / "test_http.py").read_text() * 8):
                self.assertEqual(count(text), around + len(encoding.encode_ordinary(text)))
            raw = client.messages.with_raw_response.count_tokens(
                model="gpt/gpt-5.2", messages=[{"role": "user", "content": "Hi"}]
            )
            self.assertEqual(raw.headers["x-sidecar-tokens"], "exact")
        self.assertEqual(fake.exchanges, [])


if __name__ == "__main__":
    unittest.main()
