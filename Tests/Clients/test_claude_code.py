"""The real Claude Code, directly against the fake API and through the gateway: it must not notice a difference.

Each docstring names the part of this sentence that it proves: "The real Claude Code completes, through `sidecar serve`
and a strict fake of the Anthropic API: a one-shot answer, a five-turn tool loop, a subagent, a resume, a compaction,
/v1/messages/count_tokens, an interrupt (upstream closed within 50 ms), 429 with retry-after, 529, 400 "prompt is too
long", an error event inside a stream, a broken stream; with bytes identical to what it gets when pointed at the fake
directly." What "identical" leaves out is listed in lab.py (one hop's own headers) and in its `Normaliser`.
"""

from __future__ import annotations

import json
import sys
import unittest

from answers import (
    Failure, Gate, Hang, Reply, Reset, Wait, error_event, overloaded, rate_limited, stream, text, thinking,
    tool_use,
)  # fmt: skip
from lab import CLOSE_SECONDS_MAX, ScenarioTest

# Long enough for the bytes before a reset to be read; a reset throws away what the peer has not read yet.
SETTLE = Wait(0.3)
TOO_LONG = "prompt is too long: 1043021 tokens > 1000000 maximum"


def texts(exchange) -> str:
    """All text of a request's messages, to ask whether something was said in it."""
    return json.dumps(exchange.json["messages"], ensure_ascii=False)


class Answers(ScenarioTest):
    def test_one_shot(self):
        """a one-shot answer"""

        def scenario(lab):
            lab.fake.answer(Reply([thinking("Greet them."), text('Grüße — 你好 🙂 "quoted" \\ done')]))
            run = lab.claude("Say hello in many languages")
            self.assertEqual((run.code, run.result["result"]), (0, 'Grüße — 你好 🙂 "quoted" \\ done'))
            self.assertEqual(len(lab.fake.exchanges), 1)

        self.both(scenario)

    def test_tool_loop(self):
        """a five-turn tool loop"""

        def scenario(lab):
            file = str(lab.home.work / "note.txt")
            calls = [
                tool_use("Write", {"file_path": file, "content": "one\ntwo\n"}, "toolu_01"),
                tool_use("Read", {"file_path": file}, "toolu_02"),
                tool_use("Edit", {"file_path": file, "old_string": "two", "new_string": "three"}, "toolu_03"),
                tool_use("Bash", {"command": "cat note.txt && echo done", "description": "Show it"}, "toolu_04"),
                tool_use("Bash", {"command": "exit 3", "description": "Fail"}, "toolu_05"),
            ]
            for call in calls:
                lab.fake.answer(Reply([thinking("Next step."), text(f"Calling {call['name']}."), call]))
            lab.fake.answer(Reply([text("All five ran.")]))
            run = lab.claude("Work through it")
            self.assertEqual((run.code, run.result["result"]), (0, "All five ran."))
            self.assertEqual((lab.home.work / "note.txt").read_text(), "one\nthree\n")
            last = lab.fake.exchanges[-1].json["messages"]
            results = [
                b
                for turn in last
                if turn["role"] == "user" and isinstance(turn["content"], list)
                for b in turn["content"]
                if b["type"] == "tool_result"
            ]
            self.assertEqual([r["tool_use_id"] for r in results], [call["id"] for call in calls])
            self.assertIn("three\ndone", json.dumps(results[3]["content"]).replace("\\n", "\n"))
            self.assertTrue(results[4]["is_error"])

        self.both(scenario)

    def test_parallel_tools(self):
        """a five-turn tool loop (two calls in one answer, executed while the stream is still open)"""

        def scenario(lab):
            # Results are sent in the order in which the tools end: b ends well after a.
            commands = {"a": "echo a; touch a.done", "b": "until [ -e a.done ]; do sleep 0.05; done; sleep 0.5; echo b"}
            calls = [
                tool_use("Bash", {"command": command, "description": word}, f"toolu_{word}")
                for word, command in commands.items()
            ]
            lab.fake.answer(Reply([text("Both."), *calls]), Reply([text("Both ran.")]))
            run = lab.claude("Run both")
            self.assertEqual((run.code, run.result["result"]), (0, "Both ran."))

        self.both(scenario)

    def test_subagent(self):
        """a subagent"""

        def scenario(lab):
            def route(exchange):
                if exchange.request.header("x-claude-code-agent-id"):
                    return Reply([text("The subagent looked: 42.")])
                if "toolu_agent" in texts(exchange):
                    return Reply([text("The subagent said 42.")])
                arguments = {
                    "description": "Look",
                    "prompt": "Look it up",
                    "subagent_type": "general-purpose",
                    "run_in_background": False,
                }
                return Reply([tool_use("Agent", arguments, "toolu_agent")])

            lab.fake.router = route
            run = lab.claude("Delegate it", env={"CLAUDE_CODE_GATEWAY_HINT_HEADERS": "1"})
            self.assertEqual((run.code, run.result["result"]), (0, "The subagent said 42."))
            agents = [e for e in lab.fake.exchanges if e.request.header("x-claude-code-agent-id")]
            self.assertEqual([e.request.header("x-claude-code-request-class") for e in agents], ["subagent"])
            self.assertIn("The subagent looked: 42.", texts(lab.fake.exchanges[-1]))

        # The session is given its title beside it.
        self.both(scenario, ordered=False)

    def test_resume(self):
        """a resume"""

        def scenario(lab):
            lab.fake.answer(Reply([text("Noted: swordfish.")]), Reply([text("It was swordfish.")]))
            first = lab.claude("Remember swordfish")
            second = lab.claude("What was it?", "--resume", first.session)
            self.assertEqual(second.result["result"], "It was swordfish.")
            said = texts(lab.fake.exchanges[-1])
            for part in ("Remember swordfish", "Noted: swordfish.", "What was it?"):
                self.assertIn(part, said)

        self.both(scenario)

    def test_compaction(self):
        """a compaction"""

        def scenario(lab):
            def route(exchange):
                said = texts(exchange)
                if "CRITICAL: Respond with TEXT ONLY" in said:
                    return Reply([text("<analysis>All of it.</analysis>\n<summary>They asked to list.</summary>")])
                if "They asked to list." in said:
                    return Reply([text("Carried on after compaction.")])
                call = tool_use("Bash", {"command": "echo big", "description": "List"}, f"toolu_{exchange.number}")
                return Reply([text("Listing."), call], input_tokens=90_000)

            lab.fake.router = route
            run = lab.claude("List it", "--model", "local-model", env={"CLAUDE_CODE_MAX_CONTEXT_TOKENS": "60000"})
            self.assertEqual((run.code, run.result["result"]), (0, "Carried on after compaction."))
            self.assertEqual(len(run.of_subtype("compact_boundary")), 1)

        self.both(scenario)

    def test_count_tokens(self):
        """/v1/messages/count_tokens"""

        def scenario(lab):
            run = lab.claude("/context")
            self.assertEqual(run.code, 0)
            counts = [e for e in lab.fake.exchanges if e.path == "/v1/messages/count_tokens"]
            self.assertGreater(len(counts), 5, "the client counts each part of its context")
            self.assertTrue(all(e.status == 200 for e in counts))

        self.both(scenario, ordered=False)


