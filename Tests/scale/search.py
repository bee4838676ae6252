"""Holds searching to its promises on a large history: how fast hits come while others write, how soon what was said is
found, and what indexing costs those who write.

    search.py [--messages N] [--queries N] [--seconds S] [--rounds N] [--short]

Without arguments: a million messages. `--short` is a check rather than a measurement: it holds to what does not depend
on the machine's speed.
"""

import argparse
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
from fill import Filler, START, checksum, note_checksum  # noqa: E402
from measure import Caller, percentile, timed  # noqa: E402
from server import ROOT, Server  # noqa: E402

QUERY_MILLISECONDS_MAX = 20.0
FRESH_MILLISECONDS_MAX = 1_000.0
INGEST_SHARE_MIN = 0.90
RATE_MIN = 5_000
CHANNELS = 50
PEOPLE = 8
SIGNS = [chr(0x4E00 + 7 * n) for n in range(2_000)]
PHRASE = "周末爬山"


def vocabulary(count=60_000):
    made = random.Random(1)
    syllables = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]
    words = set()
    while len(words) < count:
        words.add("".join(made.choice(syllables) for _ in range(made.randint(2, 4))))
    return sorted(words, key=lambda word: (len(word), word))


def texts(words, count):
    """Like chat: few words are in most messages, most words in few; a tenth is Chinese."""
    chance = random.Random(2)
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    for number in range(count):
        if number % 10 == 3:
            text = "".join(chance.choices(SIGNS, k=14)) + (PHRASE if number % 1_000 == 3 else "")
        else:
            text = " ".join(chance.choices(words, cum_weights=weights, k=10))
        if number % 25 == 0:
            text += f" #tag{number // 25 % 100}"
        if number % 50_000 == 7:
            text += " needleword"
        if number % 5_000 == 11:
            text += " harbour bridge at night"
        yield text


def fill(path, words, count):
    """Groups whose messages came in turns, as they do. Returns the number of who belongs to half of them."""
    filler = Filler(path)
    users = filler.users(PEOPLE)
    database, position, seqs = filler.database, filler.position, {}
    chance = random.Random(3)
    database.execute("BEGIN")
    for channel in range(1, CHANNELS + 1):
        position += 1
        members = users if channel % 2 else users[1:]
        database.execute("INSERT INTO channels (id, kind, name, created_at) VALUES (?, 'group', ?, ?)",
                         (channel, f"group {channel}", START))
        database.executemany("INSERT INTO members (channel, user, role, read_number, joined_at) VALUES (?, ?, ?, 0, ?)",
                             [(channel, user, "owner" if user == members[0] else "member", START) for user in members])
        database.execute(
            "INSERT INTO journal (position, channel, seq, kind, at, body, checksum) VALUES (?, ?, 1, 2, ?, '{}', ?)",
            (position, channel, START, note_checksum(channel, 1, START, 2, b"{}")))
        database.execute("INSERT INTO log_index VALUES (?, 1, ?)", (channel, position))
        seqs[channel] = 1
    journal, log, numbers, retries = [], [], [], []

    def flush():
        database.executemany(
            "INSERT INTO journal (position, channel, seq, kind, at, message_number, sender, client_msg_id, body, checksum)"
            " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)", journal)
        database.executemany("INSERT INTO log_index VALUES (?, ?, ?)", log)
        database.executemany("INSERT INTO message_index VALUES (?, ?, ?)", numbers)
        database.executemany("INSERT INTO retry_index VALUES (?, ?, ?, ?)", retries)
        for gathered in (journal, log, numbers, retries):
            gathered.clear()

    for index, text in enumerate(texts(words, count)):
        position += 1
        channel = chance.randint(1, CHANNELS)
        seqs[channel] += 1
        seq, number, at, sender, name = seqs[channel], seqs[channel] - 1, START + index, users[1 + index % 7], f"c{index}"
        journal.append((position, channel, seq, at, number, sender, name, text,
                        checksum(channel, seq, at, number, sender, name.encode(), text.encode())))
        log.append((channel, seq, position))
        numbers.append((channel, number, position))
        retries.append((channel, sender, name, position))
        if len(journal) == 50_000:
            flush()
    flush()
    database.executemany("INSERT INTO heads VALUES (?, ?, ?, ?)",
                         [(channel, seq, seq - 1, START + count) for channel, seq in seqs.items()])
    database.execute("UPDATE meta SET value = ? WHERE name IN ('indexed_through', 'notified_through')",
                     (position,))
    database.execute("COMMIT")
    filler.close()
    return users[0]


