"""MCP servers as children: the commands, the supervisor, the one endpoint; with `mcp_server.py`, which can break every rule,
with a server from PyPI, and with sessions of the `mcp` package.
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import claude
from answers import Reply, text, tool_use
from gateway import GatewayTest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import ElicitResult, PromptReference, ResourceTemplateReference
from sidecar import NO_JAIL, Sidecar, binary, free_port, makes_jails

SERVER = pathlib.Path(__file__).with_name("mcp_server.py")
KEYS = ["name", "transport", "state", "pid", "restarts", "uptime_ms", "protocol", "tools", "last_exit", "error"]
SECONDS_MAX = 60  # for what takes one or two alone


def entry(way: str = "works", **own) -> dict:
    made = {"command": sys.executable, "args": ["-S", "-E", str(SERVER), way]}
    return made | ({"sidecar": own} if own else {})


def until(condition, what: str, seconds: float = SECONDS_MAX):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.02)
    return value


def processes(sidecar: Sidecar, mark: str = "") -> list[str]:
    """Command lines of its servers, their keepers and all that came of them; those with the mark."""
    own = f"CLAUDE_PROJECT_DIR={sidecar.folder.resolve()}\0".encode()
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and "Z" not in (folder / "stat").read_text().rsplit(")", 1)[1][:3]:
                line = (folder / "cmdline").read_text().replace("\0", " ")
                if mark in line and own in (folder / "environ").read_bytes():
                    found.append(line)
        except OSError:
            continue
    return found


class Servers(GatewayTest):
    def run_with(self, servers: dict, *arguments: str) -> Sidecar:
        """A sidecar in whose folder these servers are configured."""
        sidecar = Sidecar({"providers": {"a": {"type": "anthropic", "base_url": self.fake.url}}}, *arguments)
        sidecar.expected_to_end = False
        self.write(sidecar.folder, servers)
        self.enterContext(sidecar)
        self.started.append(sidecar)
        return sidecar

    def alone(self, servers: dict) -> Sidecar:
        """Only the folder and the environment of one."""
        sidecar = Sidecar({})
        self.write(sidecar.folder, servers)
        return sidecar

    def write(self, folder: pathlib.Path, servers: dict):
        (folder / ".mcp.json").write_text(json.dumps({"mcpServers": servers}, indent=2) + "\n")

    def mcp(self, sidecar: Sidecar, *words: str, code: int = 0):
        run = sidecar.command("mcp", *words, seconds=SECONDS_MAX)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def json(self, sidecar: Sidecar, *words: str, code: int = 0):
        return json.loads(self.mcp(sidecar, words[0], "--json", *words[1:], code=code).stdout)

    def status(self, sidecar: Sidecar, name: str) -> dict:
        return self.json(sidecar, "status", name)[0]

    def wait(self, sidecar: Sidecar, name: str, state: str) -> dict:
        def holds():
            status = self.status(sidecar, name)
            return status if status["state"] == state else None

        return until(holds, f"{name} is {state}")

    def text(self, sidecar: Sidecar, *words: str, code: int = 0) -> str:
        return self.mcp(sidecar, "call", *words, code=code).stdout.strip()


class Commands(Servers):
    """Without a sidecar: the files, and servers that are run just for a question."""

    def test_files(self):
        """Other keys, order and formatting kept."""
        place = self.alone({})
        file = place.folder / ".mcp.json"
        file.write_text('{\n    "zebra": [1,2],\n    "mcpServers": {\n        "old": {"command": "true"}\n    }\n}\n')
        added = self.json(place, "add", "new", "-e", "A=b=c", "-e", "B=${X:-1}", "--lazy", "--restart", "always", "--", "prog", "-x", "y z")
        self.assertEqual((added["scope"], added["entry"]["env"]), ("project", {"A": "b=c", "B": "${X:-1}"}))
        self.mcp(place, "add", "new", "--", "prog", code=2)
        self.mcp(place, "add", "bad name", "--", "prog", code=2)
        self.mcp(place, "add", "docs", "-t", "http", "-H", "X-Key: 1", "-s", "user", "https://example.org/mcp")
        self.mcp(place, "add-json", "raw", '{"command": "x"}')
        self.mcp(place, "add-json", "raw2", '{"command": 7}', code=2)
        listed = {one["name"]: one for one in self.json(place, "list")}
        self.assertEqual(list(listed), ["old", "new", "raw", "docs"])
        self.assertEqual((listed["docs"]["scope"], listed["docs"]["headers"]), ("user", ["X-Key"]))
        self.mcp(place, "disable", "old")
        self.assertFalse(self.json(place, "get", "old")["enabled"])
        self.mcp(place, "enable", "old")
        for name in ("new", "raw"):
            self.mcp(place, "remove", name)
        self.assertIn("did you mean `old`", self.mcp(place, "get", "olt", code=2).stderr)
        self.assertIn('"zebra": [1,2],\n    "mcpServers": {\n        "old"', file.read_text())
        self.assertEqual([one["state"] for one in self.json(place, "status")], ["stopped", "stopped"])

    def test_import(self):
        place = self.alone({"a": {"command": "mine"}})
        (place.folder / ".claude.json").write_text(
            json.dumps({"mcpServers": {"a": {"command": "theirs"}}, "projects": {str(place.folder): {"mcpServers": {"b": {"command": "b"}}}}})
        )
        self.assertEqual(self.json(place, "import", "-s", "project")["imported"], ["b", "a_1"])
        self.assertEqual(self.json(place, "import", "-s", "project")["imported"], [])
        self.mcp(place, "import", "nonesuch.json", code=2)

    def test_broken_file(self):
        """A broken `.mcp.json`: file, line, column, and the servers that are fine still run."""
        place = self.alone({})
        (place.folder / ".mcp.json").write_text('{"mcpServers": {\n"a": {"command": 7},\n"b": ' + json.dumps(entry()) + "}}")
        run = self.mcp(place, "list", code=2)
        self.assertIn(".mcp.json:2:18", run.stderr)
        self.assertEqual(self.text(place, "b", "echo", '{"text": "hi"}'), "hi")
        (place.folder / ".mcp.json").write_text('{"mcpServers": {\n"a": }}')
        self.assertIn(".mcp.json:2:6", self.mcp(place, "list", code=2).stderr)
        self.assertIn(".mcp.json:2:6", self.mcp(place, "add", "c", "--", "x", code=2).stderr)

    def test_alone(self):
        """With none, `tools`, `call`, `ping` run the server just for themselves."""
        place = self.alone({"s": entry("chatters"), "unset": {"command": "x", "args": ["${NOPE_X}"]}})
        names = [tool["name"] for tool in self.json(place, "tools", "s")["tools"]]
        self.assertIn("echo", names)
        result = self.json(place, "call", "s", "echo", '{"text": "hi"}')
        self.assertEqual((result["is_error"], result["content"]), (False, [{"type": "text", "text": "hi"}]))
        self.assertEqual(self.json(place, "ping", "s")["protocol"], "2025-06-18")
        self.assertIn("Server running on stdio", self.mcp(place, "logs", "s").stdout)
        # The schema error before the server sees it; the nearest names for what is unknown.
        self.assertIn("`text` is missing", self.mcp(place, "call", "s", "echo", code=2).stderr)
        self.assertIn("did you mean `echo`", self.mcp(place, "call", "s", "ecko", code=2).stderr)
        self.assertIn("there are s, unset", self.mcp(place, "call", "other", "echo", code=2).stderr)
        self.assertIn("did not work", self.text(place, "s", "fail", code=1))
        self.mcp(place, "call", "s", "sleep", "--timeout", "200", code=124)
        self.assertIn("were left unread", self.mcp(place, "call", "s", "large", code=1).stderr)
        self.assertIn("`NOPE_X` is not set", self.mcp(place, "call", "unset", "x", code=1).stderr)
        self.assertEqual(processes(place), [])

    def test_start(self):
        """With none, `start` starts one in the background and says so."""
        place = self.alone({"s": entry()})
        run = self.mcp(place, "start", "s", "--listen", "127.0.0.1:0", "--json")
        self.addCleanup(place.command, "stop", "--now")
        self.assertIn("no sidecar was running", run.stderr)
        status = json.loads(run.stdout)[0]
        self.assertEqual(list(status), KEYS)
        self.assertEqual((status["state"], status["tools"], status["protocol"]), ("ready", 7, "2025-06-18"))
        self.assertEqual(self.text(place, "s", "pid"), str(status["pid"]))
        place.command("stop", "--now")
        self.assertEqual(processes(place), [])


class Trust(Servers):
    """A folder that came from elsewhere does not have its programs run by whoever only starts a sidecar there."""

    def test_approval(self):
        place = self.alone({"s": entry(), "t": entry()})
        (place.folder / ".git").mkdir()
        waiting = self.json(place, "status")
        self.assertEqual([one["state"] for one in waiting], ["disabled", "disabled"])
        for words in ("waits for approval", "came with a git repository", "mcp_server.py", "sidecar mcp enable s"):
            self.assertIn(words, waiting[0]["error"])
        self.assertIn("waits for approval", self.mcp(place, "call", "s", "pid", code=1).stderr)
        self.mcp(place, "enable", "s")
        self.assertEqual(self.text(place, "s", "echo", '{"text": "hi"}'), "hi")
        # As it was looked at, and no other; what one adds oneself one has seen.
        self.write(place.folder, {"s": entry("chatters"), "t": entry()})
        self.assertIn("waits for approval", self.status(place, "s")["error"])
        self.mcp(place, "add", "mine", "--", sys.executable, str(SERVER))
        self.assertEqual([one["state"] for one in self.json(place, "status")], ["disabled", "disabled", "stopped"])
        # It does not become ours because it was written again here.
        (place.folder / ".git").rmdir()
        self.assertEqual(self.status(place, "t")["state"], "disabled")

    def test_running(self):
        """One that runs takes an approval up at once; a configuration in the folder cannot say that all is well."""
        place = Sidecar({"mcp": {"approval": "none"}})
        place.expected_to_end = False
        self.write(place.folder, {"s": entry()})
        os.utime(place.folder / ".mcp.json", (1, 1))
        place.configuration_file = "sidecar.yaml"  # found, or as good as found
        self.enterContext(place)
        self.started.append(place)
        self.assertIn("unpacked or copied", self.wait(place, "s", "disabled")["error"])
        self.mcp(place, "enable", "s")
        self.wait(place, "s", "ready")

    def test_place_of_a_file(self):
        """A folder where the file would be keeps its place in a jail: there is no file."""
        place = self.alone({})
        (place.folder / ".mcp.json").unlink()
        (place.folder / ".mcp.json").mkdir()
        self.assertEqual(self.json(place, "list"), [])
        self.assertIn("a jail keeps the place", self.mcp(place, "add", "s", "--", "x", code=2).stderr)


class Accounts(Servers):
    """The policy's word on calls, the record of each, and the counters."""

    def test_policy(self):
        servers = {"some": entry("works", tools={"rename": {"pid": "process"}}), "other": entry()}
        policy = "version: 1\nextends: default\ntools:\n  mcp__*: { enabled: false }\n  mcp__some__*: { enabled: true }\n  mcp__some__environment: { enabled: false }\n"
        sidecar = Sidecar({"policy": "own.yaml"})
        sidecar.expected_to_end = False
        (sidecar.folder / "own.yaml").write_text(policy)
        self.write(sidecar.folder, servers)
        self.enterContext(sidecar)
        self.started.append(sidecar)
        for name in servers:
            self.wait(sidecar, name, "ready")

        async def scenario(client: Client):
            names = {tool.name for tool in (await client.list_tools()).tools}
            self.assertLessEqual({"some__echo", "some__process"}, names)
            self.assertFalse({"some__environment", "other__echo"} & names)
            self.assertFalse((await client.call_tool("some__echo", {"text": "swordfish"})).is_error)
            self.assertTrue((await client.call_tool("some__echo", {"txt": 1})).is_error)
            denied = await client.call_tool("other__echo", {"text": "x"})
            self.assertTrue(denied.is_error)
            self.assertEqual(denied.meta["sidecar/run"]["denied"]["rule"], "tools.mcp__*.enabled")
            # Another policy offers other tools, and who listens is told.
            async with client.listen(tools_list_changed=True) as heard:
                (sidecar.folder / "own.yaml").write_text(policy + "  Task: { enabled: false }\n")
                sidecar.process.send_signal(signal.SIGHUP)
                self.assertEqual(type(await anext(heard)).__name__, "ToolsListChanged")
            names = {tool.name for tool in (await client.list_tools()).tools}
            self.assertTrue("Task" not in names and "Read" in names, names)

        asyncio.run(asyncio.wait_for(Endpoint.client(self, sidecar.url + "/mcp", "auto", scenario), SECONDS_MAX))
        exported = sidecar.command("log", "export")
        records = [one for line in exported.stdout.splitlines() if (one := json.loads(line)).get("tool", "").startswith("mcp__")]
        self.assertEqual([(one["tool"], one["outcome"]) for one in records], [("mcp__some__echo", "done"), ("mcp__some__echo", "broken"), ("mcp__other__echo", "denied")])
        self.assertNotIn("swordfish", exported.stdout)
        self.assertEqual(records[0]["input"], {"omitted_bytes": len('{"text":"swordfish"}')})
        self.assertGreater(records[0]["bytes_out"], 0)
        metrics = self.get(sidecar, "/metrics").body.decode()
        self.assertIn('sidecar_mcp_calls_total{server="some",tool="echo",outcome="done"} 1', metrics)
        counted = json.loads(self.get(sidecar, "/tool-metrics").body)["servers"]
        self.assertEqual(counted["other"]["echo"]["outcomes"], {"denied": 1})

    def test_agents(self):
        """In conversations that the sidecar runs, `mcp__SERVER__TOOL` is a tool like the others."""
        place = Sidecar({"providers": {"a": {"type": "anthropic", "base_url": self.fake.url, "key": "sk-test"}}})
        self.write(place.folder, {"some": entry()})
        self.fake.answer(Reply([text("Asking."), tool_use("mcp__some__echo", {"text": "it came through"}, "toolu_01")]))
        self.fake.answer(Reply([text("Done.")]))
        run = place.command("agent", "run", "--tools", "Read,mcp__some__e*", "Ask it", seconds=SECONDS_MAX)
        self.assertEqual(run.stdout.strip(), "Done.", run.stderr)
        first, last = self.fake.exchanges[0].json, self.fake.exchanges[-1].json
        self.assertEqual([tool["name"] for tool in first["tools"]], ["Read", "mcp__some__echo", "mcp__some__environment"])
        self.assertIn("it came through", json.dumps(last["messages"][-1]))
        self.assertEqual(processes(place), [])


