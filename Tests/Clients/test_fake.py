"""The fake itself: a test double that accepts everything would prove nothing."""

from __future__ import annotations

import copy
import json
import unittest

from answers import Reply, text
from fake_anthropic import FakeAnthropic
from raw import Raw, request

GOOD = {"model": "claude-opus-5-5", "max_tokens": 4096, "messages": [{"role": "user", "content": "Hi"}]}
CALL = {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "x", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "ok"}]}
MARK = {"type": "ephemeral"}


class Strictness(unittest.TestCase):
    def setUp(self):
        self.fake = self.enterContext(FakeAnthropic())

    def ask(self, changed: dict | bytes, headers: dict | None = None, **rest):
        body = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        with Raw(self.fake.port) as raw:
            return raw.ask(request(body=body, headers=headers, **rest))

    def refuses(self, changed, status: int, message: str, headers: dict | None = None):
        answer = self.ask(changed, headers)
        self.assertEqual(
            (answer.status, json.loads(answer.body)["error"]["message"].find(message)), (status, 0), answer.body
        )
        self.assertEqual(json.loads(answer.body)["type"], "error")

    def with_turns(self, *turns) -> dict:
        return GOOD | {"messages": list(turns)}

    def test_accepts_a_good_request(self):
        self.fake.answer(Reply([text("ok")]), Reply([text("ok")]))
        self.assertEqual(self.ask(GOOD).status, 200)
        user = GOOD["messages"][0]
        self.assertEqual(self.ask(self.with_turns(user, CALL, RESULT)).status, 200)

    def test_refuses_wrong_bodies(self):
        user = GOOD["messages"][0]
        empty = {"role": "user", "content": [{"type": "text", "text": ""}]}
        marked = {"role": "user", "content": [{"type": "text", "text": "a", "cache_control": MARK}] * 5}
        budget = {"type": "enabled", "budget_tokens": 4096}
        cases = [
            (GOOD | {"surprise": 1}, "surprise: Extra inputs are not permitted"),
            ({k: v for k, v in GOOD.items() if k != "max_tokens"}, "max_tokens: Field required"),
            ({k: v for k, v in GOOD.items() if k != "model"}, "model: Field required"),
            ({k: v for k, v in GOOD.items() if k != "messages"}, "messages: Field required"),
            (GOOD | {"max_tokens": "12"}, "max_tokens: Input should be a valid integer"),
            (self.with_turns({"role": "robot", "content": "x"}), "messages.0"),
            (self.with_turns(user, CALL, user), "messages.1: `tool_use` ids were found without"),
            (self.with_turns(user, RESULT), "messages.1.content.0: unexpected `tool_use_id`"),
            (self.with_turns(empty), "messages: text content blocks must be non-empty"),
            (self.with_turns(marked), "A maximum of 4 blocks with cache_control may be provided. Found 5."),
            (GOOD | {"thinking": budget}, "`max_tokens` must be greater than `thinking.budget_tokens`."),
            (GOOD | {"context_management": {"edits": []}}, "context_management: Extra inputs are not permitted"),
            (b'{"model": ', "The request body is not valid JSON"),
        ]
        for body, message in cases:
            with self.subTest(message=message):
                self.refuses(copy.deepcopy(body), 400, message)
        self.assertEqual(self.fake.violations, [])

    def test_refuses_wrong_headers(self):
        self.refuses(GOOD, 401, "x-api-key header is required", {"x-api-key": None})
        self.refuses(GOOD, 401, "invalid x-api-key", {"x-api-key": "sk-other"})
        self.refuses(GOOD, 400, "anthropic-version: header is required", {"anthropic-version": None})
        self.refuses(
            GOOD, 400, "anthropic-version: 1999-01-01 is not a valid version", {"anthropic-version": "1999-01-01"}
        )
        self.refuses(GOOD, 400, "Unexpected value(s) `no-such-beta`", {"anthropic-beta": "no-such-beta"})
        self.refuses(GOOD, 400, "content-type: ", {"content-type": "text/plain"})
        self.refuses(b"1" * (32 * 1024 * 1024 + 1), 413, "Request exceeds the maximum size")
        self.assertEqual(self.fake.violations, [])

    def test_notices_bad_framing(self):
        for lines, expected in [
            ([b"te: trailers"], "te: hop-by-hop header leaked"),
            ([b"connection: x-secret"], "connection: options leaked"),
            ([b"x-a: 1", b"x-a: 2"], "x-a: header sent twice"),
            ([b"content-length: 1"], "malformed HTTP: ambiguous body length"),
            ([b"x-a : 1"], "malformed HTTP: bad header line"),
            ([b"x-a: 1", b" folded"], "malformed HTTP: bad header line"),
        ]:
            with self.subTest(expected=expected):
                self.fake.violations.clear()
                answer = self.ask(GOOD, extra=lines)
                self.assertEqual(answer.status, 400)
                self.assertTrue(self.fake.violations[0].startswith(expected), self.fake.violations)


if __name__ == "__main__":
    unittest.main()
