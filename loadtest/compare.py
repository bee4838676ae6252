#!/usr/bin/env python3
"""Compares two sets of runs of one scenario: compare.py BASE... -- NEW... [--figure NAME]... [--worse PERCENT]

Each is a result.json, or a folder with some of them below it, as `scripts/load --repeat 3 --out DIR` makes. A table comes
out: of each figure the median of either set with its least and greatest, and how the medians differ. A difference counts
only where each set has three runs and the two do not overlap. Ends with 1 when a figure is worse by more than --worse
percent (and that counts), and with 2 when the sets cannot be compared.
"""

import json
import pathlib
import statistics
import sys

RUNS_MIN = 3
USUAL = [
    "sent_per_second", "replies_per_second", "deliveries_per_second", "reply_p50_ms", "reply_p99_ms", "delivery_p50_ms",
    "delivery_p99_ms", "page_p99_ms", "mark_p99_ms", "connect_p50_ms", "connect_p99_ms", "server_cpu_us_per_delivery",
    "server_cpu_percent", "client_cpu_percent", "rss_per_connection_kib", "server_rss_kib", "max_load_percent", "refused",
    "lost", "duplicated", "reordered", "errors",
]
MORE_IS_BETTER = ("_per_second", "max_load_percent")


def fail(words):
    print(f"compare: {words}", file=sys.stderr)
    sys.exit(2)


def read(places):
    paths = []
    for place in map(pathlib.Path, places):
        paths += sorted(place.rglob("result.json")) if place.is_dir() else [place]
    if not paths:
        fail(f"no result.json in {' '.join(map(str, places))}")
    try:
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    except (OSError, ValueError) as error:
        fail(error)


def shown(values):
    def one(value):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"

    return f"{one(statistics.median(values))} ({one(min(values))}–{one(max(values))})"


def is_better(name, base, new):
    return new > base if name.endswith(MORE_IS_BETTER) else new < base


def compare(base, new, names, worse_percent):
    """Lines of a table, and the names of what is worse."""
    lines, worse = [("figure", f"base ({len(base)})", f"new ({len(new)})", "change", "")], []
    is_enough = min(len(base), len(new)) >= RUNS_MIN
    for name in names:
        sets = [[run["figures"][name] for run in runs if name in run["figures"]] for runs in (base, new)]
        if not all(sets):
            continue
        before, after = map(statistics.median, sets)
        change = f"{100 * (after / before - 1):+.1f} %" if before else ("=" if after == before else "from 0")
        overlaps = min(sets[0]) <= max(sets[1]) and min(sets[1]) <= max(sets[0])
        verdict = ""
        if after != before and is_enough and not overlaps and min(map(len, sets)) >= RUNS_MIN:
            verdict = "better" if is_better(name, before, after) else "worse"
            if verdict == "worse" and (not before or abs(after / before - 1) * 100 > worse_percent):
                worse.append(name)
        elif after != before:
            verdict = "within the spread" if is_enough else "too few runs"
        lines.append((name, shown(sets[0]), shown(sets[1]), change, verdict))
    return lines, worse


def main(arguments):
    sides, figures, worse_percent, rest = [[], []], [], 5.0, list(arguments)
    side = 0
    while rest:
        word = rest.pop(0)
        if word == "--":
            side = 1
        elif word in ("--figure", "--worse"):
            if not rest:
                fail(f"{word} wants a value")
            value = rest.pop(0)
            if word == "--figure":
                figures.append(value)
            else:
                worse_percent = float(value)
        else:
            sides[side].append(word)
    if not all(sides):
        print(__doc__, file=sys.stderr)
        return 2
    base, new = map(read, sides)
    titles = {run["title"] for run in base + new}
    if len(titles) > 1:
        fail(f"these are runs of different scenarios: {', '.join(sorted(titles))}")
    for label, runs in (("base", base), ("new", new)):
        about = {f"{run['notes'].get('commit', run['server'])} on {run['machine']['processor']}" for run in runs}
        settings = {" ".join(run["settings"]) for run in runs}
        print(f"{label}: {'; '.join(sorted(about))}{''.join(f' [{text}]' for text in sorted(settings) if text)}")
        for run in runs:
            if any(run["figures"].get(name) for name in ("lost", "duplicated", "reordered", "unanswered", "errors")):
                print(f"{label}: a run has faults: {run['errors_by_code'] or 'lost or out of order'}")
    lines, worse = compare(base, new, figures or USUAL, worse_percent)
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    if worse:
        print(f"worse by more than {worse_percent:g} %: {', '.join(worse)}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