class Interrupts(ScenarioTest):
    def interrupted(self, lab, client, gate):
        self.assertTrue(gate.reached.wait(30), "the request never came")
        client.interrupt()
        exchange = lab.fake.exchanges[-1]
        self.assertTrue(exchange.closed.wait(10), "the upstream was never closed")
        client.wait(10)
        left = max(c.client_closed_at for c in lab.tap.connections if c.client_closed_at)
        late = exchange.peer_closed_at - left
        print(f"  {lab.through}: the upstream was closed {late * 1000:.1f} ms after the client left", file=sys.stderr)
        self.assertLess(late, CLOSE_SECONDS_MAX)

    def test_interrupt_before_the_answer(self):
        """an interrupt (upstream closed within 50 ms): while we wait for the upstream's first byte"""

        def scenario(lab):
            gate = Gate()
            answer = stream([Hang()])
            answer.before = [gate]
            lab.fake.answer(answer)
            self.interrupted(lab, lab.start_claude("Think for long"), gate)

        self.both(scenario)

    def test_interrupt_in_a_stream(self):
        """an interrupt (upstream closed within 50 ms): in the middle of a stream"""

        def scenario(lab):
            gate = Gate()
            lab.fake.router = lambda exchange: stream(
                [*Reply([text("Once upon a time", 4)]).events(exchange)[:4], gate]
            )
            self.interrupted(lab, lab.start_claude("Tell a story"), gate)

        self.both(scenario)


