"""What the gateway has to reach. A goal's value is taken from the results of the judged contestant."""

from dataclasses import dataclass
from statistics import median
from typing import Callable, Optional

from kit import measure

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Goal:
    name: str
    unit: str
    limit: Callable  # of all results; None where there is nothing to compare with
    value: Callable  # of all results and the judged one's name; None where it was not measured
    at_least: bool = False

    def judge(self, results, name):
        value, limit = self.value(results, name), self.limit(results)
        met = None
        if value is not None and limit is not None:
            met = value >= limit if self.at_least else value <= limit
        return {
            "goal": self.name,
            "unit": self.unit,
            "value": value,
            "limit": limit,
            "at_least": self.at_least,
            "met": met,
        }


def ratio(results, name, workload, other="nginx"):
    """The median of the slices' ratios: both halves of one ratio were measured within seconds of each other."""
    ours, theirs = rounds(results, name, workload), rounds(results, other, workload)
    pairs = [(a["per_second"], b["per_second"]) for a, b in zip(ours, theirs) if b["per_second"] > 0]
    return median(a / b for a, b in pairs) if pairs else None


def ratio_by_cpu(results, name, workload, other="nginx"):
    """The ratio of what a request costs: untouched by other work on the same core, though not by its sibling's."""
    if name == "direct":
        return None
    pairs = [
        (a["cpu_us"], b["cpu_us"]) for a, b in zip(rounds(results, name, workload), rounds(results, other, workload))
    ]
    return median(b / a for a, b in pairs if a > 0) if pairs else None


def ratio_of_best(results, name, workload, other="nginx"):
    """Each one's best slice against the other's: disturbance only ever slows down."""
    ours, theirs = rounds(results, name, workload), rounds(results, other, workload)
    if not ours or not theirs:
        return None
    best = max(found["per_second"] for found in theirs)
    return max(found["per_second"] for found in ours) / best if best > 0 else None


def added(results, name, workload, base="direct"):
    """What a contestant adds over the direct way, in microseconds: the median of the slices' differences."""
    pairs = zip(rounds(results, name, workload), rounds(results, base, workload))
    differences = [a["p50_us"] - b["p50_us"] for a, b in pairs if "p50_us" in a and "p50_us" in b]
    return median(differences) if differences else None


def rounds(results, name, workload):
    return results.get(name, {}).get("rounds", {}).get(workload, [])


def look(results, name, *path):
    found = results.get(name, {})
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def constant(value):
    return lambda results: value


def memory(moment):
    def value(results, name):
        found = look(results, name, "streams", moment, "rss")
        return None if found is None else found / MEGABYTE

    return value


def start_time(what):
    def value(results, name):
        found = look(results, name, "starts", what)
        return found["duration"]["p50"] / 1000 if found and not found["failed"] else None

    return value


def errors(results, name):
    found = results.get(name, {}).get("rounds", {})
    return sum(entry["errors"] for slices in found.values() for entry in slices) if found else None


def behind(results, name):
    found: Optional[dict] = look(results, name, "streams")
    return (
        None
        if found is None or "fell_behind" not in found
        else float(found["streams"] - found["whole"]) + found["fell_behind"]
    )


GOALS = [
    *(
        Goal(
            f"{body}: requests a second against nginx",
            "×",
            constant(0.5),
            lambda results, name, body=body: ratio(results, name, body),
            at_least=True,
        )
        for body in measure.BODIES
    ),
    Goal(
        f"{measure.BURST}: streams a second against nginx",
        "×",
        constant(0.5),
        lambda results, name: ratio(results, name, measure.BURST),
        at_least=True,
    ),
    *(
        Goal(
            f"{body} translated: requests a second against nginx",
            "×",
            constant(limit),
            lambda results, name, body=body: ratio(results, "sidecar-chat", body),
            at_least=True,
        )
        for body, limit in zip(measure.BODIES, (0.4, 0.3, 0.3))
    ),
    *(
        Goal(
            f"{body} translated: requests a second against LiteLLM",
            "×",
            constant(150),
            lambda results, name, body=body: ratio(results, "sidecar-chat", body, "litellm"),
            at_least=True,
        )
        for body in list(measure.BODIES)[:2]
    ),
    Goal(
        "translated: time to first event, added over direct",
        "µs",
        constant(300),
        lambda results, name: added(results, "sidecar-chat", "first event"),
    ),
    Goal(
        f"translated: resident memory with {measure.STREAMS} streams",
        "MB",
        constant(100),
        lambda results, name: memory("most")(results, "sidecar-chat"),
    ),
    Goal(
        "one request at a time: added over direct (limit: nginx's own)",
        "µs",
        lambda results: added(results, "nginx", "latency"),
        lambda results, name: added(results, name, "latency"),
    ),
    Goal(
        "time to first event: added over direct",
        "µs",
        constant(300),
        lambda results, name: added(results, name, "first event"),
    ),
    Goal(f"{measure.STREAMS} paced streams: broken or behind", "", constant(0), behind),
    Goal("wrong or missing answers", "", constant(0), errors),
    Goal("resident memory idle", "MB", constant(25), memory("idle")),
    Goal(f"resident memory with {measure.STREAMS} streams", "MB", constant(60), memory("most")),
    Goal("version: start to end", "ms", constant(20), start_time("version")),
    Goal("serve: start to first answer", "ms", constant(60), start_time("ready")),
]