class Load:
    """The load generator of bench, on direct channels of its own."""

    def __init__(self, server, work, pairs):
        self.server, self.work, self.pairs = server, work, pairs
        names = [f"load{n:04}" for n in range(2 * pairs)]
        (work / "users.jsonl").write_text("".join(json.dumps({"username": name}) + "\n" for name in names))
        subprocess.run([server.binary, "user", "import", str(work / "users.jsonl"), "--data", str(server.data)],
                       check=True, capture_output=True)
        tokens = subprocess.run([server.binary, "token", *names, "--data", str(server.data)], check=True,
                                capture_output=True, text=True).stdout
        (work / "tokens").write_text(tokens)

    def start(self, seconds, in_flight, figures, rate=None, warmup=2):
        """As fast as the answers come, or at so many messages a second."""
        binary = os.environ.get("LOADTEST") or str(ROOT / "loadtest/.build/release/loadtest")
        return subprocess.Popen(
            [binary, "pairs", "--url", self.server.url, "--tokens", self.work / "tokens", "--pairs", str(self.pairs),
             "--in-flight", str(in_flight), "--seconds", str(seconds), "--warmup", str(warmup), "--json", figures,
             "--server-pid", str(self.server.pid), *(["--rate", str(rate)] if rate else [])],
            stdout=subprocess.DEVNULL)

    def full_rate(self, seconds, in_flight, warmup=2):
        """Messages a second where nothing holds them up but the server and this machine."""
        figures = self.work / "full.json"
        if self.start(seconds, in_flight, figures, warmup=warmup).wait() != 0:
            raise RuntimeError("the load generator")
        return json.loads(figures.read_text())["replies_per_second"]


def search(call, text, **bounds):
    bounds = {"type": "messages", "limit": 20, **bounds}
    return call("GET", "/search?" + urllib.parse.urlencode({"q": text, **bounds}))


