"""`serve --detach`, `stop`, `status`, `env` and `code`, from outside. Docstrings quote the issue or the contract."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import time
import unittest

import claude
from answers import Gate, Reply, stream, text
from gateway import STREAM, GatewayTest
from raw import Raw, request
from sidecar import REPOSITORY, Sidecar, binary, free_port, to_fake

KEY = "door-5f3a9c0d7e"
# Tells what it was given, and ends with a code that nobody else ends with.
FAKE_CLIENT = """#!/usr/bin/python3
import json, os, sys, signal
print(json.dumps({"environment": dict(os.environ), "arguments": sys.argv[1:], "pid": os.getpid(),
    "blocked": [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])]}))
sys.exit(7)
"""


class BackgroundTest(GatewayTest):
    """Everything that was started here is ended, by its own pid, also when a test fails."""

    def setUp(self):
        super().setUp()
        self.place = Sidecar(to_fake(self.fake))
        self.addCleanup(self.remove_all)
        self.runtime = self.place.folder / "xdg_runtime_dir" / "sidecar"
        self.bin = self.place.folder / "bin"
        self.bin.mkdir()
        self.place.extra_environment = {"PATH": f"{self.bin}:/usr/bin:/bin"}
        self.place.environment()  # makes the folders
        self.pids: list[int] = []

    def remove_all(self):
        for pid in self.pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for path in sorted(self.place.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        self.place.folder.rmdir()

    def run_(self, *arguments: str, code: int = 0, seconds: float = 30):
        done = self.place.command(*arguments, seconds=seconds)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def detach(self, *arguments: str) -> dict:
        started = json.loads(self.run_("serve", "--detach", "--json", *arguments).stdout)
        self.pids.append(started["pid"])
        return started

    def write_client(self):
        path = self.bin / "claude"
        path.write_text(FAKE_CLIENT)
        path.chmod(0o755)

    def sockets(self) -> list[str]:
        return sorted(path.name for path in self.runtime.glob("*.sock"))

    def assertEnded(self, pid: int):
        deadline = time.monotonic() + 5
        while os.path.exists(f"/proc/{pid}"):
            # Whose child it was may not have been told yet: a zombie has ended.
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
            self.assertLess(time.monotonic(), deadline, f"process {pid} still runs")
            time.sleep(0.01)


class Detaching(BackgroundTest):
    def test_ready_and_apart(self):
        """ "`serve --detach`": ready when it returns, in a session of its own, with nothing of ours open"""
        started = self.detach()
        self.assertEqual(started["address"], self.place.url)
        with Raw(self.place.port) as raw:
            self.assertEqual(raw.ask(request("GET", "/livez")).status, 200)
        pid = started["pid"]
        self.assertEqual(os.getsid(pid), pid)
        self.assertEqual(os.readlink(f"/proc/{pid}/fd/0"), "/dev/null")
        self.assertEqual(os.readlink(f"/proc/{pid}/fd/1"), started["log"])
        self.assertEqual(os.readlink(f"/proc/{pid}/fd/2"), started["log"])
        pipes = [name for name in os.listdir(f"/proc/{pid}/fd") if "pipe:" in os.readlink(f"/proc/{pid}/fd/{name}")]
        self.assertEqual(pipes, [])
        self.assertEqual(stat.S_IMODE(os.stat(started["log"]).st_mode), 0o600)
        self.assertEqual(pathlib.Path(started["log"]).parent, self.place.folder / "xdg_state_home" / "sidecar")

    def test_words(self):
        """It says where it is, its process and its log, and hands its flags on"""
        port = free_port()
        done = self.run_("serve", "--detach", "--listen", f"127.0.0.1:{port}", "--log-level", "debug")
        status = json.loads(self.run_("status", "--json").stdout)
        self.pids.append(status["pid"])
        for part in (f"http://127.0.0.1:{port}", str(status["pid"]), "serve.log"):
            self.assertIn(part, done.stdout)
        with Raw(port) as raw:
            raw.ask(request("GET", "/livez"))
        self.run_("stop")
        log = (self.place.folder / "xdg_state_home/sidecar/serve.log").read_text()
        self.assertIn('"level":"debug"', log)

    def test_port_taken(self):
        """ "Port taken: who holds it"; exit 1, and the command does not hang"""
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            done = self.run_("serve", "--detach", "--listen", f"127.0.0.1:{holder.getsockname()[1]}", code=1)
            self.assertIn("python", done.stderr)
            self.assertEqual(done.stdout, "")
            for flags in (["--json"], ["--json", "--detach"]):
                done = self.run_("serve", *flags, "--listen", f"127.0.0.1:{holder.getsockname()[1]}", code=1)
                self.assertIn("python", json.loads(done.stdout)["error"]["message"])
                self.assertIn("python", done.stderr)
        self.assertEqual(self.sockets(), [])
        log = (self.place.folder / "xdg_state_home/sidecar/serve.log").read_text().splitlines()
        self.assertEqual(len(log), 2, "a line for each start in the background")
        for line in log:
            entry = json.loads(line)
            self.assertEqual((entry["level"], entry["message"]), ("error", "cannot start"))
            self.assertIn("python", entry["error"])

    def test_wrong_configuration(self):
        """ "Config errors: exit 2, file:line:column, the nearest key\""""
        self.place.configuration_file.write_text("listen: 127.0.0.1:0\nprovdiers: {}\n")
        done = self.run_("serve", "--detach", code=2)
        self.assertIn("sidecar.yaml:2:1", done.stderr)
        self.assertIn("providers", done.stderr)

    def test_no_place_for_the_log(self):
        """What cannot be written is said, with the path"""
        (self.place.folder / "xdg_state_home/sidecar").write_text("a file in place of the folder")
        self.assertIn("xdg_state_home/sidecar/serve.log", self.run_("serve", "--detach", code=1).stderr)

    def test_log_rotates(self):
        """The log is appended to, and begun anew once it is large"""
        log = self.place.folder / "xdg_state_home/sidecar/serve.log"
        log.parent.mkdir(mode=0o700)
        log.write_text("before\n")
        self.detach()
        self.run_("stop")
        self.assertTrue(log.read_text().startswith("before\n{"))
        with log.open("r+b") as file:
            file.truncate((10 << 20) + 1)
        self.detach()
        self.assertLess(log.stat().st_size, 1 << 20)
        self.assertGreater(pathlib.Path(f"{log}.1").stat().st_size, 10 << 20)


