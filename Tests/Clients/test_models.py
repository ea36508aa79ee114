"""What models there are, as the packages of Anthropic and OpenAI, Claude Code's picker and `sidecar models` see it; presets of
compatible servers against fakes that refuse what each refuses; parameters that the configuration adds."""

from __future__ import annotations

import json
import re
import unittest

import anthropic
import openai
import rules
import shapes
from answers import json_answer
from fake_openai import KEY, Completion, FakeOpenAI
from lab import THROUGH
from openai.types.chat import completion_create_params
from raw import Raw, request
from sidecar import Sidecar
from test_translation import TOOL

LISTED = [
    {"id": "qwen3", "object": "model", "max_model_len": 40960},
    {
        "id": "vendor/one",
        "name": "One",
        "context_length": 1000,
        "top_provider": {"max_completion_tokens": 200},
        "pricing": {"prompt": "0.0000003", "completion": "0.0000012"},
    },
]

OPENAI = set(shapes._fields(completion_create_params.CompletionCreateParamsBase)) | {"stream"}
# What each takes besides OpenAI's own fields, and what of those it refuses.
TAKES = {"llama.cpp": {"top_k"}, "vllm": {"top_k"}, "sglang": {"top_k"}, "lm-studio": {"top_k"}, "zai": {"thinking"}}
TAKES |= {name: {"top_k"} for name in ("together", "fireworks", "deepinfra", "qwen", "minimax")}
REFUSES = {
    "mistral": {"stream_options", "reasoning_effort", "max_completion_tokens"},
    "xai": {"reasoning_effort"},
    "nvidia": {"parallel_tool_calls"},
    "groq": {"max_tokens"},
    "azure": {"max_tokens"},
    "minimax": {"response_format"},
    "qwen": {"response_format"},
    "zai": {"response_format"},
}
PRESETS = "llama.cpp lm-studio sglang vllm azure cerebras deepinfra fireworks groq huggingface minimax mistral moonshot nvidia"
PRESETS += " qwen together xai zai"


