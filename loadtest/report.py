#!/usr/bin/env python3
"""Draws results of `loadtest run` as one HTML page: report.py RESULT.json... > report.html

The page stands alone: its plots are SVG within it, and it asks nothing of anybody. Needs Python 3.9 and nothing else.
"""

import html
import json
import math
import sys
import time

COLOURS = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a", "#bf3989", "#1b7c83", "#e16f24", "#3b2300"]
WIDTH, HEIGHT = 860, 230
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 30

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em; color: #1f2328 }
h1 { margin-bottom: .1em } h2 { margin-top: 1.8em; border-bottom: 1px solid #d0d7de } h3 { margin: 1.2em 0 .2em }
table { border-collapse: collapse } td, th { padding: .15em .8em .15em 0; text-align: left; vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums } .missed { color: #d1242f } .held { color: #1a7f37 }
svg { width: 100%; height: auto } svg text { font: 11px system-ui, sans-serif; fill: #57606a }
.legend span { margin-right: 1.2em } .legend i { display: inline-block; width: 1em; height: 3px; vertical-align: middle;
margin-right: .4em } @media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3 }
svg text { fill: #9198a1 } }
"""


def text(value):
    return html.escape(str(value))


def number(value):
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def steps(low, high, count=5):
    """Round values from low to high."""
    span = max(high - low, 1e-9)
    step = 10 ** math.floor(math.log10(span / count))
    for factor in (1, 2, 5, 10):
        if span / (step * factor) <= count:
            step *= factor
            break
    first = math.ceil(low / step) * step
    return [first + index * step for index in range(int((high - first) / step + 1e-9) + 1)]


class Plot:
    """Lines over one x axis; y begins at 0, or is logarithmic."""

    def __init__(self, lines, x_marks=None, x_unit="s", is_log=False, bands=()):
        # A line: (label, [(x, y)]), y being None where there is nothing.
        self.lines = [(label, points) for label, points in lines if any(y is not None for _, y in points)]
        self.x_marks, self.x_unit, self.is_log, self.bands = x_marks, x_unit, is_log, bands

    def svg(self):
        values = [y for _, points in self.lines for _, y in points if y is not None]
        places = [x for _, points in self.lines for x, _ in points]
        if not values:
            return ""
        left, right = min(places), max(places)
        low, high = 0.0, max(values) * 1.05 or 1.0
        if self.is_log:
            low = math.log10(max(min(value for value in values if value > 0) if max(values) > 0 else 0.001, 0.001))
            high = math.log10(max(max(values), 0.002))
            low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)

        def at_x(x):
            return LEFT + (x - left) / max(right - left, 1e-9) * (WIDTH - LEFT - RIGHT)

        def at_y(y):
            y = math.log10(max(y, 10**low)) if self.is_log else y
            return HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

        parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">']
        for index, (name, start, end) in enumerate(self.bands):
            x, width = at_x(max(start, left)), at_x(min(end, right)) - at_x(max(start, left))
            if width <= 0:
                continue
            if index % 2 == 0:
                parts.append(
                    f'<rect x="{x:.1f}" y="{TOP}" width="{width:.1f}" height="{HEIGHT - TOP - BOTTOM}"'
                    ' fill="#57606a" opacity=".08"/>'
                )
            parts.append(f'<text x="{x + 3:.1f}" y="{TOP + 10}">{text(name)}</text>')
        marks = [10.0**power for power in range(int(low), int(high) + 1)] if self.is_log else steps(low, high)
        for mark in marks:
            y = at_y(mark)
            parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#57606a" opacity=".25"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{mark:,g}</text>')
        for x, label in self.x_marks or [(mark, f"{mark:,g}") for mark in steps(left, right, 10)]:
            parts.append(f'<text x="{at_x(x):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{text(label)}</text>')
        parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT}" text-anchor="end">{text(self.x_unit)}</text>')
        for index, (_, points) in enumerate(self.lines):
            path, is_down = [], False
            for x, y in points:
                if y is None:
                    is_down = False
                    continue
                path.append(f"{'L' if is_down else 'M'}{at_x(x):.1f} {at_y(y):.1f}")
                is_down = True
            colour = COLOURS[index % len(COLOURS)]
            parts.append(f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts.append("</svg>")
        legend = "".join(
            f'<span><i style="background:{COLOURS[index % len(COLOURS)]}"></i>{text(label)}</span>'
            for index, (label, _) in enumerate(self.lines)
        )
        return f'{"".join(parts)}<div class="legend">{legend}</div>'


def over_time(result, names, is_log=False):
    seconds = result["seconds"]
    lines = [(label, [(second["at"], second.get(name)) for second in seconds]) for label, name in names]
    bands, first = [], None
    for index, second in enumerate(seconds):
        if first is None or second["stage"] != first["stage"]:
            first = second
            bands.append([second["stage"], second["at"], second["at"]])
        bands[-1][2] = second["at"] + (1 if index + 1 < len(seconds) else 0)
    return Plot(lines, is_log=is_log, bands=bands).svg()


def percentile_curve(stage):
    """By how many nines: what one in ten, in a hundred, in a thousand sees."""

    def place(percent):
        return -math.log10(max(1 - percent / 100, 0.000005))

    marks = [(place(percent), f"{percent:g} %") for percent in (0, 50, 90, 99, 99.9, 99.99)]
    lines = [
        (name, [(place(percent), milliseconds) for percent, milliseconds in points])
        for name, points in stage["curves"].items()
    ]
    return Plot(lines, x_marks=marks, x_unit="of all", is_log=True).svg()


def section(result):
    verdict = '<span class="held">good</span>' if result["good"] else '<span class="missed">not good</span>'
    facts = {
        "when": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(result["started_at"])),
        "server": f"{result['server']} at {result['url']}",
        "generator": f"{result['processes']} processes",
        **result["notes"],
        **result["machine"],
        "settings": " ".join(result["settings"]) or "as in the file",
    }
    parts = [f"<h2>{text(result['title'] or result['scenario'])}: {verdict}</h2><table>"]
    parts += [f"<tr><th>{text(key)}</th><td>{text(value)}</td></tr>" for key, value in facts.items()]
    parts.append("</table><h3>What was required</h3><table>")
    for requirement in result["requirements"]:
        word = "held" if requirement["held"] else "missed"
        parts.append(
            f'<tr><td class="{word}">{word}</td><td>{text(requirement["text"])}</td>'
            f'<td class="n">{number(requirement["value"])}</td></tr>'
        )
    faults = {name: result["figures"].get(name, 0) for name in ("lost", "duplicated", "reordered", "overtaken", "unanswered", "errors")}
    word = "missed" if any(faults.values()) else "held"
    told = ", ".join(f"{name} {number(value)}" for name, value in faults.items())
    parts.append(f'<tr><td class="{word}">{word}</td><td colspan="2">{text(told)}</td></tr></table>')
    for code, count in result["errors_by_code"].items():
        parts.append(f'<p class="missed">{text(code)}: {number(count)}</p>')

    kinds = ["sent", "replies", "deliveries", "pages", "marks", "typing", "returns", "replayed", "refused", "unsent"]
    present = [kind for kind in kinds if any(second[kind] for second in result["seconds"])]
    plots = [
        ("What happened, a second", over_time(result, [(kind, kind) for kind in present])),
        (
            "Milliseconds from due to done, p50 and p99",
            over_time(
                result,
                [
                    (f"{timed} {name}", f"{timed}_{name}_ms")
                    for timed in ("reply", "delivery", "page", "connect")
                    for name in ("p50", "p99")
                ],
                is_log=True,
            ),
        ),
        (
            "CPU, percent of a core",
            over_time(result, [("generator", "client_cpu_percent"), ("server", "server_cpu_percent")]),
        ),
        ("Connections", over_time(result, [("identified", "connections")])),
        ("Server memory, KiB", over_time(result, [("resident", "server_rss_kib")])),
    ]
    parts += [f"<h3>{text(title)}</h3>{svg}" for title, svg in plots if svg]
    for stage in result["stages"]:
        if stage["measured"] and stage["curves"]:
            load = f", {stage['load_percent']} % of the load" if stage["load_percent"] != 100 else ""
            missed = f", missed {stage['missed']}" if stage.get("missed") else ""
            parts.append(f"<h3>{text(stage['name'] + load + missed)}: milliseconds by percentile</h3>")
            parts.append(percentile_curve(stage))
    parts.append("<h3>All figures of the measured stages</h3><table>")
    for name, value in result["figures"].items():
        parts.append(f'<tr><td>{text(name)}</td><td class="n">{number(value)}</td></tr>')
    parts.append("</table>")
    return "".join(parts)


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    results = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    print('<!doctype html><html lang="en"><meta charset="utf-8">')
    print(f"<title>Load test</title><style>{STYLE}</style><h1>Load test</h1>")
    for result in results:
        print(section(result))
    print("</html>")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
