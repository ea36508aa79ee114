"""Configuration, logging and life cycle of `sidecar serve`, from outside. Docstrings quote the issue."""

from __future__ import annotations

import json
import pathlib
import signal
import socket
import time
import unittest

from answers import Failure, Gate, Reply, stream, text
from fake_anthropic import FakeAnthropic
from gateway import STREAM, GatewayTest
from raw import ASK, Raw, request
from sidecar import Sidecar, free_port, to_fake

SECRET = "sk-planted-5f3a9c0d7e"
CLIENT_SECRET = "sk-client-81b2d4f6aa"


class Ending(GatewayTest):
    def open_stream(self, sidecar: Sidecar, gate: Gate):
        def route(exchange):
            events = Reply([text("to the end")]).events(exchange)
            return stream([*events[:4], gate, *events[4:]])

        self.fake.router = route
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        self.assertTrue(gate.reached.wait(10))
        return raw

    def assertRefusesSoon(self, port: int):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return
            time.sleep(0.01)
        self.fail("it still accepts connections")

    def test_sigterm_finishes_streams(self):
        """ "SIGTERM: stop accepting, finish what streams …, then end\""""
        sidecar, gate = self.start(), Gate()
        sidecar.expected_to_end = True
        raw = self.open_stream(sidecar, gate)
        sidecar.process.send_signal(signal.SIGTERM)
        self.assertRefusesSoon(sidecar.port)
        self.assertTrue(sidecar.alive, "it ended in the middle of a stream")
        gate.open()
        answer = raw.read()
        self.assertTrue(answer.complete)
        self.assertEqual(answer.body, bytes(self.fake.exchanges[0].sent))
        self.assertEqual(sidecar.process.wait(5), 0)

    def test_sigterm_grace(self):
        """ "finish what streams (30 s, configurable), then end": a stream without end does not hold it up for ever"""
        sidecar, gate = self.start({"shutdown": {"grace": "500ms"}}), Gate()
        sidecar.expected_to_end = True
        self.open_stream(sidecar, gate)
        started = time.monotonic()
        sidecar.process.send_signal(signal.SIGTERM)
        sidecar.process.wait(10)
        self.assertGreater(time.monotonic() - started, 0.4)
        self.assertTrue(self.fake.exchanges[0].closed.wait(5))

    def test_sigterm_idle(self):
        """ "SIGTERM: stop accepting …, then end": idle connections do not hold it up"""
        sidecar = self.start()
        sidecar.expected_to_end = True
        raw = self.raw(sidecar)
        self.assertEqual(raw.ask(request("GET", "/livez")).status, 200)
        sidecar.process.send_signal(signal.SIGTERM)
        self.assertEqual(sidecar.process.wait(3), 0)

    def test_sigint_twice(self):
        """ "SIGINT twice: now\""""
        sidecar, gate = self.start(), Gate()
        sidecar.expected_to_end = True
        self.open_stream(sidecar, gate)
        sidecar.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        self.assertTrue(sidecar.alive, "the first SIGINT waits for streams")
        sidecar.process.send_signal(signal.SIGINT)
        sidecar.process.wait(3)

    def test_what_is_cut_is_logged(self):
        """A stream that the end of the sidecar cuts has its line in the log, and nobody is said to have left"""
        ways = {
            "the drain limit": lambda sidecar: sidecar.process.send_signal(signal.SIGTERM),
            "stop --now": lambda sidecar: self.assertEqual(sidecar.command("stop", "--now").returncode, 0),
        }
        for loops in (1, 3):
            for way, end in ways.items():
                with self.subTest(way=way, loops=loops):
                    configuration = {"shutdown": {"grace": "300ms"}, "event_loops": loops}
                    sidecar, gate = self.start(configuration, "--log-format", "json"), Gate()
                    sidecar.expected_to_end = True
                    raw = self.open_stream(sidecar, gate)
                    end(sidecar)
                    self.assertEqual(sidecar.process.wait(10), 0)
                    gate.open()
                    self.assertFalse(raw.read().complete)
                    lines = [json.loads(line) for line in sidecar.log.splitlines()]
                    requests = [line for line in lines if line["message"] == "request"]
                    self.assertEqual(len(requests), 1, sidecar.log)
                    self.assertEqual((requests[0]["outcome"], requests[0]["level"]), ("shutdown", "warn"))
                    self.assertEqual((requests[0]["path"], requests[0]["status"]), ("/v1/messages", 200))
                    self.assertNotIn("client_left", requests[0])
                    self.assertEqual(lines[-1]["message"], "stopped", "nothing is said after the last word")

    def test_port_taken(self):
        """ "A second `serve` on the same port says who has it", "Port taken: who holds it\""""
        first = self.start()
        second = Sidecar(to_fake(self.fake), port=first.port, wait=False)
        with second:
            self.assertEqual(second.process.wait(10), 1)
            for part in (str(first.port), "sidecar", str(first.process.pid)):
                self.assertIn(part, second.log)
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            with Sidecar(to_fake(self.fake), port=holder.getsockname()[1], wait=False) as third:
                self.assertEqual(third.process.wait(10), 1)
                self.assertIn("python", third.log)

    def test_no_keys_off_loopback(self):
        """ "refusing to listen off loopback without them\""""
        with Sidecar(to_fake(self.fake) | {"listen": f"0.0.0.0:{free_port()}"}, wait=False) as sidecar:
            self.assertIn(sidecar.process.wait(10), (1, 2))
            self.assertIn("auth.keys", sidecar.log)