class Asking(BackgroundTest):
    def test_none(self):
        """Nothing runs: exit 1, and words"""
        for command in ("stop", "status"):
            self.assertIn("no sidecar is running", self.run_(command, code=1).stderr)
        stopped = json.loads(self.run_("status", "--json", code=1).stdout)
        self.assertEqual((stopped["state"], stopped["error"]["message"]), ("stopped", "no sidecar is running"))
        done = self.run_("env")
        self.assertIn(f"export ANTHROPIC_BASE_URL={self.place.url}\n", done.stdout)
        self.assertIn("no sidecar is running", done.stderr)

    def test_status(self):
        """ "`status`": what it is doing, for people and for scripts"""
        started = self.detach()
        self.fake.answer(Reply([text("ok")]))
        with Raw(self.place.port) as raw:
            raw.ask(request())
        status = json.loads(self.run_("status", "--json").stdout)
        self.assertEqual((status["pid"], status["address"], status["state"]), (started["pid"], self.place.url, "running"))
        self.assertEqual(status["configuration"]["file"], str(self.place.configuration_file))
        self.assertEqual(status["requests"]["total"], 1)
        shown = self.run_("status").stdout
        for part in (self.place.url, str(started["pid"]), "anthropic", "sidecar.yaml", "1 answered"):
            self.assertIn(part, shown)

    def test_reload_problem(self):
        """ "a broken new file leaves the old one in force and says so": in `status` too, and it can still be stopped"""
        started = self.detach()
        self.place.configuration_file.write_text("listen: [")
        os.kill(started["pid"], signal.SIGHUP)
        deadline = time.monotonic() + 5
        while "the old one is in force" not in self.run_("status").stdout:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.run_("stop")
        self.assertEnded(started["pid"])

    def test_stop_waits(self):
        """ "finish what streams …, then end": `stop` waits for it and says so; `--now` does not"""
        for arguments in ((), ("--now",)):
            with self.subTest(arguments=arguments):
                gate = Gate()

                def route(exchange):
                    events = Reply([text("to the end")]).events(exchange)
                    return stream([*events[:4], gate, *events[4:]])

                self.fake.router = route
                started = self.detach()
                raw = self.enterContext(Raw(self.place.port))
                raw.send(request(body=STREAM))
                self.assertTrue(gate.reached.wait(10))
                stop = subprocess.Popen(
                    [binary(), "stop", *arguments], cwd=self.place.folder, env=self.place.environment(), text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )  # fmt: skip
                if not arguments:
                    self.assertIn("1 open answer", stop.stderr.readline())
                    self.assertIsNone(stop.poll())
                    gate.open()
                    self.assertTrue(raw.read().complete)
                out, err = stop.communicate(timeout=15)
                gate.open()
                self.assertEqual((stop.returncode, "stopped" in out), (0, True), err)
                self.assertEnded(started["pid"])
                self.assertEqual(self.sockets(), [])

    def test_several(self):
        """With several, the one that the configuration or --listen names; else they are listed, exit 2"""
        first = self.detach("--listen", "127.0.0.1:0")
        second = self.detach("--listen", "127.0.0.1:0")
        port = second["address"].rpartition(":")[2]
        self.assertEqual(self.sockets(), [f"control-{port}.sock", "control.sock"])
        for command in ("status", "stop", "env"):
            done = self.run_(command, code=2)
            for started in (first, second):
                self.assertIn(started["address"], done.stderr)
            self.assertEqual(done.stdout, "")
            error = json.loads(self.run_(command, "--json", code=2).stdout)["error"]
            self.assertEqual((error["kind"], error["exit_code"]), ("wrong_input", 2))
            self.assertIn("--listen", error["message"])
            self.assertIn(first["address"], " ".join(error["details"]))
        listen = second["address"].removeprefix("http://")
        self.assertIn(listen, self.run_("status", "--listen", listen).stdout)
        self.assertIn(second["address"], self.run_("env", "--listen", listen).stdout)
        self.run_("stop", "--listen", listen)
        self.assertEnded(second["pid"])
        self.assertIn(first["address"], self.run_("status").stdout)
        nowhere = f"127.0.0.1:{free_port()}"
        self.assertIn(first["address"], self.run_("stop", "--listen", nowhere, code=1).stderr)
        self.assertTrue(os.path.exists(f"/proc/{first['pid']}"), "never another than the one that is named")
        self.run_("stop")

    def test_killed(self):
        """What SIGKILL leaves behind is no sidecar, and in nobody's way"""
        pid = self.detach()["pid"]
        os.kill(pid, signal.SIGKILL)
        self.assertEnded(pid)
        self.assertEqual(self.sockets(), ["control.sock"])
        self.run_("status", code=1)
        self.detach()
        self.assertEqual(self.sockets(), ["control.sock"])
        self.run_("stop")

    def test_socket_is_private(self):
        """contract section 7: "control socket …, mode 0600, peer checked\""""
        os.chmod(self.runtime.parent, 0o755)
        self.runtime.mkdir(mode=0o777)
        os.chmod(self.runtime, 0o777)
        self.detach()
        self.assertEqual(stat.S_IMODE(self.runtime.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.runtime / "control.sock").stat().st_mode), 0o600)

    @unittest.skipUnless(os.getuid() == 0, "only root can pretend to be two users")
    def test_other_users(self):
        """Somebody else who comes through to the socket is not answered"""
        self.detach()
        for path in (self.place.folder, self.runtime.parent, self.runtime):
            os.chmod(path, 0o755)
        os.chmod(self.runtime / "control.sock", 0o666)
        script = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);\n"
        script += "s.sendall(b'GET /client HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n'); print(len(s.recv(100)))"
        for user, answered in ((65534, False), (0, True)):
            done = subprocess.run(
                ["/usr/bin/python3", "-c", script, self.runtime / "control.sock"], user=user, capture_output=True,
                text=True, timeout=10, cwd="/",
            )  # fmt: skip
            # A reset or an end: never a byte.
            self.assertEqual(done.stdout.strip() not in ("", "0"), answered, done.stderr)

    @unittest.skipUnless(os.getuid() == 0, "only root can give a folder away")
    def test_foreign_folder(self):
        """A folder that somebody else has laid out for us is not used: it serves, and says what is missing"""
        self.runtime.mkdir()
        os.chown(self.runtime, 65534, 65534)
        started = self.detach()
        self.assertIn("belongs to user 65534", pathlib.Path(started["log"]).read_text())
        for command in ("status", "stop"):
            self.assertIn("belongs to user 65534", self.run_(command, code=1).stderr)
        self.assertEqual(self.sockets(), [])

    def test_link_in_place_of_the_folder(self):
        """Nor is a link followed"""
        elsewhere = self.place.folder / "elsewhere"
        elsewhere.mkdir()
        self.runtime.symlink_to(elsewhere)
        started = self.detach()
        self.assertIn("is no folder", pathlib.Path(started["log"]).read_text())
        self.assertEqual(list(elsewhere.iterdir()), [])

    def test_does_not_answer(self):
        """A sidecar that hangs is told from one that does not run, in bounded time"""
        pid = self.detach()["pid"]
        os.kill(pid, signal.SIGSTOP)
        done = self.run_("status", code=1)
        for part in ("does not answer", f"pid {pid}", "stopped by a signal", f"kill -CONT {pid}"):
            self.assertIn(part, done.stderr)
        self.assertNotIn("no sidecar is running", done.stderr)
        error = json.loads(self.run_("stop", "--json", code=1).stdout)["error"]
        self.assertIn(f"pid {pid} does not answer", error["details"][0])
        os.kill(pid, signal.SIGCONT)
        self.run_("stop")

    def test_garbage_on_the_socket(self):
        """Whatever is sent there, it goes on"""
        self.detach()
        for bytes_, status in [
            (b"POST /stop HTTP/1.0\r\nHost: x\r\nContent-Length: 3\r\n\r\n{x}", b"400"),
            (b"GET /nothing HTTP/1.0\r\nHost: x\r\n\r\n", b"404"),
            (b"GET /stop HTTP/1.0\r\nHost: x\r\n\r\n", b"405"),
            (b"\x00\x01\r\n\r\n", b"400"),
        ]:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(str(self.runtime / "control.sock"))
                client.sendall(bytes_)
                self.assertEqual(client.recv(4096)[9:12], status)
        self.run_("status")


