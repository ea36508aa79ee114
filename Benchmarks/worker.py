#!/usr/bin/env python3
"""Round trips to sidecar-worker over its socket, outside of any jail: Read of 4 kB, Write and Edit of the same size, without fsync.

Benchmarks/worker.py [ROUNDS]: medians and 99th percentiles in microseconds. Python's own part is measured by a request that the worker
refuses at once, and shown beside them.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORKER = os.path.join(ROOT, ".build/release/sidecar-worker")


class Worker:
    def __init__(self):
        self.socket, theirs = socket.socketpair()
        # The worker wants it as descriptor 3, and Popen keeps the numbers of what it passes on.
        arguments = ["/bin/sh", "-c", f'exec "$0" 3<&{theirs.fileno()}', WORKER]
        self.process = subprocess.Popen(arguments, pass_fds=[theirs.fileno()])
        theirs.close()

    def ask(self, request):
        self.socket.sendall(struct.pack("<II", len(request), 0) + request)
        head = self.read(8)
        return self.read(struct.unpack("<II", head)[0])

    def read(self, count):
        data = self.socket.recv(count)
        while len(data) < count:
            data += self.socket.recv(count - len(data))
        return data

    def close(self):
        self.socket.close()
        self.process.wait()


def request(tool, arguments, workspace, known):
    body = {"tool": tool, "input": arguments, "workspace": workspace, "known": known, "fsync": False}
    return json.dumps(body).encode()


def measure(name, rounds, worker, make):
    """`make(round, last reply)` gives the next request."""
    times = []
    reply = None
    for number in range(rounds):
        asked = make(number, reply)
        start = time.perf_counter_ns()
        answer = worker.ask(asked)
        times.append((time.perf_counter_ns() - start) / 1000)
        reply = json.loads(answer)
        if reply["is_error"] and name != "refused":
            sys.exit(f"{name}: {reply['content'][0]['text']}")
    times.sort()
    print(f"{name:<12} median {times[len(times) // 2]:7.1f} µs   99th {times[len(times) * 99 // 100]:7.1f} µs")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.txt")
        lines = [f"line {number:04} of a file that has four kilobytes" for number in range(85)]
        content = "\n".join(lines) + "\n"
        worker = Worker()

        def known(reply):
            return {path: {"hash": reply["seen"][0]["hash"], "whole": False}} if reply else {}

        def write(number, reply):
            text = content.replace("line 0040", f"line {number:04}")
            return request("Write", {"file_path": path, "content": text}, folder, known(reply))

        def edit(number, reply):
            change = {"file_path": path, "old_string": f"line {number:04} x", "new_string": f"line {number + 1:04} x"}
            return request("Edit", change, folder, known(reply))

        measure("refused", rounds, worker, lambda *_: request("None", {}, folder, {}))
        measure("Write", rounds, worker, write)
        measure("Read", rounds, worker, lambda *_: request("Read", {"file_path": path}, folder, {}))
        read = json.loads(worker.ask(request("Read", {"file_path": path}, folder, {})))
        text = content.replace("line 0040", "line 0000 x")
        start = json.loads(worker.ask(request("Write", {"file_path": path, "content": text}, folder, known(read))))
        measure("Edit", rounds, worker, lambda number, reply: edit(number, reply or start))
        worker.close()


if __name__ == "__main__":
    main()
