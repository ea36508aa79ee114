#!/usr/bin/env python3
"""Many requests of mixed sizes, half of the clients leaving midway: descriptors and memory must end where they were.

    soak.py              a million requests (`make soak`)
    soak.py --short      twenty thousand (`make test`)

Ends with status 0 when nothing leaked, 1 when something did. See README.md beside this file.
"""

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from kit import build, machine, measure, servers  # noqa: E402

REQUESTS, REQUESTS_SHORT = 1_000_000, 20_000
CLIENTS = 64
# Caches, pools and the allocator's arenas reach their size in the warm-up, with the same mixture of requests. It is
# long enough that every client has had some of the largest bodies.
WARM_UP_REQUESTS = 5_000
GROWTH_MAX = 8_000_000
SETTLE_SECONDS = 15
# Memory is given back after five seconds of quiet.
STABLE_LOOKS, LOOK_SECONDS = 24, 0.25


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help=f"{REQUESTS_SHORT:,} requests")
    parser.add_argument("--requests", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1, help="another one gives other requests, the same one the same")
    parser.add_argument("--contestant", default="sidecar", choices=servers.CONTESTANTS)
    parser.add_argument(
        "--growth", type=int, default=GROWTH_MAX, metavar="BYTES", help="of resident memory that is accepted"
    )
    options = parser.parse_args()
    options.requests = options.requests or (REQUESTS_SHORT if options.short else REQUESTS)
    return options


def look(gateway, upstream):
    """What the gateway holds. Idle connections to the upstream are told apart: a pool may have any size to a bound."""
    pool = machine.sockets_to(upstream.port)
    found = machine.descriptors(gateway.pid)
    # A pipe's or socket's inode says nothing; only kinds can be compared.
    others = sorted(re.sub(r":\[\d+\]$", "", target) for target in found.values() if target not in pool)
    return {
        "descriptors": others,
        "pool": sum(target in pool for target in found.values()),
        "threads": machine.threads(gateway.pid),
        "rss": machine.memory(gateway.pid)["rss"],
    }


def settle(gateway, upstream):
    """Looks until nothing changes any more, at most for a while."""
    deadline = time.monotonic() + SETTLE_SECONDS
    previous, same = None, 0
    while True:
        now = look(gateway, upstream)
        state = (now["descriptors"], now["pool"], now["threads"], upstream.stats()["busy"])
        same = same + 1 if state == previous else 0
        if same >= STABLE_LOOKS or time.monotonic() > deadline:
            return now
        previous = state
        time.sleep(LOOK_SECONDS)


def churn(load, gateway, requests, seed):
    # Long enough for a slow machine; the load program itself ends when nothing moves any more.
    process = load.start("churn", port=gateway.port, connections=CLIENTS, requests=requests, seed=seed)
    found = json.loads(process.communicate()[0] or "null")
    if found is None:
        raise RuntimeError(f"the load program failed with status {process.returncode}")
    return found


def differences(before, after):
    """What there is more or less of, by kind."""
    kinds = sorted(set(before) | set(after))
    return [
        f"{after.count(kind) - before.count(kind):+d} {kind}"
        for kind in kinds
        if before.count(kind) != after.count(kind)
    ]


def findings(options, gateway, upstream, before, after, warm_up, load):
    if gateway.process.poll() is not None:
        return [f"{gateway.name} ended with status {gateway.process.returncode}: {gateway.why()}"]
    found = []
    for name, result in (("warm-up", warm_up), ("load", load)):
        if result["errors"] or result["stuck"]:
            found.append(f"{name}: {result['errors']} requests went wrong, {result['stuck']} got stuck")
    changed = differences(before["descriptors"], after["descriptors"])
    if changed:
        found.append(f"descriptors differ from before: {', '.join(changed)}")
    if after["pool"] > CLIENTS:
        found.append(
            f"{after['pool']} connections to the upstream stay open, although there were only {CLIENTS} clients"
        )
    if after["threads"] != before["threads"]:
        found.append(f"{after['threads']} threads, {before['threads']} before")
    growth = after["rss"] - before["rss"]
    if growth > options.growth:
        found.append(f"resident memory grew by {growth / 1e6:.1f} MB, more than {options.growth / 1e6:.1f} MB")
    stats = upstream.stats()
    if stats["busy"]:
        found.append(f"the upstream still works on {stats['busy']} requests that nobody waits for")
    if stats["open"] != after["pool"]:
        found.append(f"the upstream has {stats['open']} connections open, {gateway.name} knows of {after['pool']}")
    if stats["refused"]:
        found.append(f"the upstream refused {stats['refused']} damaged requests")
    return found


def soak(options, programs, folder, stack):
    gateway_core, load_core = machine.cores()
    upstream = servers.Upstream(programs["upstream"], folder, load_core)
    stack.callback(upstream.stop)
    upstream.start()
    gateway = servers.CONTESTANTS[options.contestant](options.contestant, folder, gateway_core, upstream.port)
    stack.callback(gateway.stop)
    gateway.start()
    load = measure.Load(programs["load"], load_core)
    warm_up = churn(load, gateway, WARM_UP_REQUESTS, options.seed + 1)
    before = settle(gateway, upstream)
    result = churn(load, gateway, options.requests, options.seed)
    after = settle(gateway, upstream) if gateway.process.poll() is None else None
    found = findings(options, gateway, upstream, before, after, warm_up, result)
    return {"load": result, "before": before, "after": after, "upstream": upstream.stats(), "findings": found}


def summary(result):
    load, before, after = result["load"], result["before"], result["after"]
    print(
        f"{load['requests']:,} requests in {load['seconds']:.0f} s: {load['stayed']:,} clients stayed, "
        f"{load['left_in_upload']:,} left in their upload, {load['left_while_waiting']:,} while waiting, "
        f"{load['left_in_stream']:,} in a stream "
        f"({load['resets']:,} by RST, {load['fins']:,} by FIN)"
    )
    if after:
        for name, value in (
            ("descriptors", lambda state: len(state["descriptors"])),
            ("upstream pool", lambda state: state["pool"]),
            ("threads", lambda state: state["threads"]),
            ("resident MB", lambda state: round(state["rss"] / 1e6, 1)),
        ):
            print(f"  {name:14} {value(before):>8} before {value(after):>8} after")


def main():
    options = parse()
    missing = servers.CONTESTANTS[options.contestant].missing()
    if missing:
        print(f"soak: without {options.contestant}: {missing}", file=sys.stderr)
        return 2
    programs = build.build()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sidecar-soak-"))
        result = soak(options, programs, folder, stack)
    summary(result)
    with open(os.path.join(build.OUTPUT, "soak.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    for finding in result["findings"]:
        print(f"soak: LEAK or failure: {finding}", file=sys.stderr)
    print("soak: " + ("failed" if result["findings"] else "nothing leaked"))
    return 1 if result["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