class ClientEnvironment(BackgroundTest):
    def test_env(self):
        """ "`env`": lines for a shell, and a key is not in them"""
        self.place.write(to_fake(self.fake, key="sk-configured") | {"auth": {"keys": [KEY]}, "routes": {"default": "anthropic/it's"}})
        for running in (False, True):
            with self.subTest(running=running):
                if running:
                    self.detach()
                done = self.run_("env")
                self.assertNotIn(KEY, done.stdout + done.stderr)
                self.assertIn("ANTHROPIC_AUTH_TOKEN", done.stderr)
                shown = subprocess.run(
                    ["/bin/sh", "-c", f"{done.stdout}\nenv"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
                ).stdout
                self.assertIn(f"ANTHROPIC_BASE_URL={self.place.url}\n", shown)
                self.assertIn("ANTHROPIC_MODEL=anthropic/it's\n", shown)
                values = json.loads(self.run_("env", "--json").stdout)
                self.assertEqual(values["CLAUDE_CODE_MAX_CONTEXT_TOKENS"], "200000")

    def test_no_client(self):
        """ "`code`" without Claude Code: what to do, exit 1, and no sidecar is started for nothing"""
        done = self.run_("code", code=1)
        self.assertIn("PATH", done.stderr)
        self.assertEqual(self.sockets(), [])

    def test_starts_and_uses(self):
        """ "`sidecar code` starts a sidecar if none runs, sets the variables …, and hands over the terminal\""""
        self.write_client()
        self.place.write(to_fake(self.fake) | {"auth": {"keys": [KEY]}, "routes": {"default": "anthropic/qwen3"}})
        seen = []
        for round_ in range(2):
            done = self.run_("code", "--context-tokens", "64000", "--", "-p", "a b", "--model", code=7)
            self.assertEqual("started a sidecar" in done.stderr, round_ == 0)
            self.assertNotIn(KEY, done.stderr)
            seen.append(json.loads(done.stdout))
        self.pids.append(json.loads(self.run_("status", "--json").stdout)["pid"])
        for each in seen:
            self.assertEqual(each["arguments"], ["-p", "a b", "--model"])
            self.assertEqual(each["blocked"], [])
            environment = each["environment"]
            self.assertEqual(environment["ANTHROPIC_BASE_URL"], self.place.url)
            self.assertEqual(environment["ANTHROPIC_AUTH_TOKEN"], KEY)
            self.assertEqual(environment["CLAUDE_CODE_GATEWAY_HINT_HEADERS"], "1")
            self.assertEqual(environment["ANTHROPIC_MODEL"], "anthropic/qwen3")
            self.assertEqual(environment["CLAUDE_CODE_MAX_CONTEXT_TOKENS"], "64000")
            self.assertEqual(environment["HOME"], str(self.place.folder))
            self.assertNotIn("SIDECAR_START_REPORT_FD", environment)

    def test_same_process(self):
        """ "hands over the terminal": Claude Code is the process that was started, and gets its signals"""
        path = self.bin / "claude"
        path.write_text("#!/bin/sh\necho ready\nexec sleep 30\n")
        path.chmod(0o755)
        self.detach()
        client = subprocess.Popen(
            [binary(), "code"], cwd=self.place.folder, env=self.place.environment(), stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(client.wait, 10)
        self.addCleanup(client.kill)
        self.addCleanup(client.stdout.close)
        self.assertEqual(client.stdout.readline(), "ready\n")
        client.send_signal(signal.SIGTERM)
        self.assertEqual(client.wait(5), -signal.SIGTERM)
        self.run_("status")

    def test_wrong_configuration(self):
        """A sidecar that cannot start: its message and its code, and Claude Code is not started"""
        self.write_client()
        self.place.configuration_file.write_text("provdiers: {}\n")
        done = self.run_("code", code=2)
        self.assertIn("sidecar.yaml:1:1", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_real_client(self):
        """The real Claude Code, by `sidecar code -- -p`, with no credentials of its own"""
        self.fake.router = lambda exchange: Reply([text("Through the sidecar.")])
        self.place.write(to_fake(self.fake, key="sk-configured"))
        (self.bin / "claude").symlink_to(claude.binary())
        self.place.extra_environment |= {
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
        }  # fmt: skip
        done = self.run_("code", "--", "-p", "hi", seconds=claude.RUN_SECONDS_MAX)
        self.assertIn("Through the sidecar.", done.stdout)
        self.pids.append(json.loads(self.run_("status", "--json").stdout)["pid"])
        asked = self.fake.exchanges[0].request
        self.assertEqual(asked.header("x-api-key"), "sk-configured")
        self.assertEqual(asked.header("x-claude-code-request-class"), "main")

    def test_demo(self):
        """What README.md and Examples/demo.yaml tell a newcomer to ask the real Claude Code goes as they say"""
        for name in ("offline.yaml", "demo.yaml"):
            shutil.copy(REPOSITORY / "Examples" / name, self.place.folder)
        (self.bin / "claude").symlink_to(claude.binary())
        self.place.extra_environment |= {
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
            "SIDECAR_CONFIG": str(self.place.folder / "offline.yaml"),
        }  # fmt: skip
        self.detach("--listen", "127.0.0.1:0")
        for words, part in [
            (["list the files here"], "offline.yaml"),
            (["read /etc/os-release", "--allowedTools", "Read"], "Read brought this from /etc/os-release"),
            (["read /etc/os-release"], "--allowedTools Read"),
        ]:
            with self.subTest(words=words):
                done = self.run_("code", "--", "-p", *words, seconds=claude.RUN_SECONDS_MAX)
                self.assertIn(part, done.stdout)


if __name__ == "__main__":
    unittest.main()
