"""The `anthropic` package, directly against the fake API and through the gateway."""

from __future__ import annotations

import unittest

import anthropic

from answers import (
    Failure, Reply, Reset, Wait, error_event, json_answer, overloaded, rate_limited, stream, text, thinking, tool_use,
)  # fmt: skip
from lab import ScenarioTest

ASK = {"model": "claude-opus-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi"}]}
SETTLE = Wait(0.3)  # let what came before a reset be read


def client(lab, retries: int = 0) -> anthropic.Anthropic:
    # http_client's own proxy settings would lead away from loopback.
    return lab.enter_context(anthropic.Anthropic(api_key="sk-test", base_url=lab.url, max_retries=retries, timeout=20))


class SDK(ScenarioTest):
    def both(self, scenario, **rest):
        super().both(scenario, needs_home=False, **rest)

    def test_one_shot(self):
        """the real `anthropic` SDK completes a one-shot answer"""

        def scenario(lab):
            lab.fake.answer(Reply([text("Hello — 你好")]))
            raw = client(lab).messages.with_raw_response.create(**ASK)
            self.assertEqual(raw.parse().content[0].text, "Hello — 你好")
            self.assertEqual(raw.headers["request-id"], lab.fake.exchanges[0].request_id)
            self.assertEqual(raw.headers["anthropic-ratelimit-requests-remaining"], "3999")

        self.both(scenario)

    def test_stream(self):
        """the real `anthropic` SDK completes a stream with thinking, text and a tool call"""

        def scenario(lab):
            blocks = [thinking("Let me see."), text("I will look."), tool_use("look", {"at": "x" * 300}, "toolu_1")]
            lab.fake.answer(Reply(blocks))
            with client(lab).messages.stream(**ASK) as events:
                kinds = [event.type for event in events]
                final = events.get_final_message()
            self.assertEqual([block.type for block in final.content], ["thinking", "text", "tool_use"])
            self.assertEqual(final.content[2].input, {"at": "x" * 300})
            self.assertEqual(final.stop_reason, "tool_use")
            self.assertIn("message_stop", kinds)

        self.both(scenario)

    def test_tool_loop(self):
        """the real `anthropic` SDK completes a five-turn tool loop on one connection"""

        def scenario(lab):
            sdk, turns = client(lab), [{"role": "user", "content": "Go"}]
            for number in range(5):
                lab.fake.answer(Reply([tool_use("step", {"n": number}, f"toolu_{number}")]))
                answer = sdk.messages.create(**{**ASK, "messages": turns})
                result = {"type": "tool_result", "tool_use_id": answer.content[0].id, "content": f"done {number}"}
                call = {"type": "tool_use", "id": answer.content[0].id, "name": "step", "input": {"n": number}}
                turns += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
            lab.fake.answer(Reply([text("Five.")]))
            self.assertEqual(sdk.messages.create(**{**ASK, "messages": turns}).content[0].text, "Five.")
            self.assertEqual(len(lab.tap.connections), 1, "the client's connection is kept alive")

        self.both(scenario)

    def test_count_tokens(self):
        """`/v1/messages/count_tokens` from the real SDK"""

        def scenario(lab):
            counted = client(lab).messages.count_tokens(model=ASK["model"], messages=ASK["messages"])
            self.assertEqual(counted.input_tokens, 42)

        self.both(scenario)

    def test_other_routes(self):
        """`/v1/models`, and every other `/v1/…` path, to a `type: anthropic` provider: bytes through untouched"""

        def scenario(lab):
            batch = {
                "id": "msgbatch_1",
                "type": "message_batch",
                "processing_status": "in_progress",
                "results_url": None,
                "request_counts": {"processing": 1, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
                "created_at": "2026-08-01T00:00:00Z",
                "expires_at": "2026-08-02T00:00:00Z",
                "ended_at": None,
                "archived_at": None,
                "cancel_initiated_at": None,
            }
            lab.fake.router = lambda e: json_answer(200, batch) if "/batches" in e.path else None
            sdk = client(lab)
            self.assertIn("claude-opus-5-5", [model.id for model in sdk.models.list()])
            self.assertEqual(sdk.models.retrieve("claude-opus-5-5").id, "claude-opus-5-5")
            self.assertEqual(sdk.messages.batches.retrieve("msgbatch_1").id, "msgbatch_1")
            with self.assertRaises(anthropic.NotFoundError) as caught:
                sdk.models.retrieve("no-such-model")
            self.assertEqual(caught.exception.body["error"]["message"], "model: no-such-model")

        self.both(scenario)

    def test_error_statuses(self):
        """error bodies unmodified, as the exceptions of the real SDK show them"""

        def scenario(lab):
            for status in (400, 401, 403, 404, 413, 500, 529):
                lab.fake.answer(Failure(status, f'A "quoted" reason — {status}'))
                with self.assertRaises(anthropic.APIStatusError) as caught:
                    client(lab).messages.create(**ASK)
                self.assertEqual(caught.exception.status_code, status)
                self.assertEqual(caught.exception.body["error"]["message"], f'A "quoted" reason — {status}')
                self.assertEqual(caught.exception.request_id, lab.fake.exchanges[-1].request_id)

        self.both(scenario)

    def test_retries(self):
        """429 with retry-after and 529, retried by the real SDK itself"""

        def scenario(lab):
            lab.fake.answer(rate_limited(1), overloaded(), Reply([text("At last.")]))
            self.assertEqual(client(lab, retries=2).messages.create(**ASK).content[0].text, "At last.")
            first, second, _ = lab.fake.exchanges
            self.assertGreater(second.received_at - first.received_at, 0.9)

        self.both(scenario)

    def test_error_event(self):
        """an error event inside a stream, as the real SDK raises it"""

        def scenario(lab):
            lab.fake.router = lambda e: stream(
                [*Reply([text("partial")]).events(e)[:4], error_event("overloaded_error", "Overloaded")]
            )
            with self.assertRaises(anthropic.APIStatusError) as caught, client(lab).messages.stream(**ASK) as events:
                events.until_done()
            self.assertEqual(caught.exception.body["error"]["type"], "overloaded_error")

        self.both(scenario)

    def test_broken_stream(self):
        """a broken stream is an error for the real SDK too, never a short answer"""

        def scenario(lab):
            lab.fake.router = lambda e: stream([*Reply([text("partial")]).events(e)[:4], SETTLE, Reset()])
            with self.assertRaises(Exception) as caught, client(lab).messages.stream(**ASK) as events:
                events.until_done()
            self.assertNotIsInstance(caught.exception, AssertionError)

        self.both(scenario)

    def test_refusal_by_the_api(self):
        """400 of the API's own validation reaches the SDK with its wording"""

        def scenario(lab):
            with self.assertRaises(anthropic.BadRequestError) as caught:
                client(lab).messages.create(**ASK, extra_body={"no_such_field": 1})
            self.assertEqual(caught.exception.body["error"]["message"], "no_such_field: Extra inputs are not permitted")

        self.both(scenario, refused=("no_such_field: Extra inputs are not permitted",))


if __name__ == "__main__":
    unittest.main()