class Failures(ScenarioTest):
    def test_rate_limit(self):
        """429 with retry-after"""

        def scenario(lab):
            lab.fake.answer(rate_limited(1), Reply([text("After the pause.")]))
            run = lab.claude("Try")
            self.assertEqual((run.code, run.result["result"]), (0, "After the pause."))
            first, second = lab.fake.exchanges
            self.assertGreater(second.received_at - first.received_at, 0.9, "retry-after was not seen by the client")
            self.assertEqual([e["error_status"] for e in run.of_subtype("api_retry")], [429])

        self.both(scenario)

    def test_overloaded(self):
        """529"""

        def scenario(lab):
            lab.fake.answer(overloaded(), Reply([text("Second time lucky.")]))
            run = lab.claude("Try")
            self.assertEqual((run.code, run.result["result"]), (0, "Second time lucky."))
            self.assertEqual([e["error_status"] for e in run.of_subtype("api_retry")], [529])

        self.both(scenario)

    def test_overloaded_for_good(self):
        """529 (the client gives up in the end, and says so)"""

        def scenario(lab):
            lab.fake.answer(overloaded(), overloaded(), overloaded())
            # How often it tries by itself depends on where it believes to run.
            run = lab.claude("Try", env={"CLAUDE_CODE_MAX_RETRIES": "2"})
            self.assertEqual(run.code, 1)
            self.assertIn("Overloaded", run.result["result"])

        self.both(scenario)

    def test_prompt_too_long(self):
        """400 "prompt is too long": shown when there is nothing to compact"""

        def scenario(lab):
            lab.fake.answer(Failure(400, TOO_LONG))
            run = lab.claude("Too much")
            self.assertTrue(run.result["is_error"])
            self.assertIn("too long", run.result["result"].lower())

        self.both(scenario)

    def test_prompt_too_long_is_compacted(self):
        """400 "prompt is too long": in a longer conversation the client compacts and carries on"""

        def scenario(lab):
            refusals = []

            def route(exchange):
                said = texts(exchange)
                if "CRITICAL: Respond with TEXT ONLY" in said:
                    return Reply([text("<summary>They counted.</summary>")])
                if "They counted." in said:
                    return Reply([text("Carried on.")])
                if "toolu_2" in said and not refusals:
                    refusals.append(exchange)
                    return Failure(400, TOO_LONG)
                call = tool_use("Bash", {"command": "echo 1", "description": "Count"}, f"toolu_{exchange.number}")
                return Reply([text("Counting."), call])

            lab.fake.router = route
            run = lab.claude("Count")
            self.assertEqual((run.code, run.result["result"]), (0, "Carried on."))
            self.assertEqual(len(refusals), 1)

        self.both(scenario)

    def test_error_event(self):
        """an error event inside a stream"""

        def scenario(lab):
            def route(exchange):
                if exchange.number == 1:
                    return stream([*Reply([text("never")]).events(exchange)[:2], error_event()])
                return Reply([text("Recovered.")])

            lab.fake.router = route
            run = lab.claude("Try")
            self.assertEqual((run.code, run.result["result"]), (0, "Recovered."))
            self.assertFalse(lab.fake.exchanges[1].json.get("stream"), "the client asks again without streaming")

        self.both(scenario)

    def test_overloaded_event(self):
        """an error event inside a stream (overloaded, as its first event: the client streams again)"""

        def scenario(lab):
            lab.fake.answer(stream([error_event("overloaded_error", "Overloaded")]), Reply([text("Recovered.")]))
            run = lab.claude("Try")
            self.assertEqual((run.code, run.result["result"]), (0, "Recovered."))

        self.both(scenario)

    def test_broken_stream(self):
        """a broken stream (reset before a block was complete: retried)"""

        def scenario(lab):
            def route(exchange):
                if exchange.number == 1:
                    return stream([*Reply([text("never seen")]).events(exchange)[:4], SETTLE, Reset()])
                return Reply([text("Whole again.")])

            lab.fake.router = route
            run = lab.claude("Try")
            self.assertEqual((run.code, run.result["result"]), (0, "Whole again."))
            self.assertEqual(len(run.of_subtype("api_retry")), 1)

        self.both(scenario)

    def test_stream_broken_after_text(self):
        """a broken stream (reset after a block was complete: kept, and continued)"""

        def scenario(lab):
            def route(exchange):
                if exchange.number == 1:
                    return stream([*Reply([text("Kept words.", 1)]).events(exchange)[:5], SETTLE, Reset()])
                return Reply([text("And the rest.")])

            lab.fake.router = route
            run = lab.claude("Try")
            self.assertEqual(run.code, 0)
            self.assertIn("Kept words.", texts(lab.fake.exchanges[1]))
            self.assertIn("cut off", texts(lab.fake.exchanges[1]))

        self.both(scenario)

    def test_half_an_event(self):
        """a broken stream (half an event, then the end of the connection)"""

        def scenario(lab):
            def route(exchange):
                if exchange.number == 1:
                    events = Reply([text("never seen")]).events(exchange)
                    return stream([*events[:3], events[3][:25], SETTLE, Reset()])
                return Reply([text("Whole again.")])

            lab.fake.router = route
            self.assertEqual(lab.claude("Try").result["result"], "Whole again.")

        self.both(scenario)


if __name__ == "__main__":
    unittest.main()