class Reloading(GatewayTest):
    def answered_by(self, sidecar: Sidecar, fake: FakeAnthropic, seconds: float = 5) -> bool:
        """Whether requests come to go to that fake (a reload takes a moment)."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            count = len(fake.exchanges)
            self.assertEqual(self.ask(sidecar).status, 200)
            if len(fake.exchanges) > count:
                return True
            time.sleep(0.05)
        return False

    def setUp(self):
        super().setUp()
        self.other = self.enterContext(FakeAnthropic())
        for fake in (self.fake, self.other):
            fake.router = lambda exchange: Reply([text("ok")])

    def test_sighup(self):
        """ "reload on SIGHUP and on change\""""
        sidecar = self.start()
        self.assertTrue(self.answered_by(sidecar, self.fake))
        sidecar.write(to_fake(self.other))
        sidecar.process.send_signal(signal.SIGHUP)
        self.assertTrue(self.answered_by(sidecar, self.other))

    def test_changed_file(self):
        """ "reload on SIGHUP and on change": also when an editor replaces the file"""
        sidecar = self.start()
        sidecar.write(to_fake(self.other))
        self.assertTrue(self.answered_by(sidecar, self.other))
        text_now = sidecar.configuration_file.read_text()
        replacement = sidecar.folder / "new.yaml"
        replacement.write_text(text_now.replace(self.other.url, self.fake.url))
        replacement.rename(sidecar.configuration_file)
        self.assertTrue(self.answered_by(sidecar, self.fake))

    def test_broken_file(self):
        """contract section 5: "a broken new file leaves the old one in force and says so\""""
        sidecar = self.start()
        for broken in ("listen: [", "listen: 127.0.0.1:1\nprovidrs: {}\n", "models: { a: nowhere/b }\n"):
            sidecar.configuration_file.write_text(broken)
            sidecar.process.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            self.assertTrue(self.answered_by(sidecar, self.fake))
        self.assertIn("sidecar.yaml", sidecar.log)
        self.assertIn("providers", sidecar.log, "the nearest key is named")

    def test_changed_script(self):
        """The script of a provider is part of the configuration: taken up when it changes, refused with its place when wrong"""

        def script(answer):
            return json.dumps({"version": 1, "steps": [{"answer": answer}]})

        sidecar = Sidecar({"providers": {"s": {"type": "scripted", "script": "answers.yaml"}}}, "--log-format", "json")
        sidecar.expected_to_end = False
        path = sidecar.folder / "answers.yaml"
        path.write_text(script("first"))
        self.enterContext(sidecar)
        self.started.append(sidecar)

        def wait_for(what, condition):
            deadline = time.monotonic() + 10
            while not condition():
                self.assertLess(time.monotonic(), deadline, f"{what}\n{sidecar.log}")
                time.sleep(0.02)

        def answer():
            return json.loads(self.ask(sidecar).body)["content"][0]["text"]

        self.assertEqual(answer(), "first")
        path.write_text(script("second"))
        wait_for("the new script is not used", lambda: answer() == "second")
        path.write_text("version: 1\nsteps:\n  - answr: third\n")
        wait_for("nobody says what is wrong", lambda: "answers.yaml:3:5" in sidecar.log)
        self.assertEqual(answer(), "second", "the old one stays in force")
        self.assertIn("answers.yaml:3:5", json.loads(sidecar.command("status", "--json").stdout)["configuration"]["problem"])
        path.write_text(script("fourth"))
        wait_for("the mended script is not used", lambda: answer() == "fourth")

    def test_streams_survive(self):
        """A reload does not touch what is streaming"""
        sidecar, gate = self.start(), Gate()

        def route(exchange):
            events = Reply([text("through it")]).events(exchange)
            if not exchange.json.get("stream"):
                return Reply([text("ok")])
            return stream([*events[:4], gate, *events[4:]])

        self.fake.router = route
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        self.assertTrue(gate.reached.wait(10))
        sidecar.write(to_fake(self.other))
        sidecar.process.send_signal(signal.SIGHUP)
        self.assertTrue(self.answered_by(sidecar, self.other))
        gate.open()
        self.assertEqual(raw.read().body, bytes(self.fake.exchanges[0].sent))


