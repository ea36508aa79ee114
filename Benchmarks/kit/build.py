"""Compiles the upstream and the load program when their sources are newer."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(HERE)
OUTPUT = os.path.join(ROOT, ".build", "bench")

PROGRAMS = {
    "upstream": ["upstream.c", "reading.c", "answering.c", "answers.c", "timers.c", "wire.c"],
    "load": [
        "load.c",
        "closed.c",
        "streams.c",
        "churn.c",
        "startup.c",
        "client.c",
        "answer.c",
        "request.c",
        "samples.c",
        "timers.c",
        "wire.c",
    ],
}
FLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror"]


def newest_source():
    sources = [name for name in os.listdir(HERE) if name.endswith((".c", ".h"))]
    return max(os.path.getmtime(os.path.join(HERE, name)) for name in sources)


def build():
    """Returns the paths of the programs by name."""
    os.makedirs(OUTPUT, exist_ok=True)
    newest = newest_source()
    paths = {}
    for name, sources in PROGRAMS.items():
        path = paths[name] = os.path.join(OUTPUT, name)
        if os.path.exists(path) and os.path.getmtime(path) >= newest:
            continue
        compiler = os.environ.get("CC", "cc")
        command = [compiler, *FLAGS, "-o", path, *(os.path.join(HERE, source) for source in sources)]
        if subprocess.run(command).returncode != 0:
            sys.exit(f"cannot compile {name}; the C compiler comes with the package build-essential")
    return paths