class FakeServices(FakeOpenAI):
    """Every preset's server in one: the model's name says which it is."""

    def _routed(self, exchange):
        request = exchange.request
        if (request.method, request.path) == ("GET", "/v1/models"):
            return json_answer(200, {"object": "list", "data": LISTED})
        if request.header("api-key") == KEY:
            request.headers.append(("authorization", f"Bearer {KEY}"))
        elif json.loads(request.body)["model"] == "azure":
            raise rules.Refused(401, "Access denied due to missing api-key")
        return super()._routed(exchange)

    def check(self, body):
        name = body["model"]
        if unknown := body.keys() - OPENAI - TAKES.get(name, set()) | body.keys() & REFUSES.get(name, set()):
            raise shapes.Problem(f"{name}: Extra inputs are not permitted: {sorted(unknown)}")
        roles = [message["role"] for message in body["messages"]]
        for before, role in zip(roles, roles[1:]):
            if name == "mistral" and before == "tool" and role not in ("tool", "assistant"):
                raise shapes.Problem(f"Unexpected role '{role}' after role 'tool'")
        for message in body["messages"]:
            for call in message.get("tool_calls") or []:
                if name == "mistral" and not re.fullmatch("[a-zA-Z0-9]{9}", call["id"]):
                    raise shapes.Problem(f"Tool call id was {call['id']} but must be a-z, A-Z, 0-9, with a length of 9.")


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar does this")
class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fake = cls.enterClassContext(FakeServices())
        compatible = {"type": "openai-compatible", "key": KEY, "base_url": cls.fake.base_url}
        providers = {name: compatible | {"preset": name} for name in PRESETS.split()}
        local = compatible | {"parameters": {"seed": 7, "top_k": 40, "stream_options": {"include_usage": False}}}
        cls.sidecar = cls.enterClassContext(
            Sidecar(
                {
                    "providers": {"local": local, "gpt": {"type": "openai", "base_url": "http://127.0.0.1:9"}} | providers,
                    "models": {
                        "big": "local/qwen3",
                        "claude-big": {"model": "gpt/gpt-4o", "parameters": {"user": "u"}},
                        "local/qwen3": {"output": 100, "name": "Qwen", "parameters": {"seed": 8}},
                        "claude-*": "big",
                    },
                    "routes": {"default": "local"},
                }
            )
        )
        cls.client = anthropic.Anthropic(api_key="sk-test", base_url=cls.sidecar.url, max_retries=0)

    def tearDown(self):
        self.assertEqual(self.fake.violations, [])

    def test_anthropics_shape(self):
        models = self.client.models.list(limit=2)
        self.assertEqual(([m.id for m in models.data], models.has_more), (["big", "claude-big"], True))
        everything = {model.id: model for model in models}
        self.assertEqual(everything["qwen3"].display_name, "Qwen")
        self.assertEqual((everything["qwen3"].max_input_tokens, everything["qwen3"].max_tokens), (40960, 100))
        one = everything["vendor/one"]
        self.assertEqual((one.display_name, one.max_input_tokens, one.max_tokens, one.lifecycle), ("One", 1000, 200, "active"))
        self.assertEqual(one.sidecar["prices"], {"input": 0.3, "output": 1.2})
        # That provider cannot be reached: what its maker offers.
        self.assertTrue(everything["gpt/gpt-5.5"].capabilities.thinking.types.adaptive.supported)
        self.assertEqual(self.client.models.retrieve("gpt/gpt-5.5"), everything["gpt/gpt-5.5"])
        self.assertEqual(self.client.models.retrieve("claude-anything").sidecar["model"], "qwen3")
        with self.assertRaises(anthropic.NotFoundError):
            self.client.models.retrieve("nobody's")

    def test_openais_shape(self):
        models = openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0).models
        everything = {model.id: model for model in models.list()}
        self.assertEqual((everything["vllm/vendor/one"].object, everything["vllm/vendor/one"].owned_by), ("model", "vllm"))
        self.assertEqual(models.retrieve("qwen3").id, "qwen3")

    def test_the_picker_gets_names_that_it_takes(self):
        with Raw(self.sidecar.port) as raw:
            answer = raw.ask(request("GET", "/v1/models?limit=1000", headers={"user-agent": "claude-code/2.1.329"}))
        ids = [model["id"] for model in json.loads(answer.body)["data"]]
        self.assertTrue(ids and all(id.startswith("claude") for id in ids), ids)
        self.fake.answer(Completion("ok"))
        self.client.messages.create(model="claude/vllm/qwen3", max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
        self.assertEqual(self.fake.exchanges[-1].json["model"], "qwen3")

    def test_the_command(self):
        run = self.sidecar.command("models", "--config", str(self.sidecar.configuration_file), "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        models = {model["id"]: model for model in json.loads(run.stdout)}
        self.assertEqual(models["big"] | {"id": "qwen3"}, models["qwen3"])
        self.assertIn("gpt does not say what it has", run.stderr)

    def test_health_asks_every_kind_of_provider(self):
        with Raw(self.sidecar.port) as raw:
            answer = json.loads(raw.ask(request("GET", "/health/detailed")).body)
        providers = {provider["name"]: provider for provider in answer["providers"]}
        self.assertEqual((providers["local"]["reachable"], providers["gpt"]["reachable"]), (True, False))
        self.assertEqual((answer["status"], providers["local"]["address"]), ("degraded", self.fake.base_url))
        self.fake.violations.clear()  # a HEAD is no request of the API

    def test_parameters(self):
        for model, body, expected in (
            ("big", {}, {"seed": 8, "top_k": 40, "max_completion_tokens": None}),
            ("other", {"extra_body": {"seed": 9}}, {"seed": 9, "top_k": 40}),
            ("big", {"stream": True}, {"stream_options": {"include_usage": True}}),
        ):
            self.fake.strict = False
            self.fake.answer(Completion("ok"))
            answer = self.client.messages.create(
                model=model, max_tokens=500, messages=[{"role": "user", "content": "Hi"}], **body
            )
            if body.get("stream"):
                list(answer)
            self.fake.strict = True
            sent = self.fake.exchanges[-1].json
            self.assertEqual({name: sent.get(name) for name in expected}, expected)
            self.assertEqual(sent["max_tokens"], 100 if sent["model"] == "qwen3" else 500)

    def test_presets(self):
        """Each takes a conversation with everything in it."""
        schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
        messages = [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": TOOL["name"], "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}, {"type": "text", "text": "Go on."}]},
        ]
        for name in PRESETS.split():
            with self.subTest(name=name):
                self.fake.answer(Completion('{"a": "b"}'))
                with self.client.messages.stream(
                    model=f"{name}/{name}",
                    max_tokens=50,
                    messages=messages,
                    tools=[TOOL],
                    tool_choice={"type": "auto", "disable_parallel_tool_use": True},
                    output_config={"format": {"type": "json_schema", "schema": schema}, "effort": "low"},
                    extra_body={"top_k": 5},
                ) as stream:
                    message = stream.get_final_message()
                self.assertEqual(json.loads(message.content[0].text), {"a": "b"})


if __name__ == "__main__":
    unittest.main()