class Places(Servers):
    """Where and how a server runs: its runtime, its jail, its limits."""

    def test_runtime(self):
        place = self.alone({"s": {"command": "node", "args": ["-S", "-E", str(SERVER)], "sidecar": {"runtime": "node@20"}}, "old": {"command": "node", "sidecar": {"runtime": "node@18"}}})
        for version in ("v20.2.0", "v20.11.1", "v22.0.0"):
            programs = place.folder / ".nvm/versions/node" / version / "bin"
            programs.mkdir(parents=True)
            (programs / "node").write_text('#!/bin/sh\nexec /usr/bin/python3 "$@"\n')
            (programs / "node").chmod(0o755)
        environment = json.loads(self.text(place, "s", "environment"))
        self.assertTrue(environment["PATH"].startswith(f"{place.folder}/.nvm/versions/node/v20.11.1/bin:"), environment["PATH"])
        self.assertIn("node@20.2.0 (nvm), node@22.0.0 (nvm)", self.mcp(place, "ping", "old", code=1).stderr.replace("node@20.11.1 (nvm), ", ""))

    def test_limits(self):
        sidecar = self.run_with({"s": entry("grows", limits={"memory": "100MiB"}, restart="never"), "fine": entry("works", limits={"memory": "1GiB", "cpu": 90})})
        self.assertRegex(self.wait(sidecar, "s", "failed")["error"], "uses 1[0-9]{2} MiB of memory, more than the 100 MiB")
        self.wait(sidecar, "fine", "ready")

    def test_jail(self):
        """In the jail under a policy of its own, with its denials in its status."""
        place = self.alone({})
        if not makes_jails(place.folder, place.environment()):
            self.skipTest(NO_JAIL)
        shutil.copy2(SERVER, place.folder)
        server = str(place.folder / SERVER.name)
        self.mcp(place, "add", "s", "--policy", "default", "-e", "MARK=here", "--", "/usr/bin/python3", server)
        environment = json.loads(self.text(place, "s", "environment"))
        self.assertEqual(environment["MARK"], "here")
        self.assertNotIn("XDG_RUNTIME_DIR", environment)
        self.mcp(place, "add", "no", "--policy", "default", "--restart", "never", "--", "/usr/bin/perl", "-v")
        self.assertIn("its jail does not let it start", self.mcp(place, "ping", "no", code=1).stderr)
        self.mcp(place, "add", "wrong", "--policy", "nonesuch.yaml", "--", "/usr/bin/python3", server)
        self.assertIn("nonesuch.yaml", self.mcp(place, "ping", "wrong", code=1).stderr)
        self.mcp(place, "add", "curious", "--policy", "default", "--restart", "never", "--", "/usr/bin/python3", server, "curious")
        self.assertIn("its policy denied it", self.mcp(place, "ping", "curious", code=1).stderr)
        self.assertEqual(processes(place), [])


