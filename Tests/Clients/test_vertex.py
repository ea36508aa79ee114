"""Anthropic's clients in front, Google's cloud behind: its Gemini models, and Claude models that it hosts."""

from __future__ import annotations

import json
import pathlib
import re
import tempfile
import time
import unittest
import urllib.parse

import anthropic
import gemini_shapes
import jwt
import rules
import shapes
from answers import Answer, json_answer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_gemini import FakeGemini, Reply, failure
from sidecar import Sidecar
from translated import TranslatedTest

PLACE = "/v1/projects/own-project/locations/europe-west4/publishers/"
GEMINI = re.compile(re.escape(PLACE) + r"google/models/([^/:]+):(streamGenerateContent|generateContent|countTokens)(\?alt=sse)?\Z")
CLAUDE = re.compile(re.escape(PLACE) + r"anthropic/models/([a-z0-9@-]+):(streamRawPredict|rawPredict)\Z")
BETAS = {"interleaved-thinking-2025-05-14", "context-management-2025-06-27", "effort-2025-11-24", "tool-search-tool-2025-10-19"}


def event(data: dict) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def claude_stream(text: str) -> list[bytes]:
    usage = {"input_tokens": 7, "output_tokens": 1}
    message = {"id": "msg_vrtx_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [], "usage": usage}
    return [
        event({"type": "message_start", "message": message}),
        event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
        event({"type": "content_block_stop", "index": 0}),
        event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}),
        event({"type": "message_stop"}),
    ]


