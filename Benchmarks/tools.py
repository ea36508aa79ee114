#!/usr/bin/env python3
"""How long calls of tools take over HTTP in a warm jail, beside fd and rg by themselves, and what large things cost.

Benchmarks/tools.py [--quick] [--check] [--large]: a table with the goals; everything measured goes to .build/bench/tools.json. `--large`
reads a file of 1 GB, lists 100,000 files, opens a notebook of 50 MB and takes 10 MB of output, and says how much memory all processes
together had, and how long another request waited meanwhile. SIDECAR_BINARY names another binary.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.environ.get("SIDECAR_BINARY", os.path.join(ROOT, ".build/release/sidecar"))
POLICY = "version: 1\nname: bench\nextends: default\nlimits: { runs_per_minute: 1000000 }\n"


class Ground:
    """A folder with a workspace, a state and a policy of its own; not in /tmp, which each run has a private one of."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(dir="/var/tmp", prefix="sidecar-bench-")
        os.chmod(self.folder, 0o755)
        self.workspace = os.path.join(self.folder, "work")
        os.mkdir(self.workspace)
        self.write("policy.yaml", POLICY)
        self.environment = {
            "PATH": os.environ["PATH"],
            **{name: self.folder for name in ("HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")},
        }

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def at(self, name):
        return os.path.join(self.workspace, name)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    def __init__(self, ground, configuration=""):
        ground.write("sidecar.yaml", configuration)
        words = ["serve", "--json", "--config", f"{ground.folder}/sidecar.yaml", "--listen", "127.0.0.1:0"]
        words += ["--workspace", ground.workspace, "--policy", f"{ground.folder}/policy.yaml"]
        words += ["--log-format", "json", "--log-level", "error"]
        self.process = subprocess.Popen(
            [BINARY, *words], env=ground.environment, cwd=ground.folder, stdout=subprocess.PIPE
        )
        self.port = int(json.loads(self.process.stdout.readline())["address"].rsplit(":", 1)[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def call(self, tool, arguments, session="bench"):
        """The seconds that it took, and its result."""
        start = time.perf_counter()
        fields = {"content-type": "application/json", "x-sidecar-session": session}
        self.connection.request("POST", f"/v1/tools/{tool}", json.dumps(arguments), fields)
        body = self.connection.getresponse().read()
        taken = time.perf_counter() - start
        result = json.loads(body)
        if result["is_error"]:
            sys.exit(f"{tool}: {result['content'][0]['text']}")
        return taken, result

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def serving(ground, configuration=""):
    server = Server(ground, configuration)
    try:
        yield server
    finally:
        server.stop()


def over_http(server, tool, make, rounds):
    for number in range(5):
        server.call(tool, make(number))
    times, inside = [], []
    for number in range(5, rounds + 5):
        taken, result = server.call(tool, make(number))
        times.append(taken * 1000)
        inside.append(result["duration_us"] / 1000)
    times.sort()
    return {
        "median": statistics.median(times),
        "p99": times[len(times) * 99 // 100],
        "inside": statistics.median(inside),
    }


def program(words, rounds, **more):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(words, stdout=subprocess.DEVNULL, check=False, **more)
        times.append((time.perf_counter() - start) * 1000)
    return {"median": statistics.median(times)}


def changes(server, ground, rounds):
    """Write and Edit of 4 kB; each finds what the one before has left."""
    path = ground.at("changed.txt")
    text = ("z" * 79 + "\n") * 50
    found = {"Write": over_http(server, "Write", lambda n: {"file_path": path, "content": f"{text}{n}\n"}, rounds)}
    server.call("Write", {"file_path": path, "content": f"{text}word 0\n"})
    found["Edit"] = over_http(
        server,
        "Edit",
        lambda n: {"file_path": path, "old_string": f"word {n}\n", "new_string": f"word {n + 1}\n"},
        rounds,
    )
    return found


def small(ground, rounds):
    """What one call takes."""
    found = {}
    with open(ground.at("read.txt"), "w", encoding="utf-8") as file:
        file.write(("y" * 79 + "\n") * 50)
    with serving(ground, "tools: { fsync: false }\n") as server:
        for tool, arguments in (
            ("TodoRead", {}),
            ("Read", {"file_path": ground.at("read.txt")}),
            ("Bash", {"command": "true"}),
        ):
            found[tool] = over_http(server, tool, lambda _, arguments=arguments: arguments, rounds)
        found.update(changes(server, ground, rounds))
    with serving(ground) as server:
        found.update({f"{tool}, on the disk": times for tool, times in changes(server, ground, rounds // 4).items()})
    words = [BINARY, "tool", "run", "Read", "--policy", f"{ground.folder}/policy.yaml", "--input"]
    words.append(json.dumps({"file_path": ground.at("read.txt")}))
    found["tool run Read"] = program(words, max(rounds // 20, 5), env=ground.environment, cwd=ground.workspace)
    return found


def searches(ground, rounds):
    """20,000 files in 200 folders, turn by turn with the programs themselves."""
    tree = ground.at("tree")
    for folder in range(200):
        os.makedirs(f"{tree}/{folder % 20}/{folder}")
        for number in range(100):
            with open(f"{tree}/{folder % 20}/{folder}/file{number}.txt", "w", encoding="utf-8") as file:
                file.write(f"some words {number} in a file\n" * 20 + ("needle\n" if number == folder % 100 else ""))
    fd = shutil.which("fdfind") or shutil.which("fd")
    found = {}
    with serving(ground) as server:
        grep, glob = {"pattern": "needle", "path": tree}, {"pattern": "**/file7.txt", "path": tree}
        ours = {"Grep": [], "Glob": [], "rg": [], "fd": []}
        for _ in range(rounds):
            ours["Grep"].append(over_http(server, "Grep", lambda _: grep, 3)["median"])
            ours["rg"].append(program(["rg", "-l", "needle", tree], 3)["median"])
            ours["Glob"].append(over_http(server, "Glob", lambda _: glob, 3)["median"])
            if fd:
                ours["fd"].append(program([fd, "--glob", "file7.txt", tree], 3)["median"])
    for name, times in ours.items():
        if times:
            found[name] = {"median": statistics.median(times)}
    shutil.rmtree(tree)
    return found


def descendants(pid):
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    parents.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def proportional(pid):
    """Kilobytes of a process's own, and its share of what it has with others."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return 0


class Watch(threading.Thread):
    """The memory of all processes of the server, and how long another request waits, as often as it can."""

    def __init__(self, server):
        super().__init__()
        self.server, self.most, self.longest, self.over = server, 0, 0, threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def run(self):
        while not self.over.is_set():
            self.most = max(self.most, sum(proportional(pid) for pid in descendants(self.server.process.pid)))
            start = time.perf_counter()
            self.connection.request("POST", "/v1/tools/TodoRead", "{}", {"content-type": "application/json"})
            self.connection.getresponse().read()
            self.longest = max(self.longest, time.perf_counter() - start)
            time.sleep(0.005)


def large(ground):
    """What large things cost in memory, and whom they hold up."""
    with open(ground.at("large.txt"), "w", encoding="utf-8") as file:
        block = "".join(f"line {number:07} of a long file, with some more words to read\n" for number in range(16384))
        for _ in range(1 << 30 >> 20):
            file.write(block[: 1 << 20])
    os.mkdir(ground.at("many"))
    for number in range(100_000):
        os.close(os.open(ground.at(f"many/file{number:06}"), os.O_CREAT | os.O_WRONLY))
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "f()"}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 99_000}]
    with open(ground.at("large.ipynb"), "w", encoding="utf-8") as file:
        json.dump({"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [cell] * 500}, file)
    calls = {
        "1 GB read at an offset": ("Read", {"file_path": ground.at("large.txt"), "offset": 16_000_000, "limit": 20}),
        "100,000 files listed": ("LS", {"path": ground.at("many")}),
        "100,000 files globbed": ("Glob", {"pattern": "many/*9"}),
        "notebook of 50 MB": ("NotebookRead", {"notebook_path": ground.at("large.ipynb")}),
        "10 MB of output": ("Bash", {"command": "yes some words | head -c 10000000"}),
    }
    found = {}
    for name, (tool, arguments) in calls.items():
        with serving(ground) as server:
            server.call(tool, {**arguments, "command": "true"} if tool == "Bash" else arguments)
            watch = Watch(server)
            watch.start()
            times = [server.call(tool, arguments)[0] for _ in range(3)]
            watch.over.set()
            watch.join()
            found[name] = {
                "median": statistics.median(times) * 1000,
                "megabytes": watch.most / 1024,
                "waited": watch.longest * 1000,
            }
    return found


def goals(found):
    """(name, value, limit); None where it was not measured."""

    def of(name, key="median"):
        return found[name][key] if name in found else None

    limits = {"Read": 0.2, "Write": 0.4, "Edit": 0.3, "Bash": 2, "tool run Read": 40}
    rows = [(f"{name}, ms", of(name), limit) for name, limit in limits.items()]
    if "rg" in found:
        rows.append(("Grep of 20,000 files, ms", of("Grep"), of("rg") * 1.2 + 2))
    if "fd" in found:
        rows.append(("Glob of 20,000 files, ms", of("Glob"), of("fd") * 1.5))
    rows += [(f"{name}, MB", values["megabytes"], 100) for name, values in found.items() if "megabytes" in values]
    return [row for row in rows if row[1] is not None]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="for a look, not for a claim")
    parser.add_argument("--check", action="store_true", help="end with status 1 when a goal is missed")
    parser.add_argument("--large", action="store_true", help="only what is large")
    options = parser.parse_args()
    ground = Ground()
    try:
        if options.large:
            found = large(ground)
        else:
            found = {**small(ground, 60 if options.quick else 400), **searches(ground, 2 if options.quick else 8)}
    finally:
        ground.remove()
    for name, values in found.items():
        print(f"{name:<26}", "  ".join(f"{key} {value:8.3f}" for key, value in values.items()))
    missed = 0
    for name, value, limit in goals(found):
        missed += value > limit
        print(f"{name:<26} {value:9.3f}  {'held ' if value <= limit else 'MISSED'}  (at most {limit:.3f})")
    os.makedirs(os.path.join(ROOT, ".build/bench"), exist_ok=True)
    with open(os.path.join(ROOT, ".build/bench/tools.json"), "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
