"""Backs a server up again and again while people chat, restores every backup and holds it against what was answered.

    live.py [--backups N] [--messages N] [--seconds N]

Every restored history must be 1 to M without a gap, with the text that was sent under each number, and M no less than
what was answered before the backup began. Chat must not become twice as slow by it (p99), nor the server grow with it.
"""

import argparse
import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "harness"))
sys.path.insert(0, str(HERE.parents[1] / "scale"))
from fill import fill  # noqa: E402
from server import Server  # noqa: E402

SENDERS = 8
ACKS_MIN = 1_000
# Below this a longer wait is noise, not slowness.
P99_FLOOR_MS = 20.0
MEMORY_MIB_MAX = 64.0


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def call(connection, token, method, path, body=None):
    connection.request(
        method, "/api/v1" + path, None if body is None else json.dumps(body),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise AssertionError(f"{method} {path}: {answer.status} {content[:200]}")
    return json.loads(content)


class Sender(threading.Thread):
    """Talks in a channel of its own, one message after the other, and remembers every answer."""

    def __init__(self, server, name, token, other):
        super().__init__(daemon=True)
        self.token, self.port = token, server.port
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.channel = call(self.connection, token, "PUT", f"/direct/{other}")["channel"]
        self.name = name
        self.texts = {}
        self.acked = 0
        self.times = []
        self.stopping = False
        self.failure = None

    def run(self):
        try:
            while not self.stopping:
                text = f"{self.name} says {len(self.texts) + 1}"
                begun = time.perf_counter()
                sent = call(self.connection, self.token, "POST", f"/channels/{self.channel}/messages", {"text": text})
                self.times.append((begun, (time.perf_counter() - begun) * 1_000))
                self.texts[sent["message_number"]] = text
                self.acked = sent["message_number"]
                time.sleep(0.002)
        except Exception as error:
            self.failure = error


def tokens(server, names):
    return subprocess.run(
        [server.binary, "token", *names, "--data", str(server.data)], check=True, capture_output=True, text=True
    ).stdout.split()


def run(server, *words):
    return subprocess.run([server.binary, *words], capture_output=True, text=True)


def check(work, server, backup, before, senders, faults):
    """Restores one backup and reads all of it through a server of its own."""
    verified = run(server, "verify", str(backup))
    if verified.returncode != 0:
        faults.append(f"{backup.name}: {verified.stderr[:500]}")
    data = work / "restored"
    shutil.rmtree(data, ignore_errors=True)
    restored = run(server, "restore", str(backup), "--data", str(data))
    if restored.returncode != 0:
        faults.append(f"{backup.name}: {restored.stderr[:500]}")
        return 0
    other = Server(data)
    other.start()
    read = 0
    try:
        connection = http.client.HTTPConnection("127.0.0.1", other.port)
        for sender, acked in zip(senders, before):
            last = 0
            while True:
                path = f"/channels/{sender.channel}/messages?after={last}&limit=200"
                page = call(connection, sender.token, "GET", path)["items"]
                if not page:
                    break
                for message in page:
                    last += 1
                    number = message["message_number"]
                    if number != last or message["text"] != sender.texts.get(number):
                        faults.append(f"{backup.name}: {sender.channel} has {number} where {last} was: {message['text']}")
            read += last
            if last < acked:
                faults.append(f"{backup.name}: {sender.channel} ends at {last}, and {acked} was answered before it began")
    finally:
        other.kill()
        shutil.rmtree(data, ignore_errors=True)
    return read


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backups", type=int, default=20)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    faults = []
    with tempfile.TemporaryDirectory(prefix="confab-backups.") as place:
        work = pathlib.Path(place)
        server = Server(work / "data", rate_limits="off")
        server.start()
        server.terminate()
        fill(server.data / "confab.db", 100, options.messages, 1_000)
        server.start()
        names = [f"talker{n}" for n in range(SENDERS + 1)]
        people = work / "people.jsonl"
        people.write_text("".join(json.dumps({"username": name}) + "\n" for name in names))
        subprocess.run(
            [server.binary, "user", "import", str(people), "--data", str(server.data)], check=True, capture_output=True)
        keys = tokens(server, names)
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        other = call(connection, keys[-1], "GET", "/users/me")["id"]
        senders = [Sender(server, name, key, other) for name, key in zip(names, keys[:-1])]
        # A file as large as the others together, so that both kinds of pieces are copied.
        connection.request(
            "POST", "/api/v1/files?name=large", bytes(16 << 20), {"Authorization": f"Bearer {keys[0]}"})
        if connection.getresponse().read() is None:
            faults.append("upload")
        for sender in senders:
            sender.start()
        time.sleep(1)
        quiet_from = time.perf_counter()
        time.sleep(options.seconds)
        quiet_to = time.perf_counter()
        memory = resident(server.pid)
        grown = 0.0
        backups, spans = [], []
        for number in range(options.backups):
            before = [sender.acked for sender in senders]
            backup = work / f"{number}.tar"
            begun = time.perf_counter()
            process = subprocess.Popen(
                [server.binary, "backup", str(backup), "--data", str(server.data)], stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True)
            while process.poll() is None:
                grown = max(grown, resident(server.pid) - memory)
                time.sleep(0.01)
            if process.returncode != 0:
                faults.append(f"backup {number}: {process.stderr.read()}")
                continue
            spans.append((begun, time.perf_counter()))
            backups.append((backup, before))
            time.sleep(0.2)
        for sender in senders:
            sender.stopping = True
        for sender in senders:
            sender.join()
            if sender.failure:
                faults.append(f"{sender.name}: {sender.failure}")
        times = [sample for sender in senders for sample in sender.times]
        quiet = [ms for at, ms in times if quiet_from <= at < quiet_to]
        during = [ms for at, ms in times if any(begun <= at < ended for begun, ended in spans)]
        size = backups[0][0].stat().st_size if backups else 0
        seconds = [ended - begun for begun, ended in spans]
        log = (server.data / "confab.db-wal").stat().st_size
        server.terminate()
        read = sum(check(work, server, backup, before, senders, faults) for backup, before in backups)
        acks = sum(len(sender.texts) for sender in senders)
        print(f"{len(backups)} backups of {size / 2**20:,.0f} MiB, {min(seconds):.1f} to {max(seconds):.1f} s each;"
              f" {acks:,} messages answered, {read:,} read back")
        print(f"p50 {percentile(quiet, 0.5):.1f} ms alone, {percentile(during, 0.5):.1f} ms beside a backup;"
              f" p99 {percentile(quiet, 0.99):.1f} and {percentile(during, 0.99):.1f} ms;"
              f" {len(quiet):,} and {len(during):,} samples")
        print(f"memory grew by at most {grown:.1f} MiB; the write-ahead log has {log / 2**20:.1f} MiB")
        if percentile(during, 0.99) > max(P99_FLOOR_MS, 2 * percentile(quiet, 0.99)):
            faults.append("chat was twice as slow")
        if grown > MEMORY_MIB_MAX:
            faults.append("the server grew")
        if acks < ACKS_MIN or len(backups) < options.backups or read == 0:
            faults.append(f"too little happened: {acks} answers, {len(backups)} backups")
    for fault in faults[:20]:
        print(f"FAILED: {fault}")
    print(f"{len(backups) if not faults else 0} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
