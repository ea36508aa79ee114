"""The real `openai` package speaking the Responses API to the sidecar, with every kind of provider behind."""

from __future__ import annotations

import functools
import json
import unittest

import openai
import pydantic
from answers import Failure, Reply, overloaded, text, thinking, tool_use
from fake_anthropic import FakeAnthropic
from fake_openai import KEY, Completion, FakeOpenAI
from fake_responses import FakeResponses, Turn
from lab import THROUGH
from openai.types.responses import Response, ResponseStreamEvent
from sidecar import Sidecar

SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"], "additionalProperties": False}
TOOL = {"type": "function", "name": "look", "parameters": SCHEMA, "strict": True}


class City(pydantic.BaseModel):
    name: str
    people: int


@functools.cache
def events_of_the_api() -> pydantic.TypeAdapter:
    return pydantic.TypeAdapter(ResponseStreamEvent)


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar translates")
class OpenAIResponses(unittest.TestCase):
    def setUp(self):
        self.anthropic = self.enterContext(FakeAnthropic())
        self.chat = self.enterContext(FakeOpenAI())
        self.responses = self.enterContext(FakeResponses())
        to_responses = {"type": "openai", "api": "responses", "key": KEY, "base_url": self.responses.base_url}
        self.sidecar = Sidecar(
            {
                "providers": {
                    "anthropic": {"type": "anthropic", "base_url": self.anthropic.url},
                    "chat": {"type": "openai", "key": KEY, "base_url": self.chat.base_url},
                    "gpt": to_responses,
                    "script": {"type": "scripted", "script": "script.yaml"},
                }
            }
        )
        script = {"version": 1, "steps": [{"answer": {"text": "From the script."}}]}
        (self.sidecar.folder / "script.yaml").write_text(json.dumps(script))
        self.enterContext(self.sidecar)
        self.client = openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0)

    def tearDown(self):
        self.assertEqual((self.anthropic.violations, self.chat.violations, self.responses.violations), ([], [], []))

    def ask(self, model="claude-opus-5-5", input="Hi", **rest) -> Response:
        answer = self.client.responses.create(model=model, input=input, **rest)
        Response.model_validate(answer.to_dict())
        return answer

    def stream(self, model="claude-opus-5-5", input="Hi", **rest) -> Response:
        """Every event as the API's own types want it, numbered without a gap."""
        with self.client.responses.stream(model=model, input=input, **rest) as stream:
            for number, event in enumerate(stream):
                raw = event.to_dict()
                raw.pop("snapshot", None)
                raw.pop("parsed", None)
                events_of_the_api().validate_python(raw)
                self.assertEqual(raw["sequence_number"], number)
            return stream.get_final_response()

    def test_answers_of_anthropic(self):
        for ask in (self.ask, self.stream):
            self.anthropic.answer(Reply([thinking("Hm"), text('Grüße "x" 🙂')]))
            answer = ask(reasoning={"effort": "low", "summary": "auto"}, instructions="Be brief.", max_output_tokens=99)
            self.assertEqual((answer.output_text, answer.status), ('Grüße "x" 🙂', "completed"))
            self.assertEqual(answer.output[0].summary[0].text, "Hm")
            self.assertEqual((answer.usage.input_tokens, answer.usage.output_tokens), (100, 20))
            self.assertEqual((answer.instructions, answer.store), ("Be brief.", False))
            sent = self.anthropic.exchanges[-1].json
            self.assertEqual((sent["system"], sent["max_tokens"]), ([{"type": "text", "text": "Be brief."}], 99))

    def test_a_tool_loop_with_thinking(self):
        for ask in (self.ask, self.stream):
            self.anthropic.answer(
                Reply([thinking("Look both up."), tool_use("look", {"q": "ü"}, "toolu_1"), tool_use("look", {"q": "b"}, "toolu_2")]),
                Reply([text("Done.")]),
            )
            asked = {"tools": [TOOL], "reasoning": {"effort": "high"}, "include": ["reasoning.encrypted_content"]}
            items = [{"role": "user", "content": [{"type": "input_text", "text": "Look"}]}]
            first = ask(input=items, **asked)
            self.assertEqual([item.type for item in first.output], ["reasoning", "function_call", "function_call"])
            self.assertEqual(json.loads(first.output[1].arguments), {"q": "ü"})
            self.assertEqual(first.output[0].summary, [], "nobody asked for a summary")
            items += [item.to_dict() for item in first.output]
            for item in items:
                item.pop("parsed_arguments", None)
            items += [{"type": "function_call_output", "call_id": id, "output": "found"} for id in ("toolu_1", "toolu_2")]
            self.assertEqual(ask(input=items, **asked).output_text, "Done.")
            sent = self.anthropic.exchanges[-1].json["messages"]
            self.assertEqual([m["role"] for m in sent], ["user", "assistant", "user"])
            self.assertEqual(sent[1]["content"][0]["thinking"], "Look both up.")
            self.assertEqual([b["type"] for b in sent[1]["content"]], ["thinking", "tool_use", "tool_use"])
            self.assertEqual([b["tool_use_id"] for b in sent[2]["content"]], ["toolu_1", "toolu_2"])

    def test_parsed_answers(self):
        self.anthropic.answer(Reply([text('{"name": "Köln", "people": 1}')]))
        answer = self.client.responses.parse(model="claude-opus-5-5", input="Where?", text_format=City)
        self.assertEqual(answer.output_parsed, City(name="Köln", people=1))
        self.assertIn("schema", self.anthropic.exchanges[-1].json["output_config"]["format"])

    def test_tools_that_take_any_text(self):
        tool = {"type": "custom", "name": "patch", "description": "Applies a patch"}
        for ask in (self.ask, self.stream):
            self.anthropic.answer(Reply([tool_use("patch", {"input": "*** ü\n+x"}, "toolu_1")]), Reply([text("Done.")]))
            items = [{"role": "user", "content": "Patch it"}]
            call = ask(input=items, tools=[tool]).output[0]
            self.assertEqual((call.type, call.input, call.call_id), ("custom_tool_call", "*** ü\n+x", "toolu_1"))
            items += [call.to_dict(), {"type": "custom_tool_call_output", "call_id": "toolu_1", "output": "ok"}]
            self.assertEqual(ask(input=items, tools=[tool]).output_text, "Done.")
            sent = self.anthropic.exchanges[-1].json["messages"]
            self.assertEqual(sent[1]["content"][0]["input"], {"input": "*** ü\n+x"})

    def test_reasons_to_end(self):
        for ask in (self.ask, self.stream):
            self.anthropic.answer(Reply([text("Cut")], stop_reason="max_tokens"))
            if ask == self.stream:
                with self.client.responses.stream(model="claude-opus-5-5", input="Hi") as stream:
                    last = list(stream)[-1]
                self.assertEqual((last.type, last.response.output_text), ("response.incomplete", "Cut"))
            else:
                answer = ask()
                self.assertEqual((answer.status, answer.incomplete_details.reason), ("incomplete", "max_output_tokens"))

    def test_errors_have_openais_shape(self):
        """OpenAI's on its routes"""
        self.anthropic.answer(Failure(429, "Slow down"), overloaded())
        with self.assertRaises(openai.RateLimitError) as caught:
            self.ask()
        self.assertEqual((caught.exception.body["message"], caught.exception.body["type"]), ("Slow down", "rate_limit_error"))
        with self.assertRaises(openai.APIStatusError):
            self.ask(stream=True)
        for field, value in {"previous_response_id": "resp_1", "background": True, "conversation": "conv_1"}.items():
            with self.assertRaises(openai.BadRequestError) as caught:
                self.ask(**{field: value})
            self.assertIn(f"{field}: ", caught.exception.body["message"])
        with self.assertRaises(openai.NotFoundError):
            self.client.responses.retrieve("resp_1")

    def test_what_is_left_out_is_said(self):
        self.anthropic.answer(Reply([text("Hi")]))
        raw = self.client.responses.with_raw_response.create(
            model="claude-opus-5-5", input="Hi", store=True, truncation="auto", top_logprobs=2
        )
        self.assertEqual(set(raw.headers["x-sidecar-dropped"].split(", ")), {"store", "truncation", "unknown_field"})

    def test_every_api_goes_with_every_other(self):
        """each to any provider: responses to chat, chat to responses, each to itself, and to a script"""
        for ask in (self.ask, self.stream):
            self.chat.answer(Completion("Chat.", [("call_1", "look", {"q": "ü"})]))
            answer = ask(model="chat/gpt-5.2", tools=[TOOL])
            self.assertEqual((answer.output_text, answer.output[1].call_id), ("Chat.", "call_1"))
            self.assertEqual(json.loads(answer.output[1].arguments), {"q": "ü"})
            self.assertEqual((answer.usage.input_tokens, answer.usage.input_tokens_details.cached_tokens), (100, 60))
            self.responses.answer(Turn("Itself."))
            self.assertEqual(ask(model="gpt/gpt-5.2", metadata={"a": "b"}).output_text, "Itself.")
            self.assertEqual(self.responses.exchanges[-1].json["metadata"], {"a": "b"})
            self.assertEqual(ask(model="script/any").output_text, "From the script.")
        for streamed in (False, True):
            self.responses.answer(Turn("Responses.", [("call_1", "look", {"q": "ü"})]))
            tool = {"type": "function", "function": {"name": "look", "parameters": SCHEMA}}
            asked = {"model": "gpt/gpt-5.2", "messages": [{"role": "user", "content": "Hi"}], "tools": [tool]}
            if streamed:
                with self.client.chat.completions.stream(**asked) as stream:
                    answer = stream.get_final_completion()
            else:
                answer = self.client.chat.completions.create(**asked)
            choice = answer.choices[0]
            self.assertEqual((choice.message.content, choice.finish_reason), ("Responses.", "tool_calls"))
            self.assertEqual(json.loads(choice.message.tool_calls[0].function.arguments), {"q": "ü"})


if __name__ == "__main__":
    unittest.main()