class FakeVertex(FakeGemini):
    """Gives tokens to whoever signs with the right key, and refuses what Vertex refuses."""

    lifetime = 3600

    def __init__(self, public_key):
        super().__init__()
        self.public_key = public_key
        self.tokens: list[str] = []

    def _routed(self, exchange):
        request = exchange.request
        if request.path == "/token":
            return self._token(request)
        if request.header("authorization") != f"Bearer {self.tokens[-1] if self.tokens else ''}":
            raise rules.Refused(401, "Request had invalid authentication credentials.")
        exchange.json = body = json.loads(request.body)
        if gemini := GEMINI.match(request.target):
            model, verb, _ = gemini.groups()
            exchange.fake, exchange.streams = self, verb == "streamGenerateContent"
            self._checked(lambda: gemini_shapes.check(body, model, self.signatures))
            return json_answer(200, {"totalTokens": 11}) if verb == "countTokens" else self._script.pop(0)
        if claude := CLAUDE.match(request.target):
            self._checked(lambda: self._check_claude(body, request, claude[1] == "count-tokens"))
            if claude[1] == "count-tokens":
                return json_answer(200, {"input_tokens": 12})
            exchange.model = claude[1]
            return self._script.pop(0)
        raise rules.Refused(404, f"nothing at {request.target}")

    def _checked(self, check):
        try:
            check()
        except shapes.Problem as problem:
            self.violations.append(str(problem))
            raise rules.Refused(400, str(problem)) from None

    @staticmethod
    def _check_claude(body: dict, request, is_count: bool):
        if body.pop("anthropic_version", None) != "vertex-2023-10-16":
            raise shapes.Problem("anthropic_version: Field required")
        if ("model" in body) != is_count:
            raise shapes.Problem("model: Extra inputs are not permitted")
        betas = {beta for beta in request.header("anthropic-beta").split(",") if beta}
        if betas - BETAS:
            raise shapes.Problem(f"Unexpected value(s) {betas - BETAS} for the `anthropic-beta` header.")
        if "context_management" in body and "context-management-2025-06-27" not in betas:
            raise shapes.Problem("context_management: Extra inputs are not permitted")
        shapes.check_body("count_tokens" if is_count else "messages", True, {"model": "m"} | body)

    def _token(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            raise rules.Refused(400, "unsupported_grant_type")
        claims = jwt.decode(form["assertion"], self.public_key, algorithms=["RS256"], audience=self.url + "/token")
        if claims["iss"] != "robot@own-project" or not 0 < claims["exp"] - claims["iat"] <= 3600:
            raise rules.Refused(400, "invalid_grant")
        self.tokens.append(f"ya29.secret-token-{len(self.tokens)}")
        return json_answer(200, {"access_token": self.tokens[-1], "expires_in": self.lifetime, "token_type": "Bearer"})

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        return failure(refused.status, refused.message, "INVALID_ARGUMENT")


class Vertex(TranslatedTest):
    max_tokens = 100

    @classmethod
    def setUpClass(cls):
        cls.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def setUp(self):
        # The sidecar is started by each test for itself.
        self.fake = self.enterContext(FakeVertex(self.key.public_key()))
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        account = {"type": "service_account", "private_key": pem, "private_key_id": "k1", "client_email": "robot@own-project"}
        self.file = folder / "account.json"
        self.file.write_text(json.dumps(account | {"token_uri": self.fake.url + "/token"}))

    def start(self, named: bool = True) -> Sidecar:
        provider = {"type": "vertex", "project": "own-project", "region": "europe-west4", "base_url": self.fake.url + "/v1"}
        credentials = {"credentials": str(self.file)} if named else {}
        self.sidecar = self.enterContext(
            Sidecar(
                {"providers": {"cloud": provider | credentials}, "routes": {"default": "cloud"}},
                env={} if named else {"GOOGLE_APPLICATION_CREDENTIALS": str(self.file)},
            )
        )
        self.client = anthropic.Anthropic(api_key="sk-test", base_url=self.sidecar.url, max_retries=0)
        return self.sidecar

    def tearDown(self):
        super().tearDown()
        for secret in self.fake.tokens + ["PRIVATE KEY"]:
            self.assertNotIn(secret, self.sidecar.log)

    def test_both_kinds_of_models_with_one_token(self):
        """token cached: one for all of these; application-default credentials find the same file"""
        for named in (True, False):
            self.fake.tokens.clear()
            self.start(named)
            message = {"id": "msg_vrtx_0", "type": "message", "role": "assistant", "model": "claude-x", "stop_reason": "end_turn"}
            message |= {"content": [{"type": "text", "text": "Whole"}], "usage": {"input_tokens": 7, "output_tokens": 3}}
            self.fake.answer(json_answer(200, message), Reply("Gemini"))
            self.assertEqual(self.ask(model="claude-sonnet-4-5-20250929").content[0].text, "Whole")
            self.assertEqual(self.fake.exchanges[-1].model, "claude-sonnet-4-5@20250929")
            self.assertEqual(self.ask(model="gemini-3-flash").content[0].text, "Gemini")
            self.assertEqual(len(self.fake.tokens), 1)

    def test_streams_and_betas(self):
        """(pain 14)"""
        self.start()
        steps = claude_stream("Streamed 🙂")
        head = [("content-type", "text/event-stream")]
        self.fake.answer(Answer(200, head, steps, framing="chunked"), Answer(200, head, steps[:3], framing="chunked"))
        foreign = {"type": "thinking", "thinking": "x", "signature": "sidecar:other:0:"}
        messages = [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": [foreign, {"type": "text", "text": "Yes"}]},
            {"role": "user", "content": "Go on"},
        ]
        betas = ["interleaved-thinking-2025-05-14", "advanced-tool-use-2025-11-20", "fast-mode-2026-02-01"]
        ask = {"model": "claude-opus-5-5", "max_tokens": 10, "messages": messages, "betas": betas, "speed": "fast"}
        with self.client.beta.messages.stream(**ask) as stream:
            answer = stream.get_final_message()
            self.assertEqual(set(stream.response.headers["x-sidecar-dropped"].split(", ")), {"anthropic-beta", "thinking", "speed"})
        self.assertEqual((answer.content[0].text, answer.usage.output_tokens), ("Streamed 🙂", 3))
        self.assertEqual(len(self.fake.exchanges[-1].json["messages"][1]["content"]), 1)
        with self.assertRaises(anthropic.APIError), self.client.beta.messages.stream(**ask) as stream:
            stream.get_final_message()

    def test_tokens_are_counted_upstream(self):
        self.start()
        for model, count in (("gemini-3-flash", 11), ("claude-opus-5-5", 12)):
            counted = self.client.messages.count_tokens(model=model, messages=[{"role": "user", "content": "Hi"}])
            self.assertEqual(counted.input_tokens, count)

    def test_a_token_is_renewed_before_it_ends(self):
        self.fake.lifetime = 2
        self.start()
        deadline = time.monotonic() + 10
        while len(self.fake.tokens) < 2:
            self.assertLess(time.monotonic(), deadline)
            self.fake.answer(Reply("Hi"))
            self.ask(model="gemini-3-flash")
            time.sleep(0.2)

    def test_errors_keep_their_words(self):
        self.start()
        refused = {"type": "error", "error": {"type": "rate_limit_error", "message": "Quota of the model"}}
        self.fake.answer(json_answer(429, refused), failure(403, "Vertex AI API has not been used", "PERMISSION_DENIED"))
        with self.assertRaises(anthropic.RateLimitError) as caught:
            self.ask(model="claude-opus-5-5")
        self.assertIn("Quota of the model", str(caught.exception))
        with self.assertRaises(anthropic.PermissionDeniedError):
            self.ask(model="claude-opus-5-5")


if __name__ == "__main__":
    unittest.main()