class BadConfiguration(GatewayTest):
    def test_messages(self):
        """ "Config errors: exit 2, file:line:column, the nearest key\""""
        for yaml, parts in [
            ("listen: 127.0.0.1:0\nprovdiers: {}\n", ["sidecar.yaml:2:1", "providers"]),
            ("limits:\n  request_byte: 5\n", ["sidecar.yaml:2:3", "request_bytes"]),
            ("providers:\n  a: { type: antropic }\n", ["sidecar.yaml:2", "anthropic"]),
            ('auth: { keys: ["${NO_SUCH_VARIABLE_HERE}"] }\n', ["sidecar.yaml:1", "NO_SUCH_VARIABLE_HERE"]),
            ('telemetry: { otlp: "http://127.0.0.1:4318" }\n', ["sidecar.yaml:1:1", "not yet"]),
            ("listen: [\n", ["sidecar.yaml:"]),
        ]:
            with self.subTest(yaml=yaml):
                sidecar = Sidecar({}, wait=False)
                sidecar.configuration_file.write_text(yaml)
                with sidecar:
                    self.assertEqual(sidecar.process.wait(10), 2, sidecar.log)
                    for part in parts:
                        self.assertIn(part, sidecar.log)


class Secrets(GatewayTest):
    def test_planted_key(self):
        """ "secrets never (a test greps for a planted key in logs, errors, /debug and /metrics)\""""
        configuration = {"auth": {"keys": [SECRET + "-door"]}, "debug": True, "log": {"level": "debug"}}
        sidecar = self.start(configuration, key=SECRET)
        self.fake.router = lambda exchange: None  # the fake does not know this key: 401, with the key in no message
        door = {"x-api-key": SECRET + "-door"}
        shown = []
        for body, headers in [
            (ASK, door),
            (STREAM, door),
            (b'{"model": tru}', door),
            (ASK, {"x-api-key": CLIENT_SECRET}),
            (ASK, {"x-api-key": None, "authorization": f"Bearer {CLIENT_SECRET}"}),
        ]:
            answer = self.ask(sidecar, body=body, headers=headers)
            shown.append(bytes(answer.raw))
        self.assertIn(SECRET.encode(), bytes(self.fake.exchanges[0].request.raw), "the key is used")
        routes = ("/metrics", "/status", "/health/detailed", "/debug/errors/recent", "/debug/errors/stats", "/")
        for target in routes:
            shown.append(bytes(self.get(sidecar, target, headers=door).raw))
        # The client's own credentials, where they pass through.
        open_door = self.start({"debug": True, "log": {"level": "debug"}})
        for headers in ({"x-api-key": CLIENT_SECRET}, {"x-api-key": None, "authorization": f"Bearer {CLIENT_SECRET}"}):
            shown.append(bytes(self.ask(open_door, headers=headers).raw))
        self.assertIn(
            CLIENT_SECRET.encode(), bytes(self.fake.exchanges[-1].request.raw), "the credentials are passed on"
        )
        shown += [bytes(self.get(open_door, target).raw) for target in routes]
        shown.append(open_door.log.encode())
        for arguments in (
            ("config", "show", "--config", str(sidecar.configuration_file)),
            ("status",),
            ("env",),
            ("doctor", "--config", str(sidecar.configuration_file)),
        ):
            done = sidecar.command(*arguments)
            shown.append((done.stdout + done.stderr).encode())
        shown.append(sidecar.log.encode())
        state = sidecar.folder / "xdg_state_home"
        shown += [path.read_bytes() for path in state.rglob("*") if path.is_file()]
        for piece in shown:
            self.assertNotIn(SECRET.encode(), piece)
            self.assertNotIn(CLIENT_SECRET.encode(), piece)

    def test_key_is_not_in_the_command_line(self):
        """A key from the environment shows neither in /proc/PID/cmdline nor in an error about the upstream"""
        configuration = {
            "providers": {
                "anthropic": {"type": "anthropic", "base_url": f"http://127.0.0.1:{free_port()}", "key": "${PLANTED}"}
            }
        }
        with Sidecar(configuration, env={"PLANTED": SECRET}) as sidecar:
            answer = self.ask(sidecar)
            self.assertNotIn(SECRET.encode(), bytes(answer.raw))
            self.assertNotIn(SECRET, sidecar.log)
            command_line = pathlib.Path(f"/proc/{sidecar.process.pid}/cmdline").read_bytes()
            self.assertNotIn(SECRET.encode(), command_line)


