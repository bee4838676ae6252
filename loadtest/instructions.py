"""Counts the instructions that a message costs the server, which noise does not move, and holds them to a baseline.

    instructions.py [--write] [--profile DIR] [--rounds N]

The server runs under callgrind. One client sends to another, one message at a time and then 32 in one write; every
message is acknowledged and delivered. What is counted are all threads: the loop, the committer with SQLite and its
sync, and indexing for search. Of several rounds the median counts.

--write        makes what was counted the new baseline, loadtest/instructions.json
--profile DIR  keeps callgrind's files there, for callgrind_annotate
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from wsproto import ConnectionType, WSConnection
from wsproto.events import Request, TextMessage

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "harness"))
from server import ROOT, Server  # noqa: E402

BASELINE = ROOT / "loadtest" / "instructions.json"
# How much dearer a message may get before somebody has to say that it is worth it.
SHARE_MAX = 1.05
# Messages in one write, and writes that are counted.
PACES = {"one": (1, 300), "thirty-two": (32, 40)}
WARM_WRITES = 60
# What indexes behind the commits is done by then.
SETTLE_SECONDS = 0.5
QUIET_SETTINGS = {
    "loops": 1, "rate_limits": "off", "scrub_rows_per_second": 0, "notification_delay_milliseconds": 86_400_000,
}


class Client:
    def __init__(self, server, token):
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.protocol = WSConnection(ConnectionType.CLIENT)
        self.heard, self.part = [], ""
        request = Request(host="127.0.0.1", target="/api/v1/ws", subprotocols=["chat.v1"])
        self.socket.sendall(self.protocol.send(request))
        self.hear()
        self.ask("identify", token=token)

    def say(self, *frames):
        """In one write."""
        self.socket.sendall(b"".join(self.protocol.send(TextMessage(json.dumps(frame))) for frame in frames))

    def hear(self):
        while not self.heard:
            self.protocol.receive_data(self.socket.recv(1 << 20))
            for event in self.protocol.events():
                if isinstance(event, TextMessage):
                    self.part += event.data
                    if event.message_finished:
                        self.heard.append(json.loads(self.part))
                        self.part = ""
        return self.heard.pop(0)

    def ask(self, kind, **data):
        self.say({"id": 0, "type": kind, "data": data})
        while True:
            answer = self.hear()
            if answer.get("id") == 0:
                assert answer["ok"], answer
                return answer["data"]

    def await_frames(self, count, matches):
        while count:
            count -= bool(matches(self.hear()))


class Conversation:
    def __init__(self, sender, reader):
        self.sender, self.reader, self.sent = sender, reader, 0
        self.channel = sender.ask("channel.open", username="reader")["channel"]

    def write(self, size):
        first, self.sent = self.sent, self.sent + size
        self.sender.say(*(
            {"id": n + 1, "type": "message.send",
             "data": {"channel": self.channel, "client_msg_id": f"m{n:09}", "text": f"{n:0100}"}}
            for n in range(first, self.sent)))
        self.sender.await_frames(size, lambda frame: frame.get("ok") is True)
        self.reader.await_frames(size, lambda frame: frame.get("type") == "message.created")


def counted(folder, name):
    """Instructions of all threads in the dump of that name."""
    total = 0
    for file in folder.glob("callgrind.out*"):
        head = file.read_text(errors="replace")
        if re.search(rf"^desc: Trigger: .*{name}$", head, re.M):
            total += int(re.search(r"^(?:totals|summary): (\d+)", head, re.M)[1])
    return total


def measure(folder):
    """Instructions per message, by pace."""
    original = os.environ.get("CONFAB") or str(ROOT / ".build" / "release" / "confab")
    binary = folder / "confab"
    # Valgrind cannot read the debug information that Swift writes; names of functions are enough.
    subprocess.run(["objcopy", "--strip-debug", original, binary], check=True)
    os.environ["CONFAB"] = str(binary)
    try:
        server = Server(folder / "data", **QUIET_SETTINGS)
        people = folder / "people.jsonl"
        people.write_text('{"username":"sender"}\n{"username":"reader"}\n')
        here = ["--data", str(server.data)]
        subprocess.run([binary, "user", "import", people, *here], check=True, capture_output=True)
        said = subprocess.run(
            [binary, "token", "sender", "reader", *here], check=True, capture_output=True, text=True).stdout
        tokens = [line.split()[-1] for line in said.splitlines()]
        server.prefix = [
            "valgrind", "-q", "--tool=callgrind", "--separate-threads=yes",
            f"--callgrind-out-file={folder}/callgrind.out",
        ]
        server.start()
        try:
            talk = Conversation(*(Client(server, token) for token in tokens))
            per_message = {}
            for name, (size, writes) in PACES.items():
                for _ in range(WARM_WRITES):
                    talk.write(size)
                time.sleep(SETTLE_SECONDS)
                control(server, "--zero")
                for _ in range(writes):
                    talk.write(size)
                time.sleep(SETTLE_SECONDS)
                control(server, f"--dump={name}")
                per_message[name] = counted(folder, name) / (size * writes)
            return per_message
        finally:
            server.kill()
    finally:
        os.environ["CONFAB"] = original


def control(server, what):
    subprocess.run(["callgrind_control", what, str(server.pid)], check=True, capture_output=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--profile", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds = []
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(measure(pathlib.Path(folder)))
            if options.profile and number == 0:
                options.profile.mkdir(parents=True, exist_ok=True)
                for file in pathlib.Path(folder).glob("callgrind.out*"):
                    shutil.copy(file, options.profile)
    found = {name: round(statistics.median(one[name] for one in rounds)) for name in PACES}
    if options.write:
        BASELINE.write_text(json.dumps({"instructions_per_message": found}, indent=2) + "\n")
    allowed = json.loads(BASELINE.read_text())["instructions_per_message"]
    dear = 0
    for name, count in found.items():
        share = count / allowed[name]
        spread = " ".join(f"{one[name]:.0f}" for one in rounds)
        print(f"{name} in a write: {count} instructions per message ({spread}), {share:.3f} of the baseline")
        dear += share > SHARE_MAX
    if dear:
        print(f"over {SHARE_MAX}: find out why, or make it the baseline by --write and say why in the commit")
    print(f"{len(found) - dear} passed, {dear} failed")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