class Supervision(Servers):
    def test_life(self):
        sidecar = self.run_with({"s": entry(), "other": entry(), "lazy": entry("works", lazy=True), "off": entry("works", enabled=False)})
        first = self.wait(sidecar, "s", "ready")
        other = self.wait(sidecar, "other", "ready")
        self.assertEqual([self.status(sidecar, name)["state"] for name in ("lazy", "off")], ["stopped", "disabled"])
        # Dies, and is there again by itself.
        self.assertIn("dying on request", self.mcp(sidecar, "call", "s", "die", code=1).stderr)
        again = until(lambda: (now := self.status(sidecar, "s"))["state"] == "ready" and now["restarts"] == 1 and now, "back again")
        self.assertNotEqual(again["pid"], first["pid"])
        self.assertEqual(again["last_exit"], {"code": 7, "signal": None})
        os.kill(again["pid"], signal.SIGKILL)
        until(lambda: self.status(sidecar, "s")["restarts"] == 2, "killed")
        self.assertEqual(self.wait(sidecar, "s", "ready")["last_exit"], {"code": None, "signal": 9})
        # What a person stops stays so, also for calls; a call starts who is lazy.
        self.assertEqual(self.json(sidecar, "stop", "s")[0]["state"], "stopped")
        self.assertIn("sidecar mcp start s", self.mcp(sidecar, "call", "s", "pid", code=1).stderr)
        self.assertEqual(self.json(sidecar, "restart", "s")[0]["state"], "ready")
        self.text(sidecar, "lazy", "pid")
        self.assertEqual(self.status(sidecar, "lazy")["state"], "ready")
        self.assertEqual(self.status(sidecar, "other")["pid"], other["pid"])
        environment = json.loads(self.text(sidecar, "s", "environment"))
        self.assertIn("CLAUDE_PROJECT_DIR", environment)
        self.assertNotIn("NO_COLOR", environment)

    def test_file_changes(self):
        """Changes of the file start, stop and restart exactly the servers concerned."""
        servers = {name: entry() for name in ("same", "changed", "gone")}
        sidecar = self.run_with(servers)
        before = {name: self.wait(sidecar, name, "ready")["pid"] for name in servers}
        del servers["gone"]
        servers["changed"]["env"] = {"A": "1"}
        servers["fresh"] = entry()
        self.write(sidecar.folder, servers)
        self.wait_for_names(sidecar, ["same", "changed", "fresh"])
        self.wait(sidecar, "fresh", "ready")
        changed = until(lambda: (now := self.status(sidecar, "changed"))["state"] == "ready" and now["pid"] != before["changed"] and now, "changed")
        self.assertTrue(changed["pid"])
        self.assertEqual(self.status(sidecar, "same")["pid"], before["same"])
        # A file that cannot be read changes nothing.
        (sidecar.folder / ".mcp.json").write_text("{")
        sidecar.logged(".mcp.json:1:")
        self.assertEqual(self.status(sidecar, "same")["pid"], before["same"])
        self.mcp(sidecar, "disable", "same", code=2)
        self.write(sidecar.folder, servers)
        self.mcp(sidecar, "disable", "same")
        self.assertIn(self.status(sidecar, "same")["state"], ("stopping", "disabled"))

    def wait_for_names(self, sidecar: Sidecar, names: list[str]):
        until(lambda: [one["name"] for one in self.json(sidecar, "status")] == names, names)

    def test_broken_servers(self):
        """10 of them broken in ten ways: the sidecar is ready, the others answer, the 10 are explained in `status`."""
        slow = {"start_timeout": 1500, "restart": "never"}
        ways = {
            "missing": ({"command": "nonesuch-program"}, "no program `nonesuch-program`"),
            "crashes": (entry("crashes", restart="never"), "TOKEN is not set"),
            "dies": (entry("dies-after-handshake", restart="never"), "no licence"),
            "hangs": (entry("hangs", **slow), "no answer to `initialize`"),
            "stdout": (entry("floods-stdout", **slow), "no message of the protocol"),
            "stderr": (entry("floods-stderr", **slow), "no answer to `initialize`"),
            "ids": (entry("wrong-ids", **slow), "ids that nobody had asked with"),
        }
        sound = {f"good{number}": entry() for number in range(6)}
        odd = {"sigterm": entry("ignores-sigterm"), "forks": entry("leaves-a-grandchild"), "large": entry()}
        sidecar = self.run_with({name: one for name, (one, _) in ways.items()} | sound | odd)
        for name, (_, words) in ways.items():
            self.assertIn(words, self.wait(sidecar, name, "failed")["error"])
        for name in sound | odd:
            self.wait(sidecar, name, "ready")
            self.assertEqual(self.text(sidecar, name, "echo", json.dumps({"text": name})), name)
        self.assertIn("were left unread", self.mcp(sidecar, "call", "large", "large", code=1).stderr)
        self.assertLess(sidecar.resident_bytes(), 60 << 20)
        self.assertEqual(len(processes(sidecar, "sleep 98765")), 2)
        self.mcp(sidecar, "stop", "--all")
        self.assertEqual(processes(sidecar), [])
        with urllib.request.urlopen(sidecar.url + "/v1/mcp/health") as answer:
            self.assertEqual(json.load(answer)["ready"], 0)

    def test_kill(self):
        """After kill -9 of the sidecar no child within 2 s."""
        sidecar = self.run_with({"a": entry("ignores-sigterm"), "b": entry("leaves-a-grandchild"), "c": entry()})
        for name in "abc":
            self.wait(sidecar, name, "ready")
        sidecar.expected_to_end = True
        sidecar.process.kill()
        sidecar.process.wait()
        until(lambda: not processes(sidecar), "all ended", 2 if os.environ.get("CLIENTS_STRICT_TIMING") else 10)

    def test_leaks(self):
        sidecar = self.run_with({"s": entry()})
        self.wait(sidecar, "s", "ready")
        descriptors = pathlib.Path(f"/proc/{sidecar.process.pid}/fd")

        def rounds(count: int) -> int:
            for _ in range(count):
                self.assertEqual(self.json(sidecar, "restart", "s")[0]["state"], "ready")
            return len(list(descriptors.iterdir()))

        before = rounds(2)
        self.assertLessEqual(rounds(10), before)
        self.assertEqual(len(processes(sidecar)), 2)  # it and its keeper

    def test_http(self):
        sidecar = self.run_with({"s": entry(), "bad": entry("crashes", restart="never")})
        self.wait(sidecar, "s", "ready")
        self.wait(sidecar, "bad", "failed")

        def ask(path: str, method: str = "GET"):
            answer = self.get(sidecar, f"/v1/mcp{path}", method)
            return answer.status, json.loads(answer.body)

        code, listed = ask("/servers")
        self.assertEqual((code, [list(one) for one in listed["servers"]]), (200, [KEYS, KEYS]))
        self.assertEqual(ask("/servers/s")[1]["state"], "ready")
        self.assertEqual(ask("/servers/s/stop", "POST")[1]["state"], "stopped")
        self.assertEqual(ask("/servers/s/start", "POST")[1]["state"], "ready")
        self.assertEqual(ask("/servers/s/restart", "POST")[1]["state"], "ready")
        self.assertEqual(ask("/servers/bad/start", "POST")[0], 502)
        self.assertEqual(ask("/servers/x")[0], 404)
        self.assertIn("TOKEN is not set", [line["text"] for line in ask("/servers/bad/logs?n=20")[1]["lines"]])
        self.assertEqual(ask("/health")[1]["status"], "degraded")