def fresh(call, number):
    """Milliseconds from a reply until the message is found."""
    word = f"fresh{number}x{random.randrange(1 << 40):x}"
    call("POST", "/channels/1/messages", {"text": f"just {word} said"})
    begun = time.perf_counter()
    while time.perf_counter() - begun < 20:
        if search(call, word)["items"]:
            return (time.perf_counter() - begun) * 1_000
        time.sleep(0.02)
    return 20_000.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    if options.short:
        options.messages, options.queries, options.seconds, options.rounds = 70_000, 20, 3, 0
    faults = []

    def hold(what, value, most, unit):
        """Speed is held to its bound on a measuring run; on a short one to twenty times as much."""
        most = most * 20 if options.short else most
        print(f"{what}: {value:,.2f} {unit} (at most {most:,.1f})", flush=True)
        if value > most:
            faults.append(what)

    with tempfile.TemporaryDirectory(prefix="confab-search.") as folder:
        work = pathlib.Path(folder)
        server = Server(work / "data", rate_limits="off")
        server.start()
        server.terminate()
        words = vocabulary()
        seconds, user = timed(lambda: fill(server.data / "confab.db", words, options.messages))
        print(f"{options.messages:,} messages written in {seconds / 1_000:.0f} s;"
              f" {(server.data / 'confab.db').stat().st_size / 2**20:,.0f} MiB", flush=True)

        # The index is made beside a server that works.
        begun = time.perf_counter()
        server.start()
        call = Caller(server, user)
        while True:
            page = search(call, words[0])
            if not page["indexing"] and time.perf_counter() - begun > 3:
                break
            time.sleep(0.2)
        taken = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in server.data.glob("search.db*"))
        print(f"indexed in {taken:.0f} s, {options.messages / taken:,.0f} messages/s; {size / 2**20:,.0f} MiB", flush=True)

        load = Load(server, work, 8 if options.short else 60)
        queries = {
            "common word": (words[0], {}), "two common words": (f"{words[0]} {words[1]}", {}),
            "rare word": ("needleword", {}), "tag": ("#tag42", {}), "tag and common word": (f"{words[2]} #tag7", {}),
            "two Chinese signs": (next(itertools.islice(texts(words, 4), 3, None))[:2], {}), "one Chinese sign": (SIGNS[5], {}), "Chinese phrase": (PHRASE, {}),
            "phrase": ('"harbour bridge at night"', {}), "beginning of a word": (words[40_000][:4] + "*", {}),
            "common word in a channel": (words[0], {"channel": 7}), "nothing": ("qqqqxyz", {}),
        }
        wanted = {
            "rare word": 1 + (options.messages - 8) // 50_000, "Chinese phrase": 1 + (options.messages - 4) // 1_000,
            "phrase": 1 + (options.messages - 12) // 5_000,
        }
        for busy in (False, True):
            running = None
            if busy:
                figures = work / "busy.json"
                running = load.start(max(options.seconds, options.queries * len(queries) // 40), 1, figures)
                time.sleep(3)
            for name, (text, bounds) in queries.items():
                times, page = [], None
                for _ in range(options.queries):
                    milliseconds, page = timed(lambda: search(call, text, **bounds))
                    times.append(milliseconds)
                print(f"{name}: {len(page['items'])} hits, median {percentile(times, 0.5):.1f} ms")
                hold(f"{name}{', busy' if busy else ''}, p99", percentile(times, 0.99), QUERY_MILLISECONDS_MAX, "ms")
                if busy:
                    continue
                shown = [(item["message"]["text"], item["message"]["channel"]) for item in page["items"]]
                if any(int(channel) % 2 == 0 for _, channel in shown):
                    faults.append(f"{name}: a hit from a channel of others")
                if name in wanted and not 1 <= len(shown) <= min(20, wanted[name]):
                    faults.append(f"{name}: {len(shown)} hits")
                if not shown and name != "nothing":
                    faults.append(f"{name}: nothing")
            slowest = max(fresh(call, number) for number in range(3 if options.short else 20))
            hold(f"found after its reply{', busy' if busy else ''}, slowest", slowest, FRESH_MILLISECONDS_MAX, "ms")
            if running:
                if running.wait() != 0:
                    faults.append("the load generator")
                rate = json.loads(figures.read_text())["replies_per_second"]
                print(f"meanwhile {rate:,.0f} messages/s were sent")
                if rate < RATE_MIN and not options.short:
                    faults.append("fewer messages than promised were sent")

        # What indexing costs: the same load with and without it, in turns, each as fast as it goes.
        rates = {"on": [], "off": []}
        for _ in range(options.rounds):
            for index in ("off", "on"):
                server.terminate()
                server = Server(work / f"ingest-{index}-{len(rates[index])}", rate_limits="off", search=index)
                server.start()
                load = Load(server, work, 60)
                running = load.start(options.seconds, 16, work / "ingest.json")
                if running.wait() != 0:
                    faults.append("the load generator")
                figures = json.loads((work / "ingest.json").read_text())
                rates[index].append(figures["replies_per_second"])
                print(f"search {index}: {figures['replies_per_second']:,.0f} messages/s, p99"
                      f" {figures['reply_p99_ms']:.1f} ms", flush=True)
        if options.rounds:
            share = sorted(on / off for on, off in zip(rates["on"], rates["off"]))[options.rounds // 2]
            print(f"messages/s with indexing: {100 * share:.1f} % of those without (at least {100 * INGEST_SHARE_MIN:.0f})")
            if share < INGEST_SHARE_MIN:
                faults.append("ingest")
        if server.terminate() != 0:
            faults.append("stop")
    for fault in faults:
        print(f"FAILED: {fault}")
    print(f"{1 if not faults else 0} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
