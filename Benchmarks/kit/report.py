"""The table."""

from statistics import median

from kit import goals, measure

LABEL_WIDTH, COLUMN_WIDTH = 44, 12


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def row(label, cells):
    print(label.ljust(LABEL_WIDTH) + "".join(cell.rjust(COLUMN_WIDTH) for cell in cells))


def middle(results, name, workload, field):
    values = [found[field] for found in goals.rounds(results, name, workload) if field in found]
    return median(values) if values else None


def megabytes(results, name, *path):
    value = goals.look(results, name, *path)
    return None if value is None else value / goals.MEGABYTE


def milliseconds(results, name, *path):
    value = goals.look(results, name, *path)
    return None if value is None else value / 1000


def table(results):
    names = list(results)
    row("", names)

    def line(label, value, digits=0):
        row(label, [number(value(name), digits) for name in names])

    for workload in [*measure.BODIES, measure.BURST]:
        line(f"{workload}: a second", lambda name: middle(results, name, workload, "per_second"))
        line("  against nginx", lambda name: goals.ratio(results, name, workload), 2)
        line("  against nginx, best slices", lambda name: goals.ratio_of_best(results, name, workload), 2)
        line("  CPU µs each", lambda name: None if name == "direct" else middle(results, name, workload, "cpu_us"), 1)
        line("  against nginx, by CPU", lambda name: goals.ratio_by_cpu(results, name, workload), 2)
        line(
            "  share of its core used",
            lambda name: None if name == "direct" else middle(results, name, workload, "busy"),
            2,
        )
    for workload, label in (
        ("latency", "one request at a time, p50 µs"),
        ("first event", "time to first event, p50 µs"),
    ):
        line(label, lambda name: middle(results, name, workload, "p50_us"))
        line("  added over direct", lambda name: None if name == "direct" else goals.added(results, name, workload))
    line(f"{measure.STREAMS} paced streams: whole", lambda name: goals.look(results, name, "streams", "whole"))
    for percentile in ("p50", "p99", "max"):
        line(
            f"  lateness {percentile} ms",
            lambda name: milliseconds(results, name, "streams", "lateness", percentile),
            2,
        )
    line(
        "  share of its core used",
        lambda name: None if name == "direct" else goals.look(results, name, "streams", "busy"),
        2,
    )
    for moment, label in (("idle", "idle"), ("most", "with the streams")):
        line(f"memory {label}, RSS MB", lambda name: megabytes(results, name, "streams", moment, "rss"), 1)
        line("  PSS MB", lambda name: megabytes(results, name, "streams", moment, "pss"), 1)
    line("memory after the load, RSS MB", lambda name: megabytes(results, name, "after_load", "rss"), 1)
    for what, label in (("version", "version, ms"), ("ready", "serve ready, ms")):
        line(label, lambda name: milliseconds(results, name, "starts", what, "duration", "p50"), 1)
    line("errors", lambda name: goals.errors(results, name))


QUIET_SHARE = 0.05


def noise(results):
    """Says when other work was on the gateways' core: then rates depend on luck."""
    shares = [
        middle(results, name, workload, "others")
        for name in results
        if name != "direct"
        for workload in measure.BODIES
    ]
    most = max((share for share in shares if share is not None), default=0)
    if most > QUIET_SHARE:
        print(
            f"\nThe machine was not quiet: other programs used up to {most:.0%} of the gateways' core. Single rates\n"
            "and times are worse than on a quiet one; the ratios are medians of interleaved slices and suffer less.\n"
            "More --rounds help."
        )


def verdicts(judged, name):
    print(f"\nGoals, held against {name}:")
    for verdict in judged:
        word = {True: "PASS", False: "MISS", None: "not measured"}[verdict["met"]]
        digits = 2 if verdict["unit"] == "×" else 0 if verdict["unit"] in ("µs", "") else 1
        sign = "≥" if verdict["at_least"] else "≤"
        value, limit = number(verdict["value"], digits), number(verdict["limit"], digits)
        print(f"  {word:13}{verdict['goal']}: {value} {verdict['unit']} ({sign} {limit})")
