"""Clients of Anthropic and of OpenAI in front, Amazon's cloud behind: the real Claude Code and the real packages against a
fake that checks every signature and refuses what Bedrock refuses."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import tempfile
import unittest

import anthropic
import answers
import claude
import fake_aws
import openai
from answers import Close, json_answer
from fake_bedrock import BEARER, KEY, REGION, SECRET, TOKEN, Claude, FakeBedrock, Reply, event, exception, failure, stream
from lab import THROUGH
from sidecar import Sidecar
from test_translation import TOOL
from translated import png

NOVA, GPT = "eu.amazon.nova-2-lite-v1:0", "openai.gpt-oss-120b-1:0"
ARN = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3"
SIGNED = {"access_key": KEY, "secret_key": SECRET}


@unittest.skipUnless(THROUGH == "sidecar", "only the sidecar translates")
class BedrockTest(unittest.TestCase):
    def setUp(self):
        self.fake = self.enterContext(FakeBedrock())

    def start(self, keys: dict = SIGNED, env: dict | None = None, **rest) -> anthropic.Anthropic:
        provider = {"type": "bedrock", "base_url": self.fake.url, "inference_profile": "eu", "region": REGION} | keys
        provider = {name: value for name, value in provider.items() if value is not None}
        models = {"nova": f"cloud/{NOVA}", "gpt-*": f"cloud/{GPT}", "claude-haiku-*": f"cloud/{NOVA}"}
        self.sidecar = self.enterContext(
            Sidecar({"providers": {"cloud": provider}, "models": models, "routes": {"default": "cloud"}} | rest, env=env)
        )
        self.client = anthropic.Anthropic(api_key="sk-test", base_url=self.sidecar.url, max_retries=0)
        return self.client

    def tearDown(self):
        self.assertEqual(self.fake.violations, [])
        self.assertTrue(self.sidecar.alive, self.sidecar.log[-3000:])
        for secret in (SECRET, TOKEN, BEARER):
            self.assertNotIn(secret, self.sidecar.log)

    def ask(self, model: str = "nova", **rest):
        rest = {"messages": [{"role": "user", "content": "Hi"}]} | rest
        return self.client.messages.create(model=model, max_tokens=20000, **rest)

    def stream(self, model: str = "nova", **rest):
        rest = {"messages": [{"role": "user", "content": "Hi"}]} | rest
        with self.client.beta.messages.stream(model=model, max_tokens=20000, **rest) as stream:
            return stream.get_final_message()


class Credentials(BedrockTest):
    def test_they_are_found_where_amazon_s_programs_find_them(self):
        """configuration, environment, files; session tokens; a file that changes; a region from its profile"""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        file = folder / "credentials"
        file.write_text(f"[work]\naws_access_key_id = {KEY}\naws_secret_access_key={SECRET} ; mine\n")
        (folder / "config").write_text(f"[profile work]\nregion = {REGION}\ns3 =\n  region = other\n")
        files = {"AWS_SHARED_CREDENTIALS_FILE": str(file), "AWS_CONFIG_FILE": str(folder / "config")}
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
        for settings, env, bearer, token in [
            ({"key": BEARER}, {}, BEARER, None), ({}, {"AWS_BEARER_TOKEN_BEDROCK": BEARER} | keys, BEARER, None),
            (SIGNED | {"session_token": TOKEN}, {}, None, TOKEN), ({}, keys, None, TOKEN),
            ({"profile": "work", "region": None}, files, None, None), ({}, files | {"AWS_PROFILE": "work"}, None, None),
        ]:  # fmt: skip
            self.fake.bearer, self.fake.token = bearer, token
            self.start(settings, env)
            self.fake.answer(Reply("Hi"))
            self.assertEqual(self.ask().content[0].text, "Hi")
        self.fake.token = TOKEN
        file.write_text(f"[work]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n")
        self.fake.answer(Reply("Again"))
        self.assertEqual(self.ask().content[0].text, "Again")

    def test_who_has_none_or_a_wrong_one_is_told_so(self):
        self.start({})
        with self.assertRaises(anthropic.AuthenticationError) as caught:
            self.ask()
        self.assertIn("~/.aws/credentials", str(caught.exception))
        self.start(SIGNED | {"secret_key": SECRET + "x", "session_token": TOKEN})
        self.fake.token = TOKEN
        with self.assertRaises(anthropic.AuthenticationError) as caught:
            self.ask()
        self.assertIn("does not match", str(caught.exception))
        self.assertNotIn(TOKEN, str(caught.exception))


    def test_others_give_them(self):
        """credential_process, roles, web identities, containers, machines; asked once for as long as they hold"""
        giver = self.enterContext(fake_aws.FakeKeyGivers())
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        asks, role = "aws_access_key_id = {}\naws_secret_access_key = {}\n".format(*fake_aws.ASKING), f"role_arn = {fake_aws.ROLE}\n"
        (folder / "identity").write_text(fake_aws.IDENTITY + "\n")
        (folder / "config").write_text(
            f"[profile printed]\ncredential_process = {fake_aws.process()}\n"
            f"[profile role]\n{role}source_profile = asks\nexternal_id = e/1\n[profile asks]\n{asks}"
            f"[profile web]\n{role}web_identity_token_file = {folder}/identity\n"
            f"[profile silent]\ncredential_process = echo {SECRET}; exit 3\n[profile code]\n{role}mfa_serial = m\nsource_profile = asks\n"
            f"[profile round]\n{role}source_profile = about\n[profile about]\n{role}source_profile = round\n"
            f"[profile other]\nrole_arn = arn:aws:iam::1:role/other\nsource_profile = asks\n"
        )
        files = {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_ENDPOINT_URL_STS": giver.url, "HOME": str(folder)}
        web = {"AWS_ROLE_ARN": fake_aws.ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/identity"}
        near = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": giver.url + "/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": fake_aws.ROOM}
        self.fake.token = TOKEN
        for settings, env, count in [
            ({"profile": "printed"}, {}, 0), ({"profile": "role"}, {}, 1), ({"profile": "web"}, {}, 1), ({}, web, 1), ({}, near, 1),
            ({"metadata": True}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT": giver.url}, 3),
        ]:  # fmt: skip
            self.start(settings, files | env)
            seen = len(giver.exchanges)
            self.fake.answer(Reply("Hi"), Reply("Hi"))
            for _ in range(2):
                self.assertEqual(self.ask().content[0].text, "Hi")
            self.assertEqual(len(giver.exchanges) - seen, count, settings | env)
        self.assertEqual(giver.exchanges[0].json["ExternalId"], "e/1")
        for profile, words in {"silent": "ended with code 3", "code": "mfa_serial", "round": "circle: round → about → round", "other": "AccessDenied"}.items():
            self.start({"profile": profile}, files)
            with self.assertRaises(anthropic.AuthenticationError) as caught:
                self.ask()
            self.assertIn(words, str(caught.exception))
            self.assertNotIn(SECRET, str(caught.exception))


class Packages(BedrockTest):
    """The `anthropic` and the `openai` package."""

    def test_whole_and_streamed_answers(self):
        self.start()
        for model in ("nova", f"cloud/{ARN}"):
            for ask in (self.ask, self.stream):
                self.fake.answer(Reply('Grüße 🙂 "quoted" \\ done', thoughts="Hm"))
                message = ask(model, thinking={"type": "adaptive"})
                self.assertEqual([block.type for block in message.content], ["thinking", "text"][model != "nova" :])
                self.assertEqual(message.content[-1].text, 'Grüße 🙂 "quoted" \\ done')
                self.assertEqual((message.usage.input_tokens, message.usage.cache_read_input_tokens), (40, 60))
                self.assertEqual((message.usage.output_tokens, message.stop_reason), (20, "end_turn"))
        self.assertEqual(self.fake.exchanges[-1].model, ARN)

    def test_claude_models_get_anthropic_s_own_request(self):
        self.start()
        betas = ["interleaved-thinking-2025-05-14", "advanced-tool-use-2025-11-20", "fast-mode-2026-02-01"]
        reply = Claude(answers.Reply([answers.thinking("Hm"), answers.text("Streamed 🙂"), answers.tool_use("A", {"q": "ü"}, "toolu_1")]))
        for ask, more in ((self.ask, {}), (self.stream, {"betas": betas})):
            self.fake.answer(reply)
            message = ask("claude-sonnet-4-5-20250929", tools=[{"name": "A", "input_schema": {"type": "object"}}], **more)
            self.assertEqual([block.type for block in message.content], ["thinking", "text", "tool_use"])
            self.assertEqual((message.content[2].input, message.stop_reason), ({"q": "ü"}, "tool_use"))
        self.assertEqual(self.fake.exchanges[-1].json["anthropic_beta"], [betas[0], "tool-search-tool-2025-10-19"])
        self.assertEqual(self.fake.exchanges[-1].model, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0")

    def test_tools_there_and_back(self):
        """parallel calls, pictures in results, papers, marks for the cache, signatures that come home"""
        self.start()
        for ask in (self.ask, self.stream):
            self.fake.router = lambda exchange: (
                Reply("Two.", [(self.declared(exchange), {"q": "a"}), (self.declared(exchange), {"const": "b"})], "Hm")
                if len(exchange.json["messages"]) == 1
                else Reply("Both.")
            )
            rest = {"tools": [TOOL], "thinking": {"type": "adaptive"}, "system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral"}}]}
            paper = {"type": "document", "title": "a_b", "source": {"type": "base64", "media_type": "application/pdf", "data": "QQ=="}}
            messages = [{"role": "user", "content": [paper]}]
            first = ask(messages=messages, **rest)
            used = [block for block in first.content if block.type == "tool_use"]
            self.assertEqual([(b.name, b.input) for b in used], [(TOOL["name"], {"q": "a"}), (TOOL["name"], {"const": "b"})])
            image = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(png()).decode()}
            results = [
                {"type": "tool_result", "tool_use_id": used[1].id, "content": "B", "cache_control": {"type": "ephemeral"}},
                {"type": "tool_result", "tool_use_id": used[0].id, "content": [{"type": "image", "source": image}]},
            ]
            messages += [
                {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]},
                {"role": "user", "content": results},
            ]
            self.assertEqual(ask(messages=messages, **rest).content[-1].text, "Both.")
            sent = self.fake.exchanges[-1].json["messages"]
            self.assertIn(sent[1]["content"][0]["reasoningContent"]["reasoningText"]["signature"], self.fake.signatures)
            self.assertIn("image", sent[2]["content"][0]["toolResult"]["content"][0])

    @staticmethod
    def declared(exchange) -> str:
        return exchange.json["toolConfig"]["tools"][0]["toolSpec"]["name"]

    def test_errors_keep_status_and_words(self):
        self.start()
        long, slow = "Input is too long for requested model.", "Too many tokens, please wait before trying again."
        cases = [
            (failure(429, slow), anthropic.RateLimitError, slow), (failure(403, "Denied"), anthropic.PermissionDeniedError, "Denied"),
            (failure(503, "Busy"), anthropic.InternalServerError, "Busy"), (failure(400, long), anthropic.BadRequestError, "prompt is too long"),
        ]  # fmt: skip
        for answer, kind, words in cases:
            for ask in (self.ask, self.stream):
                for model in ("nova", "claude-opus-5-5"):
                    self.fake.answer(answer)
                    with self.assertRaises(kind) as caught:
                        ask(model)
                    self.assertIn(words, str(caught.exception))
        for model in ("nova", "claude-opus-5-5"):
            self.fake.answer(stream(exception("throttlingException", slow)))
            with self.assertRaises(anthropic.RateLimitError):
                self.stream(model)
        half = event("contentBlockDelta", {"delta": {"text": "Half of"}, "contentBlockIndex": 0})
        broken = half[:-1] + bytes([half[-1] ^ 1])
        for end in ([], [Close()], [half[:30]], [broken], [exception("modelStreamErrorException", "broke")], [b"\xff" * 64]):
            self.fake.answer(stream(half, *end))
            with self.assertRaises(anthropic.APIError):
                self.stream()

    def test_tokens_are_counted_where_they_are(self):
        self.start()
        count = lambda model: self.client.messages.count_tokens(  # noqa: E731
            model=model, messages=[{"role": "user", "content": "How many are these?"}]
        )
        self.assertEqual(count("claude-sonnet-4-5-20250929").input_tokens, self.fake.token_count)
        self.assertEqual(self.fake.exchanges[-1].model, "anthropic.claude-sonnet-4-5-20250929-v1:0")
        for model in ("claude-uncounted", "nova"):
            self.assertTrue(5 <= count(model).input_tokens <= 20)

    def test_guardrails(self):
        self.start(SIGNED | {"guardrail": "gr1", "guardrail_version": "2"})
        text = {"output": {"message": {"role": "assistant", "content": [{"text": "Blocked."}]}}, "usage": Reply.usage, "metrics": {"latencyMs": 1}}
        self.fake.answer(json_answer(200, text | {"stopReason": "guardrail_intervened"}), Claude(answers.Reply([answers.text("ok")])))
        self.assertEqual(self.ask().stop_reason, "refusal")
        self.assertEqual(self.fake.exchanges[-1].json["guardrailConfig"]["guardrailVersion"], "2")
        self.ask("claude-opus-5-5")
        self.assertEqual(self.fake.exchanges[-1].request.header("x-amzn-bedrock-guardrailidentifier"), "gr1")

    def test_openai_in_front(self):
        self.start()
        client = openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0)
        tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
        self.fake.answer(Reply(calls=[("look", {"q": "ü"})]), Reply("Done."), Reply('{"n": 7}'), Claude(answers.Reply([answers.text("Hi")])))
        messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Look"}]
        with client.chat.completions.stream(model="gpt-5", messages=messages, tools=[tool]) as stream:
            call = stream.get_final_completion().choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("look", {"q": "ü"}))
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call.model_dump(include={"id", "type", "function"})]},
            {"role": "tool", "tool_call_id": call.id, "content": "found"},
        ]
        # The tools are no longer shown, and those that were called are named all the same.
        again = client.chat.completions.create(model="gpt-5", messages=messages)
        self.assertEqual(again.choices[0].message.content, "Done.")
        form = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
        answer = client.chat.completions.create(model="gpt-5", messages=messages[:2], response_format=form)
        self.assertEqual(json.loads(answer.choices[0].message.content), {"n": 7})
        answer = client.responses.create(model="claude-opus-5-5", input="Hi")
        self.assertEqual(answer.output_text, "Hi")


class Agent(BedrockTest):
    """The real Claude Code."""

    def setUp(self):
        super().setUp()
        parent = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        os.chmod(parent, 0o755)
        self.home = self.enterContext(claude.Home(parent))

    def run_claude(self, prompt: str):
        run = claude.run(self.home, self.sidecar.url, prompt)
        self.assertEqual(run.code, 0, run.stdout[-2000:])
        return run.result["result"]

    def prefixes_hold(self):
        bodies = [exchange.request.body for exchange in self.fake.exchanges]
        for earlier, later in zip(bodies, bodies[1:]):
            self.assertTrue(without_marks(later).startswith(without_marks(earlier)[:-2]), "an upstream cache would not be found again")

    def test_five_turn_tool_loop(self):
        """every tool schema of the client's, signatures through five turns, prefixes that hold but for marks that move"""
        self.start(models={"claude-*": f"cloud/{NOVA}"})
        file = str(self.home.work / "note.txt")
        calls = [
            ("Write", {"file_path": file, "content": "one\ntwo\n"}),
            ("Read", {"file_path": file}),
            ("Edit", {"file_path": file, "old_string": "two", "new_string": "three"}),
            ("Bash", {"command": "cat note.txt && echo done", "description": "Show it"}),
            ("Bash", {"command": "exit 3", "description": "Fail"}),
        ]
        for call in calls:
            self.fake.answer(Reply(f"Calling {call[0]}.", [call], thoughts="Next step."))
        self.fake.answer(Reply("All five ran."))
        self.assertEqual(self.run_claude("Work through it"), "All five ran.")
        self.assertEqual((self.home.work / "note.txt").read_text(), "one\nthree\n")
        blocks = [block for message in self.fake.exchanges[-1].json["messages"] for block in message["content"]]
        self.assertEqual(len([block for block in blocks if "reasoningContent" in block]), 5)
        results = [block["toolResult"] for block in blocks if "toolResult" in block]
        self.assertIn("three\ndone", results[3]["content"][0]["text"])
        self.assertEqual(results[4]["status"], "error")
        self.prefixes_hold()

    def test_claude_models(self):
        self.start()
        file = str(self.home.work / "note.txt")
        write = answers.tool_use("Write", {"file_path": file, "content": "one\n"}, "toolu_1")
        self.fake.answer(Claude(answers.Reply([answers.text("Writing."), write])), Claude(answers.Reply([answers.text("It is there.")])))
        self.assertEqual(self.run_claude("Write it"), "It is there.")
        self.assertEqual((self.home.work / "note.txt").read_text(), "one\n")


def without_marks(body: bytes) -> bytes:
    return body.replace(b',{"cachePoint":{"type":"default"}}', b"")


if __name__ == "__main__":
    unittest.main()
