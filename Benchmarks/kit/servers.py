"""The servers of a benchmark: the upstream and the contestants. Each lives in a folder of its own, on 127.0.0.1."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from kit import build, machine

PR_SET_PDEATHSIG = 1
READY_SECONDS = 60
STOP_SECONDS = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


class Server:
    """A process that is pinned to a core and ends with us, whatever happens."""

    def __init__(self, name, folder, core):
        self.name, self.core = name, core
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, exist_ok=True)
        self.process, self.port = None, None

    def start_process(self, command, **options):
        core = self.core
        # Loaded before the fork: little may be done between fork and exec.
        libc = ctypes.CDLL(None)

        def prepare():
            machine.take_core(core)
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        self.log = os.path.join(self.folder, "log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stderr=log,
                env=self.environment(),
                start_new_session=True,
                preexec_fn=prepare,
                **options,
            )

    def environment(self):
        """Nothing of the user's: neither state nor proxies nor keys."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        folders = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
        return {**kept, **{name: self.folder for name in folders}}

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def why(self):
        with open(self.log, errors="replace") as file:
            return file.read()[-2000:].strip()


class Upstream(Server):
    def __init__(self, program, folder, core):
        super().__init__("upstream", folder, core)
        self.program = program

    def start(self):
        self.start_process([self.program, "0"], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])

    def stats(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/stats", timeout=10) as answer:
            return json.load(answer)


class Contestant(Server):
    """A gateway between the load program and the upstream."""

    rewrites_answers = False  # then only the status is checked
    live_path = "/livez"
    patience = 1  # how much longer a slice is, for who does not answer all connections once within the usual time

    def __init__(self, name, folder, core, upstream_port):
        super().__init__(name, folder, core)
        self.upstream_port = upstream_port
        self.port = free_port()
        self.configure()

    @staticmethod
    def missing():
        """Why it cannot take part, or None."""
        return None

    def configure(self):
        """Writes its configuration into its folder."""

    def prepare(self, pace, events):
        """The next streams come at this pace; who passes the load's headers on need not know."""

    def command(self):
        raise NotImplementedError

    def version_command(self):
        """What prints its version, or None where that says nothing."""
        return None

    def start(self):
        self.start_process(self.command(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                opener.open(f"http://127.0.0.1:{self.port}{self.live_path}", timeout=10).close()
                return
            except (urllib.error.URLError, OSError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"{self.name} did not get ready: {error}\n{self.why()}") from error
                time.sleep(0.02)


class Nginx(Contestant):
    # Debian keeps it where a user's PATH does not always look.
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")

    @staticmethod
    def missing():
        return None if Nginx.program else "the package nginx is not installed"

    def configure(self):
        with open(os.path.join(build.HERE, "nginx.conf.in")) as file:
            text = file.read()
        values = {"FOLDER": self.folder, "PORT": self.port, "UPSTREAM": self.upstream_port}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        self.config = os.path.join(self.folder, "nginx.conf")
        write(self.config, text)

    def command(self):
        return [Nginx.program, "-p", self.folder, "-c", self.config]

    def version_command(self):
        return [Nginx.program, "-v"]


class Sidecar(Contestant):
    program = os.path.abspath(os.environ.get("SIDECAR_BINARY", os.path.join(build.ROOT, ".build/release/sidecar")))

    @staticmethod
    def missing():
        return (
            None
            if os.access(Sidecar.program, os.X_OK)
            else f"{Sidecar.program} is not there: build it, or set SIDECAR_BINARY"
        )

    def configure(self):
        self.config = os.path.join(self.folder, "sidecar.yaml")
        write(
            self.config,
            f"""listen: 127.0.0.1:{self.port}
event_loops: 1
log: {{ level: warn }}
providers:
  anthropic: {{ type: anthropic, base_url: "http://127.0.0.1:{self.upstream_port}" }}
""",
        )

    def command(self):
        return [self.program, "serve", "--config", self.config]

    def version_command(self):
        return [self.program, "version"]


class SidecarChat(Sidecar):
    """The sidecar with a provider of another API behind it: every request and every event is translated."""

    rewrites_answers = True
    paced = (0, 0)

    def configure(self):
        self.config = os.path.join(self.folder, "sidecar.yaml")
        pace, events = self.paced
        headers = f'{{ x-bench-pace: "{pace}", x-bench-events: "{events}" }}' if pace else "{}"
        write(
            self.config,
            f"""listen: 127.0.0.1:{self.port}
event_loops: 1
log: {{ level: warn }}
providers:
  bench: {{ type: openai-compatible, base_url: "http://127.0.0.1:{self.upstream_port}/v1", headers: {headers} }}
""",
        )

    def prepare(self, pace, events):
        # A client's headers go to no other provider, so it has to be told.
        if (pace, events) == self.paced:
            return
        self.paced = (pace, events)
        self.configure()
        if self.process is not None:
            self.stop()
            self.start()


class LiteLLM(Contestant):
    rewrites_answers = True
    live_path = "/health/liveliness"
    patience = 10
    # Where README.md says to put it; it is large, so nobody installs it unasked.
    program = shutil.which(os.path.join(build.ROOT, ".build/litellm/bin/litellm")) or shutil.which("litellm")

    @staticmethod
    def missing():
        return None if LiteLLM.program else "litellm is neither in .build/litellm nor on the PATH (see README.md)"

    def configure(self):
        self.config = os.path.join(self.folder, "litellm.yaml")
        write(
            self.config,
            f"""model_list:
  - model_name: "*"
    litellm_params:
      model: "anthropic/*"
      api_base: "http://127.0.0.1:{self.upstream_port}"
      api_key: bench
litellm_settings:
  telemetry: false
""",
        )

    def environment(self):
        # Its table of prices from the package, not from the network; and the key that the load program sends.
        return {
            **super().environment(),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_MASTER_KEY": "sk-ant-bench-not-a-key",
        }

    def command(self):
        return [
            LiteLLM.program,
            "--config",
            self.config,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--num_workers",
            "1",
        ]


# By name. nginx2 is nginx once more: as the judged one it shows how much two equal contestants differ by noise alone.
CONTESTANTS = {"nginx": Nginx, "sidecar": Sidecar, "sidecar-chat": SidecarChat, "litellm": LiteLLM, "nginx2": Nginx}
