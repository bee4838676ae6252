"""Holds the server to what a large history may cost: start, memory, pages, and a resume after a long sleep.

    measure.py [--channels N] [--messages N] [--large N] [--pages N]

Without arguments: a million channels, ten million messages, a million of them in one channel.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
from fill import fill  # noqa: E402
from server import Server  # noqa: E402

START_SECONDS_MAX = 0.5
PAGE_MILLISECONDS_MAX = 50.0


def resident(pid):
    """Bytes of memory."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


class Caller:
    def __init__(self, server, user):
        self.url = server.url
        self.token = subprocess.run(
            [server.binary, "token", f"u{user}", "--data", str(server.data)], check=True, capture_output=True, text=True
        ).stdout.strip()

    def __call__(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + "/api/v1" + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def timed(body):
    begun = time.perf_counter()
    result = body()
    return (time.perf_counter() - begun) * 1_000, result


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--channels", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=9_000_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=2_000)
    options = parser.parse_args()
    faults = []

    def hold(what, value, most, unit):
        print(f"{what}: {value:,.2f} {unit} (at most {most:,.1f})")
        if value > most:
            faults.append(what)

    with tempfile.TemporaryDirectory(prefix="confab-scale.") as work:
        server = Server(pathlib.Path(work) / "data", channel_members_max=100_000)
        server.start()
        empty = resident(server.pid)
        server.terminate()
        path = server.data / "confab.db"
        user, seconds = fill(path, options.channels, options.messages, options.large)
        size = path.stat().st_size
        print(f"{options.channels:,} channels and {options.messages + options.large:,} messages written in {seconds:.0f} s;"
              f" {size / 2**20:,.0f} MiB")
        milliseconds, _ = timed(server.start)
        hold("start", milliseconds / 1_000, START_SECONDS_MAX, "s")
        hold("memory after the start, beside an empty server's", (resident(server.pid) - empty) / 2**20, 64, "MiB")
        call = Caller(server, user)

        # Touching channels costs a bounded number of bytes each.
        before = resident(server.pid)
        milliseconds, listed = timed(lambda: call("GET", "/channels?limit=1000")["items"])
        print(f"{len(listed):,} channels read for the first time: {milliseconds:.0f} ms")
        hold("memory of a channel in use", (resident(server.pid) - before) / len(listed) / 1024, 8, "KiB")

        # Pages anywhere in the large channel.
        times = []
        for _ in range(options.pages):
            number = random.randint(1, options.large)
            kind = random.choice(("before", "after", "around"))
            milliseconds, page = timed(lambda: call("GET", f"/channels/1/messages?{kind}={number}&limit=50"))
            times.append(milliseconds)
            numbers = [message["message_number"] for message in page["items"]]
            if numbers != list(range(numbers[0], numbers[0] + len(numbers))) if numbers else number not in (1, options.large):
                faults.append(f"page {kind} {number}: {numbers}")
        hold("a page of 50, p99", percentile(times, 0.99), PAGE_MILLISECONDS_MAX, "ms")
        print(f"a page of 50, median: {percentile(times, 0.5):.1f} ms")

        # Who has slept while everything else happened hears of the few things that are new.
        me_seq = call("GET", "/users/me") and 0
        sent = call("POST", "/channels/1/messages", {"text": "good morning"})
        channels = {c["channel"]: c["seq"] for c in call("GET", "/channels?limit=1000")["items"]}
        channels["1"] = sent["seq"] - 1
        epoch = call("GET", "/sync")["epoch"]
        milliseconds, answer = timed(
            lambda: call("POST", "/sync", {"epoch": epoch, "me_seq": me_seq, "channels": channels}))
        events = [event for event in answer["events"] if event["channel"] == "1"]
        if len(events) != 1 or events[0]["data"]["text"] != "good morning":
            faults.append(f"resume: {events}")
        print(f"resume of {len(channels):,} channels in one round trip: {milliseconds:.0f} ms")

        server.kill()
        milliseconds, _ = timed(server.start)
        hold("start after kill -9", milliseconds / 1_000, START_SECONDS_MAX, "s")
        if server.terminate() != 0:
            faults.append("stop")
    for fault in faults:
        print(f"FAILED: {fault}")
    print(f"{1 if not faults else 0} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
