"""OpenAI's clients in front: the real `openai` package, with Anthropic's API, chat completions and a script behind."""

from __future__ import annotations

import json
import unittest

import openai
from answers import Failure, Reply, overloaded, text, thinking, tool_use
from fake_anthropic import FakeAnthropic
from fake_openai import KEY, Completion, FakeOpenAI
from lab import THROUGH
from sidecar import Sidecar

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar translates")
class OpenAIClients(unittest.TestCase):
    def setUp(self):
        self.anthropic = self.enterContext(FakeAnthropic())
        self.chat = self.enterContext(FakeOpenAI())
        self.sidecar = Sidecar(
            {
                "providers": {
                    "anthropic": {"type": "anthropic", "base_url": self.anthropic.url},
                    "gpt": {"type": "openai", "key": KEY, "base_url": self.chat.base_url},
                    "script": {"type": "scripted", "script": "script.yaml"},
                }
            }
        )
        script = {"version": 1, "steps": [{"answer": {"text": "From the script."}}]}
        (self.sidecar.folder / "script.yaml").write_text(json.dumps(script))
        self.enterContext(self.sidecar)
        self.client = openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0)

    def tearDown(self):
        self.assertEqual((self.anthropic.violations, self.chat.violations), ([], []))

    def ask(self, model="claude-opus-5-5", messages=None, **rest):
        messages = messages or [{"role": "user", "content": "Hi"}]
        return self.client.chat.completions.create(model=model, messages=messages, **rest)

    def stream(self, **rest):
        chunks = list(self.ask(stream=True, stream_options={"include_usage": True}, **rest))
        said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        reason = [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason]
        return said, reason[-1], chunks

    def test_answers_of_anthropic(self):
        self.anthropic.answer(Reply([thinking("Hm"), text('Grüße "x" 🙂')]), Reply([text("Streamed 🙂")]))
        whole = self.ask(reasoning_effort="low", max_completion_tokens=100)
        self.assertEqual(whole.choices[0].message.content, 'Grüße "x" 🙂')
        self.assertEqual(whole.choices[0].message.reasoning_content, "Hm")
        self.assertEqual((whole.choices[0].finish_reason, whole.usage.prompt_tokens), ("stop", 100))
        said, reason, chunks = self.stream()
        self.assertEqual((said, reason, chunks[-1].usage.completion_tokens), ("Streamed 🙂", "stop", 20))

    def test_tools_of_anthropic(self):
        for streamed in (False, True):
            self.anthropic.answer(Reply([tool_use("look", {"q": "ü"}, "toolu_1")]), Reply([text("Done.")]))
            messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Look"}]
            if streamed:
                with self.client.chat.completions.stream(
                    model="claude-opus-5-5", messages=messages, tools=TOOLS
                ) as stream:
                    answer = stream.get_final_completion()
            else:
                answer = self.ask(messages=messages, tools=TOOLS, tool_choice="required", parallel_tool_calls=False)
            choice = answer.choices[0]
            self.assertEqual(choice.finish_reason, "tool_calls")
            call = choice.message.tool_calls[0]
            self.assertEqual((call.id, call.function.name, json.loads(call.function.arguments)), ("toolu_1", "look", {"q": "ü"}))
            messages += [
                {"role": "assistant", "content": None, "tool_calls": [call.model_dump(include={"id", "type", "function"})]},
                {"role": "tool", "tool_call_id": call.id, "content": "found"},
            ]
            self.assertEqual(self.ask(messages=messages, tools=TOOLS).choices[0].message.content, "Done.")
            sent = self.anthropic.exchanges[-1].json
            self.assertEqual(sent["system"], [{"type": "text", "text": "Be brief."}])
            self.assertEqual(sent["messages"][2]["content"][0]["tool_use_id"], "toolu_1")

    def test_errors_have_openais_shape(self):
        """OpenAI's on its routes"""
        self.anthropic.answer(Failure(429, "Slow down"), overloaded())
        with self.assertRaises(openai.RateLimitError) as caught:
            self.ask()
        self.assertEqual((caught.exception.body["message"], caught.exception.body["type"]), ("Slow down", "rate_limit_error"))
        with self.assertRaises(openai.APIStatusError):
            self.stream()
        with self.assertRaises(openai.BadRequestError) as caught:
            self.ask(n=2)
        self.assertIn("n:", caught.exception.body["message"])

    def test_chat_to_chat_passes(self):
        self.chat.answer(Completion("Whole"), Completion("Streamed"))
        whole = self.ask(model="gpt/gpt-5.2", seed=7)
        self.assertEqual(whole.choices[0].message.content, "Whole")
        self.assertEqual(self.chat.exchanges[0].json["seed"], 7)
        self.assertEqual(self.chat.exchanges[0].json["model"], "gpt-5.2")
        self.assertEqual(self.stream(model="gpt/gpt-5.2")[:2], ("Streamed", "stop"))

    def test_scripts_answer_too(self):
        self.assertEqual(self.ask(model="script/any").choices[0].message.content, "From the script.")
        self.assertEqual(self.stream(model="script/any")[:2], ("From the script.", "stop"))


if __name__ == "__main__":
    unittest.main()
