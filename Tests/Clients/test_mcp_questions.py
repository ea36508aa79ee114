"""What MCP servers ask in the middle of calls, and what clients with sessions are told unasked: with `mcp_server.py`, with a server of
the `mcp` package, and with that package's clients of both eras over both transports.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import shutil
import tempfile
import urllib.error
import urllib.request

from mcp import Client, StdioServerParameters
from mcp.types import CreateMessageResult, ElicitResult, ErrorData, ListRootsResult, Root, TextContent
from sidecar import Sidecar, binary
import test_mcp_servers
from test_mcp_servers import SECONDS_MAX, Servers, entry

FORM = {"message": "Who?", "requestedSchema": {"type": "object", "properties": {"name": {"type": "string", "default": "Bo"}}}}
WORDS = {"messages": [{"role": "user", "content": {"type": "text", "text": "Say it."}}], "maxTokens": 50}


async def elicit(_, parameters):
    return ElicitResult(action="accept", content={"name": "Ada"})


async def sample(_, parameters):
    words = f"I was asked: {parameters.messages[0].content.text}"
    return CreateMessageResult(role="assistant", model="mine", content=TextContent(type="text", text=words))


async def roots(_):
    return ListRootsResult(roots=[Root(uri="file:///mine")])


CALLBACKS = {"elicitation_callback": elicit, "sampling_callback": sample, "list_roots_callback": roots}


class Ground(Servers):
    def peer(self, kind: str) -> int:
        return test_mcp_servers.Addresses.peer(self, kind)

    def doors(self, sidecar: Sidecar):
        """Each way in, in both eras."""
        arguments = ["mcp", "serve", "--workspace", str(sidecar.folder)]
        stdio = StdioServerParameters(command=str(binary()), args=arguments, env=sidecar.environment())
        for server in (sidecar.url + "/mcp", stdio):
            for mode in ("legacy", "auto"):
                yield f"{'stdio' if server is stdio else 'HTTP'} {mode}", server, mode

    async def ask(self, client: Client, method: str, params: dict | None = None, name: str = "asks__ask") -> dict:
        result = await client.call_tool(name, {"method": method, "params": params or {}})
        self.assertFalse(result.is_error, result)
        return json.loads(result.content[0].text)

    def run_both(self, scenario):
        asyncio.run(asyncio.wait_for(scenario, SECONDS_MAX))


class Questions(Ground):
    def test_clients_are_asked(self):
        """tools-call-elicitation, tools-call-sampling, elicitation-sep1034-client-defaults,
        input-required-result-basic-elicitation, input-required-result-basic-sampling, input-required-result-basic-list-roots,
        input-required-result-multi-round, input-required-result-non-tool-request: a server with a session asks, and whoever calls it answers, in whichever era."""
        sidecar = self.run_with({"asks": entry("asks")})
        self.wait(sidecar, "asks", "ready")

        async def scenario(server, mode):
            async with Client(server, mode=mode, **CALLBACKS) as client:
                prompt = json.loads((await client.get_prompt("asks__who")).messages[0].content.text)
                self.assertEqual(prompt["result"]["content"], {"name": "Ada"})
                answer = await self.ask(client, "elicitation/create", FORM)
                self.assertEqual((answer["result"]["action"], answer["result"]["content"]), ("accept", {"name": "Ada"}))
                answer = await self.ask(client, "sampling/createMessage", WORDS)
                self.assertEqual(answer["result"]["content"]["text"], "I was asked: Say it.")
                answer = await self.ask(client, "roots/list")
                self.assertEqual(answer["result"]["roots"][0]["uri"], "file:///mine")
                declared = json.loads((await client.call_tool("asks__declared", {})).content[0].text)
                self.assertIn("elicitation", declared)
                # Who starts its own servers has them told what it can; those of a sidecar for everybody are told what is safe.
                self.assertEqual("sampling" in declared, not isinstance(server, str))

        for name, server, mode in self.doors(sidecar):
            with self.subTest(name):
                self.run_both(scenario(server, mode))

    def test_who_cannot_be_asked(self):
        """input-required-result-capability-check, input-required-result-unsupported-methods: nobody waits for an answer that
        nobody can give."""
        sidecar = self.run_with({"asks": entry("asks")})
        self.wait(sidecar, "asks", "ready")

        async def declines(_, parameters):
            return ErrorData(code=-1, message="not now")

        async def scenario(server, mode):
            async with Client(server, mode=mode) as client:
                answer = await self.ask(client, "elicitation/create", FORM)
                self.assertEqual(answer["result"]["action"], "cancel")
                self.assertIn("has not declared `elicitation`", answer["result"]["_meta"]["sidecar/reason"])
                answer = await self.ask(client, "sampling/createMessage", WORDS)
                self.assertEqual(answer["error"]["code"], -32601)
                answer = await self.ask(client, "roots/list")
                self.assertEqual(answer["result"]["roots"][0]["uri"], f"file://{sidecar.folder.resolve()}")
                self.assertEqual((await self.ask(client, "nonsense"))["error"]["code"], -32601)
            if mode == "legacy":
                async with Client(server, mode=mode, sampling_callback=declines) as client:
                    answer = await self.ask(client, "sampling/createMessage", WORDS)
                    self.assertEqual((answer["error"]["code"], answer["error"]["message"]), (-1, "not now"))

        for name, server, mode in self.doors(sidecar):
            with self.subTest(name):
                self.run_both(scenario(server, mode))
        said = self.text(sidecar, "asks", "ask", json.dumps({"method": "elicitation/create", "params": FORM}))
        self.assertEqual(json.loads(said)["result"]["action"], "cancel")

    def test_states_are_not_guessed(self):
        """input-required-result-tampered-state, input-required-result-validate-input, input-required-result-request-state,
        input-required-result-missing-input-response, input-required-result-result-type: a call that waits belongs to whoever knows
        its state, and to that call."""
        sidecar = self.run_with({"asks": entry("asks")})
        self.wait(sidecar, "asks", "ready")
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        }
        headers = {
            "Content-Type": "application/json", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
            "Mcp-Name": "asks__ask", "Accept": "application/json, text/event-stream",
        }  # fmt: skip

        def call(**more) -> dict:
            arguments = {"method": "elicitation/create", "params": FORM}
            params = {"name": "asks__ask", "arguments": arguments, "_meta": meta} | more
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
            request = urllib.request.Request(sidecar.url + "/mcp", json.dumps(body).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as answer:
                with answer:
                    return json.loads(answer.read())

        first = call()["result"]
        self.assertEqual(first["resultType"], "input_required")
        ((name, question),) = first["inputRequests"].items()
        self.assertEqual((question["method"], question["params"]["message"]), ("elicitation/create", "Who?"))
        state = first["requestState"]
        yes = {name: {"action": "accept", "content": {"name": "Ada"}}}
        for wrong in (
            {"requestState": state + "0", "inputResponses": yes},
            {"requestState": state[:-1] + ("0" if state[-1] != "0" else "1"), "inputResponses": yes},
            {"requestState": state, "inputResponses": yes, "arguments": {"method": "elicitation/create", "params": {}}},
        ):
            self.assertEqual(call(**wrong)["error"]["code"], -32602, wrong)
        # Without the answer it is the same question again.
        again = call(requestState=state)["result"]
        self.assertEqual((again["resultType"], again["inputRequests"]), ("input_required", first["inputRequests"]))
        self.assertEqual(call(requestState=state, inputResponses=yes)["error"]["code"], -32602, "each state is good for once")
        state = again["requestState"]
        done = call(requestState=state, inputResponses=yes, extra=1)["result"]
        self.assertEqual((done["resultType"], done["isError"]), ("complete", False))
        self.assertEqual(json.loads(done["content"][0]["text"])["result"]["content"], {"name": "Ada"})
        self.assertEqual(call(requestState=state, inputResponses=yes)["error"]["code"], -32602, "once")

    def test_a_server_of_the_package(self):
        """Over the old transport, which has sessions only, and by a library that checks what it is answered."""
        port = self.peer("sse")
        sidecar = self.run_with({"old": {"type": "sse", "url": f"http://127.0.0.1:{port}/sse"}})
        self.wait(sidecar, "old", "ready")

        async def scenario(server, mode):
            async with Client(server, mode=mode, elicitation_callback=elicit) as client:
                self.assertEqual((await client.call_tool("old__introduce", {})).content[0].text, "Hello Ada")
            async with Client(server, mode=mode) as client:
                self.assertEqual((await client.call_tool("old__introduce", {})).content[0].text, "Hello nobody (cancel)")

        for mode in ("legacy", "auto"):
            with self.subTest(mode):
                self.run_both(scenario(sidecar.url + "/mcp", mode))

    def test_rounds_for_a_session(self):
        """A server without sessions asks by its result; a client with one is asked by a request, for each thing by one:
        input-required-result-multiple-input-requests."""
        port = self.peer("streamable-http")
        sidecar = self.run_with({"modern": {"type": "http", "url": f"http://127.0.0.1:{port}/mcp"}})
        self.assertEqual(self.wait(sidecar, "modern", "ready")["protocol"], "2026-07-28")

        async def scenario():
            async with Client(sidecar.url + "/mcp", mode="legacy", elicitation_callback=elicit) as client:
                result = await client.call_tool("modern__greet", {})
                self.assertEqual((result.is_error, result.content[0].text), (False, "Hello Ada (asked once)"))
            for mode in ("legacy", "auto"):
                async with Client(sidecar.url + "/mcp", mode=mode, **CALLBACKS) as client:
                    result = await client.call_tool("modern__both", {})
                    self.assertEqual((result.is_error, result.content[0].text), (False, "Ada at file:///mine"))
            async with Client(sidecar.url + "/mcp", mode="legacy") as client:
                result = await client.call_tool("modern__greet", {})
                self.assertTrue(result.is_error)
                self.assertIn("elicitation", result.content[0].text)

        self.run_both(scenario())


class Sampling(Ground):
    def sidecar(self, policy: str = "default", **sampling) -> Sidecar:
        script = "version: 1\nsteps: [{ answer: 'A model says so.' }]\n"
        sidecar = Sidecar({"providers": {"offline": {"type": "scripted", "script": "script.yaml"}}}, "--policy", policy)
        sidecar.expected_to_end = False
        (sidecar.folder / "script.yaml").write_text(script)
        self.write(sidecar.folder, {"asks": entry("asks", sampling={"model": "offline/any", **sampling})})
        self.enterContext(sidecar)
        self.started.append(sidecar)
        self.wait(sidecar, "asks", "ready")
        return sidecar

    def test_by_the_sidecar(self):
        """Where no client samples and its entry says so: a model of the configuration, so often, and written down."""
        sidecar = self.sidecar(per_hour=2, max_tokens=20)

        async def scenario(mode):
            async with Client(sidecar.url + "/mcp", mode=mode) as client:
                declared = json.loads((await client.call_tool("asks__declared", {})).content[0].text)
                self.assertIn("sampling", declared)
                return await self.ask(client, "sampling/createMessage", WORDS)

        for mode in ("legacy", "auto"):
            result = asyncio.run(asyncio.wait_for(scenario(mode), SECONDS_MAX))["result"]
            self.assertEqual((result["content"]["text"], result["model"]), ("A model says so.", "offline/any"))
            self.assertEqual((result["role"], result["stopReason"]), ("assistant", "endTurn"))
        refused = asyncio.run(asyncio.wait_for(scenario("legacy"), SECONDS_MAX))["error"]
        self.assertIn("its entry allows no more", refused["message"])
        log = sidecar.command("log", "export").stdout
        self.assertEqual(log.count('"mcp__asks__sampling"'), 3, log)
        self.assertIn("`offline/any`: ", log)
        self.assertNotIn("Say it.", log)

        # Who can sample is asked, and not the model.
        async def own():
            async with Client(sidecar.url + "/mcp", mode="legacy", **CALLBACKS) as client:
                return await self.ask(client, "sampling/createMessage", WORDS)

        self.assertEqual(asyncio.run(asyncio.wait_for(own(), SECONDS_MAX))["result"]["model"], "mine")

    def test_under_the_policy(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sidecar-policy-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        policy = folder / "p.yaml"
        policy.write_text('version: 1\nname: p\nextends: default\ntools: { "mcp__asks__sampling": { enabled: false } }\n')
        sidecar = self.sidecar(str(policy))

        async def scenario():
            async with Client(sidecar.url + "/mcp", mode="legacy") as client:
                return await self.ask(client, "sampling/createMessage", WORDS)

        refused = asyncio.run(asyncio.wait_for(scenario(), SECONDS_MAX))["error"]["message"]
        self.assertIn("the policy denies it", refused)
        self.assertIn("p.yaml:4", refused)


class News(Ground):
    def test_sessions_hear_of_it(self):
        """Another policy, and other servers: over HTTP on the stream of a session, on standard output by themselves."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sidecar-policy-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        policy = folder / "p.yaml"
        plain = "version: 1\nname: p\nextends: default\n"
        policy.write_text(plain)
        sidecar = self.run_with({"rich": entry("rich")}, "--policy", str(policy))
        self.wait(sidecar, "rich", "ready")
        one = "sidecar://rich/note://a/1"

        async def scenario(server):
            heard: asyncio.Queue = asyncio.Queue()

            async def hear(message):
                await heard.put(getattr(message, "method", None))

            async def until_told(method: str):
                while await heard.get() != method:
                    pass

            async with Client(server, mode="legacy", message_handler=hear) as client:
                self.assertIn("Grep", [tool.name for tool in (await client.list_tools()).tools])
                await client.subscribe_resource(one)
                # The package opens its stream when it likes: a change that came before is followed by another.
                while True:
                    policy.write_text(plain + "tools: { Grep: { enabled: false } }\n")
                    try:
                        # The server's own tools are news too, when it has only just been started.
                        async with asyncio.timeout(5):
                            await until_told("notifications/tools/list_changed")
                            while "Grep" in [tool.name for tool in (await client.list_tools()).tools]:
                                await until_told("notifications/tools/list_changed")
                        break
                    except TimeoutError:
                        policy.write_text(plain)
                        await asyncio.sleep(2)
                await client.call_tool("rich__grow", {})
                await until_told("notifications/resources/list_changed")
                await client.call_tool("rich__touch", {})
                await until_told("notifications/resources/updated")
            policy.write_text(plain)

        arguments = ["mcp", "serve", "--workspace", str(sidecar.folder), "--policy", str(policy)]
        stdio = StdioServerParameters(command=str(binary()), args=arguments, env=sidecar.environment())
        for server in (sidecar.url + "/mcp", stdio):
            with self.subTest("stdio" if server is stdio else "HTTP"):
                self.run_both(scenario(server))


if __name__ == "__main__":
    import unittest

    unittest.main()
