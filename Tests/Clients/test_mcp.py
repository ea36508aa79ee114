"""The tools over MCP, with real clients: sessions of the `mcp` package in both eras over both transports, and Claude Code.

The docstrings quote: "The real Claude Code, with `--mcp-config` pointing at `sidecar mcp serve`, uses them in a five-turn
loop."
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import shutil
import tempfile
import time
import unittest

import anyio
import claude
import jsonschema
from answers import Reply, text, tool_use
from gateway import GatewayTest
from mcp import Client, StdioServerParameters
from sidecar import NO_JAIL, Sidecar, binary, makes_jails

SECONDS_MAX = 180  # the longest scenario takes about 5 s alone, and many times that on a busy machine
PROGRAMS = ["sidecar", "sidecar-jail", "sidecar-worker"]


class Ground(GatewayTest):
    """A workspace outside of /tmp, of which a run has a private one; and the programs where anybody may run them."""

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sidecar-mcp-", dir="/var/tmp")).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o755)
        for name in PROGRAMS:
            shutil.copy2(binary().parent / name, self.folder / name)
        self.program = self.folder / "sidecar"
        environment = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin"}
        if not makes_jails(self.folder, environment, self.program):
            self.skipTest(NO_JAIL)

    def serve(self, workspace: pathlib.Path) -> Sidecar:
        return self.start(None, "--workspace", str(workspace))


class Sessions(Ground):
    def setUp(self):
        super().setUp()
        self.work = self.folder / "work"
        self.work.mkdir()

    def both(self, scenario):
        """Through both transports, in both eras."""
        environment = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state")}
        arguments = ["mcp", "serve", "--workspace", str(self.work)]
        stdio = StdioServerParameters(command=str(self.program), args=arguments, env=environment)
        url = self.serve(self.work).url + "/mcp"
        for server in (stdio, url):
            for mode in ("auto", "legacy"):
                with self.subTest(server="HTTP" if server is url else "stdio", mode=mode):
                    asyncio.run(asyncio.wait_for(self.client(server, mode, scenario), SECONDS_MAX))

    async def client(self, server, mode: str, scenario):
        async with Client(server, mode=mode) as client:
            expected = "2026-07-28" if mode == "auto" else "2025-11-25"
            self.assertEqual(client.protocol_version, expected)
            await scenario(client)

    def test_tools(self):
        """Every result is what the client's own types and the tool's output schema say."""
        (self.work / "picture.png").write_bytes(PICTURE)
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": [], "execution_count": 1}
        ]}  # fmt: skip

        async def scenario(client: Client):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            self.assertIn("Bash", tools)
            (self.work / "book.ipynb").write_text(json.dumps(notebook))
            (self.work / "a.txt").unlink(missing_ok=True)
            path, book = str(self.work / "a.txt"), str(self.work / "book.ipynb")
            edits = [{"old_string": "2", "new_string": "3"}, {"old_string": "one", "new_string": "1", "replace_all": True}]
            for name, arguments, code in [
                ("Write", {"file_path": path, "content": "one\ntwo\n"}, None),
                ("Read", {"file_path": path}, None),
                ("Edit", {"file_path": path, "old_string": "two", "new_string": "2"}, None),
                ("MultiEdit", {"file_path": path, "edits": edits}, None),
                ("Write", {"file_path": path, "content": "one\n"}, None),
                ("Read", {"file_path": str(self.work / "picture.png")}, None),
                ("Read", {"file_path": book}, None),
                ("NotebookRead", {"notebook_path": book}, None),
                ("NotebookEdit", {"notebook_path": book, "cell_id": "a", "new_source": "2"}, None),
                ("NotebookEdit", {"notebook_path": book, "new_source": "#", "edit_mode": "insert", "cell_type": "markdown"}, None),
                ("LS", {"path": str(self.work)}, None),
                ("Glob", {"pattern": "*.txt"}, None),
                ("Grep", {"pattern": "one"}, None),
                ("Grep", {"pattern": "one", "output_mode": "content", "head_limit": 1}, None),
                ("Grep", {"pattern": "one", "output_mode": "count", "offset": 1}, None),
                ("Bash", {"command": "echo hello; [ 1 = 2 ]"}, None),
                ("Bash", {"command": "for i in $(seq 20000); do echo $i; done"}, None),
                ("Bash", {"command": "sleep 9", "timeout": 50}, "timed_out"),
                ("Bash", {"command": "true", "run_in_background": True}, None),
                ("Bash", {"command": "exit 3"}, "exit_code"),
                ("TodoWrite", {"todos": [{"content": "a", "status": "pending", "activeForm": "doing"}]}, None),
                ("TodoRead", {}, None),
                ("Read", {"file_path": "/etc/shadow"}, "denied"),
                ("Read", {"file": path}, "invalid_input"),
                ("Read", {"file_path": path + "x"}, "not_found"),
            ]:  # fmt: skip
                result = await client.call_tool(name, arguments)
                self.assertEqual(result.is_error, code is not None, (name, arguments, result))
                self.assertEqual(result.structured_content.get("code"), code, (name, arguments))
                jsonschema.Draft202012Validator.check_schema(tools[name].output_schema)
                jsonschema.validate(result.structured_content, tools[name].output_schema)
                self.assertTrue(result.content)
            picture = (await client.call_tool("Read", {"file_path": str(self.work / "picture.png")})).content[0]
            self.assertEqual((picture.type, picture.mime_type), ("image", "image/png"))
            with self.assertRaises(Exception) as caught:
                await client.call_tool("Nonesuch", {})
            self.assertIn("Nonesuch", str(caught.exception))

        self.both(scenario)

    def test_progress(self):
        async def scenario(client: Client):
            heard: list[tuple[float, str | None]] = []

            async def listen(progress, total, message):
                heard.append((progress, message))

            result = await client.call_tool("Bash", {"command": "echo a; sleep 2.5"}, progress_callback=listen)
            self.assertFalse(result.is_error)
            self.assertGreaterEqual(len(heard), 1)
            self.assertIn("1 line so far", heard[0][1])

        self.both(scenario)

    def test_cancellation(self):
        """A client that no longer wants an answer ends the command, and goes on with the next one."""

        async def scenario(client: Client):
            for name in ("begun", "go", "survivor"):
                (self.work / name).unlink(missing_ok=True)
            command = "touch begun; while [ ! -e go ]; do sleep 0.05; done; touch survivor"
            async with anyio.create_task_group() as group:
                group.start_soon(client.call_tool, "Bash", {"command": command})
                while not (self.work / "begun").exists():
                    await anyio.sleep(0.01)
                group.cancel_scope.cancel()
            again = await client.call_tool("Bash", {"command": "echo on"})
            self.assertEqual(again.content[0].text, "on")
            (self.work / "go").touch()
            await anyio.sleep(0.5)
            self.assertFalse((self.work / "survivor").exists())

        self.both(scenario)


class ClaudeCode(Ground):
    def loop(self, server: dict, home: claude.Home):
        note = str(home.work / "note.txt")
        calls = [
            tool_use("mcp__sidecar__Write", {"file_path": note, "content": "one\ntwo\n"}, "toolu_01"),
            tool_use("mcp__sidecar__Read", {"file_path": note}, "toolu_02"),
            tool_use("mcp__sidecar__Edit", {"file_path": note, "old_string": "two", "new_string": "three"}, "toolu_03"),
            tool_use("mcp__sidecar__Bash", {"command": "cat note.txt; git push"}, "toolu_04"),
            tool_use("mcp__sidecar__Grep", {"pattern": "three", "output_mode": "content"}, "toolu_05"),
        ]
        for call in calls:
            self.fake.answer(Reply([text("Next."), call]))
        self.fake.answer(Reply([text("All five ran.")]))
        configuration = home.path / "mcp.json"
        configuration.write_text(json.dumps({"mcpServers": {"sidecar": server}}))
        run = claude.run(
            home, self.fake.url, "Work through it", "--mcp-config", str(configuration), "--strict-mcp-config",
            env={"ENABLE_TOOL_SEARCH": "false"},
        )  # fmt: skip
        self.assertEqual((run.code, run.result["result"]), (0, "All five ran."), run.stderr)
        self.assertEqual((home.work / "note.txt").read_text(), "one\nthree\n")
        offered = {tool.get("name") for tool in self.fake.exchanges[-1].json["tools"]}
        self.assertLessEqual({call["name"] for call in calls}, offered)
        results = [
            block
            for turn in self.fake.exchanges[-1].json["messages"]
            if turn["role"] == "user" and isinstance(turn["content"], list)
            for block in turn["content"]
            if block["type"] == "tool_result"
        ]
        self.assertEqual([result["tool_use_id"] for result in results], [call["id"] for call in calls])
        self.assertEqual([bool(result.get("is_error")) for result in results], [False, False, False, True, False])
        self.assertIn("git push", json.dumps(results[3]))
        self.assertIn("three", json.dumps(results[4]))

    def home(self) -> claude.Home:
        return self.enterContext(claude.Home(self.folder))

    def test_stdio(self):
        """with `--mcp-config` pointing at `sidecar mcp serve`, uses them in a five-turn loop; and nothing stays behind."""
        home = self.home()
        server = {"command": str(self.program), "args": ["mcp", "serve", "--workspace", str(home.work)]}
        self.loop(server, home)
        deadline = time.monotonic() + 5
        while (left := self.running()) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(left, [])

    def running(self) -> list[str]:
        """Processes whose program lies in our folder."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "exe").resolve().is_relative_to(self.folder):
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found

    def test_http(self):
        home = self.home()
        self.loop({"type": "http", "url": self.serve(home.work).url + "/mcp"}, home)


# One pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000157cd2d7a"
    "0000000049454e44ae426082"
)

if __name__ == "__main__":
    unittest.main()
