"""The measurements, each of one contestant. Times are microseconds, memory is bytes."""

import json
import subprocess
import time

from kit import machine

BODIES = {"2 kB": 2_000, "50 kB": 50_000, "300 kB": 300_000}
BURST = "200 events"
CONNECTIONS = 64
STREAMS = 1_000
EVENTS_A_SECOND = 20
LOAD_SECONDS_MAX = 180
WARM_UP_SECONDS = 0.1  # connections open and fill


class LoadFailed(RuntimeError):
    """The load program printed no result."""


class Load:
    def __init__(self, program, core):
        self.program, self.core = program, core

    def arguments(self, mode, **options):
        flags = []
        for name, value in options.items():
            if value is True:
                flags.append(f"--{name.replace('_', '-')}")
            elif value is not False:
                flags += [f"--{name.replace('_', '-')}", str(value)]
        return [self.program, mode, *flags]

    def start(self, mode, **options):
        return subprocess.Popen(
            self.arguments(mode, **options),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: machine.take_core(self.core),
        )

    def run(self, mode, **options):
        return result(self.start(mode, **options))


def result(process):
    try:
        output, _ = process.communicate(timeout=LOAD_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise LoadFailed(f"the load program did not end within {LOAD_SECONDS_MAX} s") from None
    try:
        return json.loads(output)
    except ValueError:
        raise LoadFailed(f"the load program failed with status {process.returncode}") from None


def throughput(load, contestant, seconds, **request):
    """Requests a second with all connections busy, and what one costs the gateway."""
    before, core_before = machine.cpu_seconds(contestant.pid), machine.busy_seconds(contestant.core)
    found = load.run(
        "closed",
        port=contestant.port,
        connections=CONNECTIONS,
        seconds=seconds * contestant.patience,
        warm_up=WARM_UP_SECONDS,
        any_answer=contestant.rewrites_answers,
        **request,
    )
    elapsed = WARM_UP_SECONDS + found["seconds"]
    used = machine.cpu_seconds(contestant.pid) - before
    core_used = machine.busy_seconds(contestant.core) - core_before
    return {
        "per_second": found["per_second"],
        "cpu_us": used * 1e6 / max(found["all_answers"], 1),
        "busy": used / elapsed,
        "others": max(core_used - used, 0) / elapsed,
        "p99_us": found["latency"]["p99"],
        "errors": found["errors"],
    }


def middle_and_tail(found, what):
    if found[what]["count"] == 0:  # nothing was answered as it should be
        return {"errors": found["errors"]}
    return {"p50_us": found[what]["p50"], "p99_us": found[what]["p99"], "errors": found["errors"]}


def latency(load, contestant, seconds):
    """One request at a time."""
    found = load.run(
        "closed",
        port=contestant.port,
        connections=1,
        seconds=seconds * contestant.patience,
        warm_up=WARM_UP_SECONDS,
        body=BODIES["2 kB"],
        any_answer=contestant.rewrites_answers,
    )
    return middle_and_tail(found, "latency")


def first_event(load, contestant, seconds):
    """From a request's first byte to the first event of a stream whose next ones come later, one at a time."""
    contestant.prepare(1000, 4)
    found = load.run(
        "closed",
        port=contestant.port,
        connections=1,
        seconds=seconds * contestant.patience,
        warm_up=WARM_UP_SECONDS,
        stream=True,
        pace=1000,
        events=4,
    )
    contestant.prepare(0, 0)
    return middle_and_tail(found, "first_event")


def streams(load, contestant, seconds):
    """Paced streams at once, and the memory of the gateway meanwhile. The contestant must be fresh."""
    contestant.prepare(EVENTS_A_SECOND, EVENTS_A_SECOND * seconds)
    time.sleep(0.5)
    idle = machine.memory(contestant.pid)
    before = machine.cpu_seconds(contestant.pid)
    started = time.monotonic()
    process = load.start(
        "streams", port=contestant.port, connections=STREAMS, pace=EVENTS_A_SECOND, events=EVENTS_A_SECOND * seconds
    )
    most = idle
    while process.poll() is None:
        time.sleep(0.25)
        if contestant.process.poll() is None:
            most = max(most, machine.memory(contestant.pid), key=lambda memory: memory["rss"])
    elapsed = time.monotonic() - started
    used = machine.cpu_seconds(contestant.pid) - before
    return {**result(process), "idle": idle, "most": most, "busy": used / elapsed}


def starts(load, contestant, count):
    """How long until the version is printed, and until the server answers. Not pinned: as a user starts it."""

    def measure(*arguments):
        process = subprocess.Popen(
            [load.program, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=contestant.folder,
            stderr=subprocess.DEVNULL,
            env=contestant.environment(),
        )
        return result(process)

    found = {
        "ready": measure("ready", "--port", str(contestant.port), "--count", str(count), "--", *contestant.command())
    }
    if contestant.version_command():
        found["version"] = measure("runs", "--count", str(count), "--", *contestant.version_command())
    return found
