"""report.py and compare.py, and what HdrHistogram's own reader makes of our logs."""

import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as tree

import pytest
from hdrh.log import HistogramLogReader
from hdrh.histogram import HdrHistogram

HERE = pathlib.Path(__file__).resolve().parent.parent


def result(p99=10.0, sent=100, title="Rooms", lost=0):
    second = dict.fromkeys(
        ["sent", "replies", "deliveries", "pages", "marks", "typing", "returns", "replayed", "refused", "unsent", "faults"], 0)
    seconds = [
        {**second, "at": at, "stage": "warm-up" if at < 3 else "steady", "connections": 5, "sent": sent,
         "reply_p50_ms": 1.5, "reply_p99_ms": p99, "client_cpu_percent": 3.0}
        for at in range(1, 6)
    ]
    figures = {"sent_per_second": sent, "reply_p99_ms": p99, "lost": lost, "duplicated": 0, "reordered": 0, "overtaken": 0,
               "unanswered": 0, "errors": 0}
    return {
        "title": title, "scenario": "x.ini", "started_at": 1, "url": "http://127.0.0.1:1", "server": "confab/1",
        "processes": 1, "notes": {"commit": "<abc>"}, "machine": {"processor": "P"}, "settings": [], "good": lost == 0,
        "figures": figures, "errors_by_code": {}, "seconds": seconds,
        "requirements": [{"text": "reply_p99_ms < 20", "value": p99, "held": p99 < 20}],
        "stages": [{"name": "steady", "start": 2, "seconds": 3, "measured": True, "load_percent": 100, "figures": {},
                    "curves": {"reply": [[50, 1.5], [99, p99], [100, p99]]}}],
    }


def run(script, *arguments):
    return subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def kept(tmp_path):
    def keep(name, **values):
        path = tmp_path / name / "result.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(result(**values)))
        return path.parent
    return keep


def test_a_report_is_one_page_that_asks_nobody_for_anything(kept):
    page = run("report.py", kept("a") / "result.json")
    assert page.returncode == 0, page.stderr
    assert not re.search(r"(src|href)=|@import|url\(", page.stdout)
    assert "http" not in page.stdout.replace("http://127.0.0.1:1", "")
    drawn = re.findall(r"<svg.*?</svg>", page.stdout)
    assert len(drawn) >= 4
    for svg in drawn:
        tree.fromstring(svg)
    assert "&lt;abc&gt;" in page.stdout and "<abc>" not in page.stdout


def test_a_report_says_what_was_missed(kept):
    page = run("report.py", kept("a", p99=50.0) / "result.json").stdout
    assert '<td class="missed">missed</td><td>reply_p99_ms &lt; 20</td>' in page


def test_a_clear_difference_of_three_runs_each_is_told_and_ends_with_one(kept):
    for index in range(3):
        kept(f"base/{index}", p99=10 + index)
        new = kept(f"new/{index}", p99=20 + index).parent
    compared = run("compare.py", new.parent / "base", "--", new)
    assert compared.returncode == 1
    assert re.search(r"reply_p99_ms +11 \(10–12\) +21 \(20–22\) +\+90.9 % +worse", compared.stdout)
    assert run("compare.py", new, "--", new.parent / "base").returncode == 0


def test_what_overlaps_or_was_run_less_than_three_times_proves_nothing(kept):
    for index in range(3):
        kept(f"base/{index}", p99=10 + 5 * index)
        new = kept(f"new/{index}", p99=12 + 5 * index).parent
    compared = run("compare.py", new.parent / "base", "--", new)
    assert compared.returncode == 0 and "within the spread" in compared.stdout
    compared = run("compare.py", new.parent / "base" / "0", "--", new / "2")
    assert compared.returncode == 0 and "too few runs" in compared.stdout


def test_other_scenarios_and_nothing_at_all_cannot_be_compared(kept, tmp_path):
    assert run("compare.py", kept("a"), "--", kept("b", title="Others")).returncode == 2
    assert run("compare.py", tmp_path / "none", "--", tmp_path / "none").returncode == 2
    assert run("compare.py", kept("c")).returncode == 2


def test_hdrhistogram_reads_a_log_as_it_was_written():
    """Of a run that `scripts/load --out` has kept; scripts/test makes one."""
    folder = pathlib.Path(os.environ.get("LOAD_RESULT", HERE.parent / ".build" / "load" / "1"))
    told = {stage["name"]: stage for stage in json.loads((folder / "result.json").read_text())["stages"]}
    count = 0
    for line in (folder / "latency.hlog").read_text().splitlines():
        if not line.startswith("Tag="):
            continue
        tag, _, _, longest, encoded = line.split(",")
        stage, timed = tag.removeprefix("Tag=").split(".")
        histogram = HdrHistogram.decode(encoded)
        assert histogram.get_max_value() / 1e6 == pytest.approx(float(longest), rel=0.01)
        # That reader rounds a percentile's rank, and we take the next one up: they differ by one value at most.
        one = 100 / histogram.get_total_count()
        for percent, milliseconds in told[stage]["curves"][timed]:
            low, high = (histogram.get_value_at_percentile(percent + step) / 1e6 for step in (-one, one))
            assert low * 0.98 - 0.001 <= milliseconds <= high * 1.02 + 0.001
        count += histogram.get_total_count()
    assert count > 100
    reader = HistogramLogReader(str(folder / "latency.hlog"), HdrHistogram(1, 3_600_000_000_000, 2))
    assert reader.get_next_interval_histogram() is not None
