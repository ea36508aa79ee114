"""Starts `sidecar serve` with a generated configuration, and ends it again."""

from __future__ import annotations

import atexit
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS_MAX = 10  # it should be ready in 60 ms; a busy machine may take longer
STOP_SECONDS_MAX = 10
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def binary() -> pathlib.Path:
    return pathlib.Path(os.environ.get("SIDECAR_BINARY") or REPOSITORY / ".build/release/sidecar").resolve()


# Below those that the kernel gives to whoever asks for none (ip_local_port_range): a port of that range can be taken by
# any connection of any test between our asking and the sidecar's binding, and the test then talks to nobody.
PORTS = range(10_000, 32_000)


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


NO_JAIL = "no jail can be made here; `sidecar doctor` says why"


def makes_jails(folder: pathlib.Path, environment: dict[str, str], program: pathlib.Path | None = None) -> bool:
    """Whether a tool can run there. Root without user namespaces has jails, but none that can be given what is root's alone."""
    probe = [program or binary(), "tool", "run", "Bash", "--policy", "default", "--input", '{"command": "true"}']
    done = subprocess.run(probe, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode != 4 and not (done.returncode == 2 and "no jail can hand it to another user" in done.stdout)


class Sidecar:
    """`configuration` is what goes into sidecar.yaml besides `listen` (JSON is YAML, so no YAML writer is needed)."""

    def __init__(
        self, configuration: dict, *arguments: str, env: dict | None = None, port: int | None = None, wait: bool = True
    ):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sidecar-test-"))
        # Also where it only stands for a place and is never started.
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.port = port or free_port()
        self.configuration_file = self.folder / "sidecar.yaml"
        self.arguments = arguments
        self.extra_environment = env or {}
        self._wait = wait
        self.write(configuration)

    def write(self, configuration: dict):
        whole = {"listen": f"127.0.0.1:{self.port}"} | configuration
        self.configuration_file.write_text(json.dumps(whole, indent=2) + "\n")

    def environment(self) -> dict[str, str]:
        names = ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")
        own = {name: str(self.folder / name.lower()) for name in names}
        for path in own.values():
            os.makedirs(path, mode=0o700, exist_ok=True)
        plain = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "NO_COLOR": "1"}
        return plain | own | self.extra_environment

    def __enter__(self) -> Sidecar:
        if not binary().exists():
            raise RuntimeError(f"no sidecar at {binary()}: build it or set SIDECAR_BINARY")
        self.log_file = self.folder / "output.txt"
        with open(self.log_file, "wb") as output:
            self.process = subprocess.Popen(
                [binary(), "serve", "--config", self.configuration_file, *self.arguments],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if self._wait:
            try:
                self.wait_until_ready()
            except BaseException:
                self.__exit__()
                raise
        return self

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"sidecar ended with {self.process.returncode} at start:\n{self.log}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"sidecar does not listen after {START_SECONDS_MAX} s:\n{self.log}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def logged(self, text: str, seconds: float = 10) -> str:
        """What it has said, once `text` is in it: a line may be written a moment after the answer it is about."""
        deadline = time.monotonic() + seconds
        while text not in (log := self.log):
            if time.monotonic() > deadline:
                raise AssertionError(f"the sidecar never said {text!r}:\n{log[-3000:]}")
            time.sleep(0.01)
        return log

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def resident_bytes(self) -> int:
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def command(self, *arguments: str, seconds: float = 20) -> subprocess.CompletedProcess:
        """Another command of the same binary, in the same environment."""
        return subprocess.run(
            [binary(), *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
        )


def to_fake(fake, **provider) -> dict:
    """The least configuration: everything to the fake, with the client's own credentials."""
    return {"providers": {"anthropic": {"type": "anthropic", "base_url": fake.url, **provider}}}
