"""Runs the real Claude Code CLI, bundled in the `claude_agent_sdk` package, away from anything of the user's own.

A fresh home for each scenario, a clean environment, an unprivileged user where we may choose one, a time limit, and
nothing but the given base URL to talk to.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
from dataclasses import dataclass, field

NOBODY = 65534
RUN_SECONDS_MAX = 90  # the slowest scenario takes about 10 s on two busy cores


@functools.cache
def binary() -> str:
    spec = importlib.util.find_spec("claude_agent_sdk")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package claude-agent-sdk is not installed; run Tests/Clients/run")
    return str(pathlib.Path(spec.origin).parent / "_bundled" / "claude")


@functools.cache
def identity() -> dict:
    """Arguments for subprocess: nobody when we are root and nobody may reach the binary, else whoever we are."""
    if os.getuid() != 0:
        return {}
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        subprocess.run([binary(), "--version"], check=True, capture_output=True, cwd="/", timeout=30, **nobody)
    except (OSError, subprocess.SubprocessError):
        return {}
    return nobody


@dataclass
class Run:
    code: int
    events: list[dict] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""

    @property
    def result(self) -> dict:
        results = [event for event in self.events if event.get("type") == "result"]
        if not results:
            raise AssertionError(f"no result (exit {self.code})\n{self.stdout[-2000:]}\n{self.stderr[-2000:]}")
        return results[-1]

    @property
    def session(self) -> str:
        return self.result["session_id"]

    def of_subtype(self, subtype: str) -> list[dict]:
        return [event for event in self.events if event.get("subtype") == subtype]


class Home:
    """A fresh home and, inside it, the folder the client works in.

    The client writes these paths into its requests, so two runs that are compared get homes of one name, one after
    the other, inside the same `parent`.
    """

    def __init__(self, parent: pathlib.Path):
        self.path = parent / "home"
        self.work = self.path / "work"

    def __enter__(self) -> Home:
        self.work.mkdir(parents=True)
        if "user" in identity():
            for folder in (self.path, self.work):
                os.chown(folder, NOBODY, NOBODY)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def environment(home: Home, base_url: str, extra: dict | None = None) -> dict[str, str]:
    made = {
        "HOME": str(home.path),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "ANTHROPIC_BASE_URL": base_url,
        "ANTHROPIC_API_KEY": "sk-test",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
    }
    if os.getuid() == 0 and not identity():
        made["IS_SANDBOX"] = "1"  # root may not skip permissions otherwise
    return made | (extra or {})


class Client:
    """A running CLI. `wait` collects what it said; leaving the block ends it, whatever happened."""

    def __init__(self, home: Home, base_url: str, prompt: str, *arguments: str, env: dict | None = None):
        command = [
            binary(), "-p", prompt, "--output-format", "stream-json", "--verbose",
            "--model", "claude-opus-5-5", "--permission-mode", "bypassPermissions", *arguments,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            cwd=home.work,
            env=environment(home, base_url, env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **identity(),
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def wait(self, seconds: float = RUN_SECONDS_MAX) -> Run:
        try:
            stdout, stderr = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            stdout, stderr = self.process.communicate(timeout=10)
            raise AssertionError(f"the client did not finish within {seconds} s\n{stdout[-3000:]}") from None
        events = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
        return Run(self.process.returncode, events, stdout, stderr)


def run(home: Home, base_url: str, prompt: str, *arguments: str, env: dict | None = None) -> Run:
    with Client(home, base_url, prompt, *arguments, env=env) as client:
        return client.wait()