class ClaudeCode(Servers):
    """The real Claude Code, with `--mcp-config` naming `sidecar mcp serve`, reaches the servers behind it; and nothing stays."""

    def test_behind_one_door(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sidecar-mcp-", dir="/var/tmp")).resolve()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        shutil.copy2(SERVER, folder)
        for name in ("sidecar", "sidecar-keeper"):
            shutil.copy2(binary().parent / name, folder / name)
        home = self.enterContext(claude.Home(folder))
        own = {"command": "/usr/bin/python3", "args": [str(folder / SERVER.name)]}
        (home.work / ".mcp.json").write_text(json.dumps({"mcpServers": {"some": own}}))
        self.fake.answer(Reply([text("Next."), tool_use("mcp__sidecar__some__echo", {"text": "it came through"}, "toolu_01")]))
        self.fake.answer(Reply([text("Done.")]))
        configuration = home.path / "mcp.json"
        server = {"command": str(folder / "sidecar"), "args": ["mcp", "serve", "--workspace", str(home.work)]}
        configuration.write_text(json.dumps({"mcpServers": {"sidecar": server}}))
        run = claude.run(
            home, self.fake.url, "Ask it", "--mcp-config", str(configuration), "--strict-mcp-config",
            env={"ENABLE_TOOL_SEARCH": "false"},
        )  # fmt: skip
        self.assertEqual((run.code, run.result["result"]), (0, "Done."), run.stderr)
        self.assertIn("it came through", json.dumps(self.fake.exchanges[-1].json["messages"][-1]))
        until(lambda: not [line for line in everybody() if str(folder) in line], "all ended")


def everybody() -> list[str]:
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


class Addresses(Servers):
    """Servers that run elsewhere, by all transports."""

    def peer(self, kind: str) -> int:
        port = free_port()
        process = subprocess.Popen([sys.executable, str(SERVER.with_name("mcp_peer.py")), kind, str(port)], stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def listens():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False

        until(listens, f"{kind} listens")
        return port

    def test_transports(self):
        """http-standard-headers: what stands between is told by fields what a call is about."""
        modern, old, sessions = (self.peer(kind) for kind in ("streamable-http", "sse", "sessions"))
        by_hand = {"type": "http", "url": f"http://127.0.0.1:{sessions}/mcp"}
        sidecar = self.run_with({
            "modern": {"type": "http", "url": f"http://127.0.0.1:{modern}/mcp"},
            "old": {"type": "sse", "url": f"http://127.0.0.1:{old}/sse"},
            "sessions": by_hand | {"headers": {"Authorization": "Bearer ${KEY_X:-secret}"}},
            "stranger": by_hand | {"sidecar": {"restart": "never"}},
            "nobody": {"type": "http", "url": f"http://127.0.0.1:{free_port()}/mcp", "sidecar": {"restart": "never"}},
        })  # fmt: skip
        self.assertEqual(self.wait(sidecar, "modern", "ready")["protocol"], "2026-07-28")
        self.assertEqual(self.wait(sidecar, "old", "ready")["protocol"], "2025-11-25")
        status = self.wait(sidecar, "sessions", "ready")
        self.assertEqual((status["protocol"], status["pid"], status["transport"]), ("2025-06-18", None, "http"))
        fields = self.text(sidecar, "modern", "fields", '{"region": "north"}')
        self.assertEqual(fields, "tools/call fields north")
        for name in ("modern", "old"):
            self.assertEqual(self.json(sidecar, "call", name, "double", '{"number": 21}')["content"][0]["text"], "42")
        self.assertEqual(self.text(sidecar, "sessions", "echo", '{"text": "hi"}'), "hi")
        self.assertIn("Authorization", self.wait(sidecar, "stranger", "failed")["error"])
        self.assertIn("cannot be reached", self.wait(sidecar, "nobody", "failed")["error"])
        # A session that is forgotten is opened again.
        self.mcp(sidecar, "call", "sessions", "fail", code=1)
        until(lambda: (now := self.status(sidecar, "sessions"))["restarts"] == 1 and now["state"] == "ready", "another session")
        self.assertEqual(self.text(sidecar, "sessions", "echo", '{"text": "on"}'), "on")
        self.assertEqual(self.json(sidecar, "stop", "modern")[0]["state"], "stopped")


    def test_what_servers_ask_for(self):
        """Whoever is in front of us is asked, if it can answer; nobody else, and nobody waits."""
        sidecar = self.run_with({"modern": {"type": "http", "url": f"http://127.0.0.1:{self.peer('streamable-http')}/mcp"}})
        self.wait(sidecar, "modern", "ready")
        asked = []

        async def elicit(_, parameters):
            asked.append(parameters.message)
            return ElicitResult(action="accept", content={"name": "Ada"})

        async def scenario():
            async with Client(sidecar.url + "/mcp", elicitation_callback=elicit) as client:
                result = await client.call_tool("modern__greet", {})
                self.assertEqual((result.is_error, result.content[0].text), (False, "Hello Ada (asked once)"))
            async with Client(sidecar.url + "/mcp") as client:
                result = await client.call_tool("modern__greet", {})
                self.assertTrue(result.is_error)
                self.assertIn("elicitation", result.content[0].text)

        asyncio.run(scenario())
        self.assertEqual(asked, ["Who are you?"])
        self.assertIn("elicitation", self.mcp(sidecar, "call", "modern", "greet", code=1).stderr)


class Endpoint(Servers):
    """`POST /mcp` and `sidecar mcp serve` offer the tools and every enabled server's tools as one server."""

    def both(self, sidecar: Sidecar, scenario):
        stdio = StdioServerParameters(
            command=str(binary()), args=["mcp", "serve", "--workspace", str(sidecar.folder)], env=sidecar.environment()
        )
        for server in (sidecar.url + "/mcp", stdio):
            for mode in ("auto", "legacy"):
                with self.subTest(server="stdio" if server is stdio else "HTTP", mode=mode):
                    asyncio.run(asyncio.wait_for(self.client(server, mode, scenario), SECONDS_MAX))

    async def client(self, server, mode: str, scenario):
        async with Client(server, mode=mode) as client:
            await scenario(client)

    def test_one_server(self):
        """tools_call: what a client calls here reaches the server, and its answer the client."""
        time_server = {"command": str(pathlib.Path(sys.executable).parent / "mcp-server-time")}
        filtered = entry("works", tools={"allow": ["e*"], "deny": ["environment"]})
        sidecar = self.run_with({"time": time_server, "some": filtered, "lazy": entry("works", lazy=True), "dead": entry("hangs")})
        self.wait(sidecar, "time", "ready")
        self.assertEqual(self.status(sidecar, "time")["protocol"], "2026-07-28")

        async def scenario(client: Client):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            self.assertLessEqual({"Read", "Bash", "time__get_current_time", "some__echo"}, set(tools))
            self.assertFalse({"some__environment", "some__pid"} & set(tools))
            result = await client.call_tool("time__get_current_time", {"timezone": "UTC"})
            self.assertEqual(result.structured_content["timezone"], "UTC")
            result = await client.call_tool("time__get_current_time", {"timezone": 5})
            self.assertTrue(result.is_error)
            self.assertIn("timezone", result.content[0].text)
            # A stopped lazy server is started by the call.
            result = await client.call_tool("lazy__echo", {"text": "hi"})
            self.assertEqual(result.content[0].text, "hi")
            with self.assertRaises(Exception) as caught:
                await client.call_tool("some__nonesuch", {})
            self.assertIn("nonesuch", str(caught.exception))

        self.both(sidecar, scenario)

    def test_beside_tools(self):
        """Resources, templates, prompts, completion and logging of all servers, by names that lead back to them: resources-read-text,
        resources-read-binary, resources-templates-read, sep-2164-resource-not-found, prompts-list, prompts-get-simple,
        prompts-get-with-args, prompts-get-embedded-resource, prompts-get-with-image, completion-complete."""
        filters = {"resources": {"deny": ["secret:*"]}, "prompts": {"rename": {"greet": "hello"}}}
        sidecar = self.run_with({"rich": entry("rich", **filters), "plain": entry(), "other": entry("rich")})
        for name in ("rich", "plain", "other"):
            self.wait(sidecar, name, "ready")

        async def scenario(client: Client):
            resources = {resource.uri for resource in (await client.list_resources()).resources}
            self.assertLessEqual({"sidecar://rich/note://a/1", "sidecar://other/note://a/1", "sidecar://other/secret://x"}, resources)
            self.assertNotIn("sidecar://rich/secret://x", resources)
            templates = (await client.list_resource_templates()).resource_templates
            self.assertEqual([template.uri_template for template in templates], ["sidecar://rich/note://a/{id}", "sidecar://other/note://a/{id}"])
            contents = (await client.read_resource("sidecar://rich/note://a/7")).contents
            self.assertEqual((contents[0].uri, contents[0].text), ("sidecar://rich/note://a/7", "text of note://a/7"))
            binary = (await client.read_resource("sidecar://rich/note://a/binary")).contents[0]
            self.assertEqual((binary.blob, binary.mime_type), ("AAEC", "application/octet-stream"))
            for wrong in ("sidecar://rich/secret://x", "sidecar://rich/note://none", "sidecar://nobody/x", "file:///etc/passwd"):
                with self.assertRaises(MCPError) as caught:
                    await client.read_resource(wrong)
                self.assertIn(caught.exception.error.code, (-32601, -32602), wrong)
            prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
            self.assertLessEqual({"rich__hello", "other__greet"}, set(prompts))
            messages = (await client.get_prompt("rich__hello", {"who": "you"})).messages
            self.assertEqual(messages[0].content.text, "Hello you")
            self.assertEqual(messages[1].content.resource.uri, "sidecar://rich/note://a/1")
            messages = (await client.get_prompt("rich__picture")).messages
            self.assertEqual((messages[0].content.text, messages[1].content.data, messages[1].content.mime_type), ("Look:", "AAEC", "image/png"))
            completed = await client.complete(PromptReference(type="ref/prompt", name="rich__hello"), {"name": "who", "value": "w"})
            self.assertEqual(completed.completion.values, ["greet w"])
            reference = ResourceTemplateReference(type="ref/resource", uri="sidecar://rich/note://a/{id}")
            completed = await client.complete(reference, {"name": "id", "value": "1"})
            self.assertEqual(completed.completion.values, ["note://a/{id} 1"])
            link = (await client.call_tool("rich__link", {})).content[0]
            self.assertEqual(link.uri, "sidecar://rich/note://a/1")
            # What a server says is held against what it promised.
            lie = await client.call_tool("rich__lie", {})
            self.assertTrue(lie.is_error)
            self.assertIn("`n` is", lie.content[0].text)

        self.both(sidecar, scenario)

    def test_news(self):
        """Who listens hears of other lists and of resources that change; who asks for the log of a call gets it."""
        sidecar = self.run_with({"rich": entry("rich"), "plain": entry()})
        self.wait(sidecar, "rich", "ready")
        one = "sidecar://rich/note://a/1"

        async def modern(client: Client):
            async with client.listen(resources_list_changed=True, prompts_list_changed=True, resource_subscriptions=[one]) as heard:
                self.assertEqual(heard.honored.resource_subscriptions, [one])
                await client.call_tool("rich__grow", {})
                kinds = {type(await anext(heard)).__name__, type(await anext(heard)).__name__}
                self.assertEqual(kinds, {"ResourcesListChanged", "PromptsListChanged"})
                await client.call_tool("rich__touch", {})
                self.assertEqual((await anext(heard)).uri, one)

        asyncio.run(asyncio.wait_for(self.client(sidecar.url + "/mcp", "auto", modern), SECONDS_MAX))
        stdio = StdioServerParameters(
            command=str(binary()), args=["mcp", "serve", "--workspace", str(sidecar.folder)], env=sidecar.environment()
        )

        async def session():
            heard: asyncio.Queue = asyncio.Queue()

            async def hear(message):
                await heard.put(message)

            async with Client(stdio, mode="legacy", message_handler=hear, logging_callback=hear) as client:
                await client.list_tools()
                await client.subscribe_resource(one)
                await client.set_logging_level("info")
                await client.call_tool("rich__grow", {})
                await client.call_tool("rich__touch", {})
                await client.call_tool("rich__speak", {})
                wanted = {"notifications/prompts/list_changed", "notifications/resources/list_changed", "notifications/resources/updated", "mind the gap"}
                while wanted:
                    message = await heard.get()
                    wanted.discard(getattr(message, "method", None))
                    wanted.discard(getattr(message, "data", None))

        asyncio.run(asyncio.wait_for(session(), SECONDS_MAX))

    def test_three_tools(self):
        """In place of hundreds of definitions: search, describe, call."""
        sidecar = Sidecar({"mcp": {"tools": "search"}})
        sidecar.expected_to_end = False
        self.write(sidecar.folder, {"some": entry(), "other": entry("works", tools={"allow": ["pid"]})})
        self.enterContext(sidecar)
        self.started.append(sidecar)
        for name in ("some", "other"):
            self.wait(sidecar, name, "ready")

        async def scenario(client: Client):
            names = [tool.name for tool in (await client.list_tools()).tools]
            self.assertEqual([name for name in names if "mcp" in name or "__" in name], ["mcp_search", "mcp_describe", "mcp_call"])
            found = await client.call_tool("mcp_search", {"query": "gives back"})
            self.assertEqual([tool["name"] for tool in found.structured_content["tools"]], ["some__echo"])
            described = await client.call_tool("mcp_describe", {"name": "some__echo"})
            self.assertEqual(described.structured_content["inputSchema"]["required"], ["text"])
            called = await client.call_tool("mcp_call", {"name": "some__echo", "arguments": {"text": "hi"}})
            self.assertEqual(called.content[0].text, "hi")
            for wrong in ({"name": "some__echo", "arguments": {"text": 1}}, {"name": "some__ecko"}, {"name": "other__echo"}, {}):
                self.assertTrue((await client.call_tool("mcp_call", wrong)).is_error, wrong)

        asyncio.run(asyncio.wait_for(self.client(sidecar.url + "/mcp", "auto", scenario), SECONDS_MAX))

    def test_no_waiting_in_line(self):
        """100 calls at once to 10 servers without head-of-line blocking."""
        sidecar = self.run_with({f"s{number}": entry() for number in range(4)})
        for number in range(4):
            self.wait(sidecar, f"s{number}", "ready")

        async def scenario(client: Client):
            slow = asyncio.create_task(client.call_tool("s0__sleep", {"seconds": 600}))
            calls = [client.call_tool(f"s{1 + number % 3}__echo", {"text": str(number)}) for number in range(60)]
            results = await asyncio.gather(*calls)
            self.assertEqual([result.content[0].text for result in results], [str(number) for number in range(60)])
            self.assertFalse(slow.done())
            slow.cancel()

        asyncio.run(asyncio.wait_for(self.client(sidecar.url + "/mcp", "auto", scenario), SECONDS_MAX))


if __name__ == "__main__":
    unittest.main()