class Logging(GatewayTest):
    def test_json_lines(self):
        """ "Structured logs …, request id in every line" (every line about a request)"""
        sidecar = self.start(None, "--log-format", "json", "--log-level", "debug")
        self.fake.answer(Reply([text("ok")]), Failure(529, "Overloaded"))
        ids = [
            self.ask(sidecar).header("request-id"),
            self.ask(sidecar).header("request-id"),
            self.ask(sidecar, body=b"{").header("request-id"),
        ]
        with Raw(sidecar.port) as raw:
            call = raw.ask(request("POST", "/v1/tools/TodoRead", {"padding": "x" * 100}))
            ids.append(call.header("request-id"))
        sidecar.expected_to_end = True
        sidecar.process.send_signal(signal.SIGTERM)
        sidecar.process.wait(10)
        lines = [line for line in sidecar.log.splitlines() if line.startswith("{")]
        parsed = [json.loads(line) for line in lines]
        self.assertTrue(parsed)
        for id in ids:
            self.assertTrue(any(id in line.values() for line in parsed), f"no line carries {id}")
        of_tool = next(line for line in parsed if line.get("path") == "/v1/tools/TodoRead")
        self.assertGreater(of_tool["bytes_in"], 100, "each body counts, whoever reads it")

    def test_pretty_without_terminal_is_json(self):
        """ "pretty on a terminal and JSON otherwise"; what is no result goes to stderr (contract section 2)"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        id = self.ask(sidecar).header("request-id")
        line = next(line for line in sidecar.logged(id).splitlines() if id in line)
        self.assertIsInstance(json.loads(line), dict)

    def test_forged_lines(self):
        """A client cannot write lines of its own into the log, nor colour a terminal"""
        sidecar = self.start(None, "--log-format", "pretty", "--log-level", "debug")
        self.fake.router = lambda exchange: Failure(404, "no such thing")
        self.ask(sidecar, body=ASK | {"model": "a\n2026-01-01 FORGED \x1b[31m"}, headers={"user-agent": "x\tFORGED"})
        self.get(sidecar, "/v1/%0aFORGED%1b[31m")
        self.assertFalse([line for line in sidecar.log.splitlines() if line.startswith("2026-01-01 FORGED")])
        self.assertNotIn("\x1b[31m", sidecar.log)


class Start(GatewayTest):
    def test_banner(self):
        """contract section 1: "the address, the line to paste to point a coding agent at it, providers found\""""
        sidecar = self.start()
        # The port is open a moment before the last line is written.
        banner = sidecar.logged("configuration")
        for part in (f"127.0.0.1:{sidecar.port}", f"ANTHROPIC_BASE_URL=http://127.0.0.1:{sidecar.port}", "anthropic"):
            self.assertIn(part, banner)

    def test_banner_of_many_providers(self):
        """A line for each provider, and no more of them than one can take in"""
        providers = {f"provider{number}": {"type": "anthropic", "base_url": self.fake.url} for number in range(20)}
        sidecar = Sidecar({"providers": providers}, "--log-format", "pretty")
        sidecar.expected_to_end = False
        with sidecar:
            lines = sidecar.logged("configuration").splitlines()
        about = [line for line in lines if "provider" in line and self.fake.url in line]
        self.assertEqual(len(about), 7)
        self.assertIn("and 13 more, which `sidecar status` lists", "\n".join(lines))
        self.assertLessEqual(max(len(line) for line in about), 120)

    def test_detach_status_stop(self):
        """ "`serve [--detach]`, `stop`, `status`\""""
        sidecar = Sidecar(to_fake(self.fake), "--detach", wait=False)
        with sidecar:
            self.assertEqual(sidecar.process.wait(15), 0, sidecar.log)
            try:
                with Raw(sidecar.port) as raw:
                    self.assertEqual(raw.ask(request("GET", "/livez")).status, 200, "ready when the command returns")
                self.assertIn(str(sidecar.port), sidecar.command("status").stdout)
                self.assertIn(f"http://127.0.0.1:{sidecar.port}", sidecar.command("env").stdout)
                sidecar.configuration_file.write_text("listen: [\n")
                status = sidecar.command("status", "--config", str(sidecar.configuration_file))
                self.assertIn(str(sidecar.port), status.stdout, "a broken file locks nobody out")
            finally:
                stopped = sidecar.command("stop")
            self.assertEqual(stopped.returncode, 0, stopped.stderr)
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", sidecar.port), 1).close()

    def test_ready_time(self):
        """ "`serve` ready under 60 ms": here only that it is no matter of seconds; `make bench` measures"""
        started = time.monotonic()
        self.start()
        self.assertLess(time.monotonic() - started, 2)


if __name__ == "__main__":
    unittest.main()
