"""Users and channels on a data directory, the load that comes over them, and the checker that judges what became of it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "harness"))
from files import call  # noqa: E402
from server import Server  # noqa: E402

CLIENTS = 20
CHANNELS = 50
PASSWORD = "correct horse battery 7"
LOADTEST = os.environ.get("LOADTEST") or str(ROOT / "loadtest" / ".build" / "release" / "loadtest")


class Failed(Exception):
    """A promise was broken, or a fault did not come."""


def expect(holds, what):
    if not holds:
        raise Failed(what)


class Host(Server):
    """A server of the release build, or of another program."""

    program = None
    # Where the server's own words go; beside its data where nothing is said.
    words = None

    @property
    def log_path(self):
        return self.words or super().log_path

    @property
    def binary(self):
        return self.program or super().binary


def server(data, prefix=(), program=None, **settings):
    """A server that knows no rates and does not talk, under `prefix`."""
    made = Host(data, **({"rate_limits": "off", "log_level": "error"} | settings))
    made.prefix = list(prefix)
    made.program = program and str(program)
    return made


class Town:
    """A data directory with users and channels beside what is known of them: tokens, and the history so far."""

    def __init__(self, folder, clients=CLIENTS):
        self.folder, self.clients = pathlib.Path(folder), clients
        self.data = self.folder / "data"
        self.tokens = self.folder / "tokens"
        self.history = self.folder / "history.jsonl"
        # Words before the load generator's own, as of who puts it into another network.
        self.prefix = []

    @property
    def zoe(self):
        """Somebody who is not in the history, with a channel of her own."""
        return json.loads((self.folder / "zoe.json").read_text())

    @classmethod
    def found(cls, folder, seconds=0, clients=CLIENTS, channels=CHANNELS):
        """Makes one, with `seconds` of talk in it."""
        town = cls(folder, clients)
        town.folder.mkdir(parents=True)
        names = [f"user{index}" for index in range(clients)]
        users = town.folder / "users.jsonl"
        users.write_text("".join(json.dumps({"username": name}) + "\n" for name in names))
        host = server(town.data)
        host.start()
        try:
            for arguments in (["user", "import", str(users)], ["token", *names]):
                done = subprocess.run(
                    [host.binary, *arguments, "--data", str(town.data)], check=True, capture_output=True, text=True)
            town.tokens.write_text(done.stdout)
            account = {"username": "zoe", "password": PASSWORD}
            token = call(host, "POST", "/auth/register", body=account)[1]["access_token"]
            channel = call(host, "POST", "/channels", token, {"name": "zoe's"})[1]["channel"]
            (town.folder / "zoe.json").write_text(json.dumps(account | {"token": token, "channel": channel}))
            town.loadtest("history", host, "--channels", str(channels), "--seconds", "0")
            if seconds:
                town.loadtest("history", host, "--seconds", str(seconds))
        finally:
            host.terminate()
        return town

    def copied(self, folder):
        """The same town at another place, with a history of its own from here on."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.sock"))
        return Town(folder, self.clients)

    def leave(self):
        shutil.rmtree(self.folder)

    # Load

    def words(self, verb, host):
        return [*self.prefix, LOADTEST, verb, "--url", host.url, "--tokens", str(self.tokens), "--out", str(self.history),
                "--clients", str(self.clients)]

    def loadtest(self, verb, host, *options):
        done = subprocess.run([*self.words(verb, host), *options], capture_output=True, text=True, timeout=120)
        expect(done.returncode == 0, f"loadtest {verb}: {done.stderr}")

    def load(self, host, rate=600, cut=0.05):
        """Clients who talk until `Load.end`."""
        return Load(subprocess.Popen(
            [*self.words("history", host), "--seconds", "3600", "--rate", str(rate), "--cut-after-send", str(cut),
             "--until-eof", "yes"], stdin=subprocess.PIPE), self.history)

    def judge(self, host=None, acks=0, unknown=0):
        """Reads everything from a server that is fresh, and has the checker look at all that was written down."""
        own = host is None
        if own:
            host = server(self.data)
            host.start()
        try:
            self.loadtest("audit", host)
        finally:
            if own:
                host.kill()
        return check(self.history, acks, unknown)


class Load:
    def __init__(self, process, history):
        self.process = process
        self.history = history
        self.begun = history.stat().st_size if history.exists() else 0

    @property
    def acks(self):
        """Messages whose acknowledgement has been written down so far, at least."""
        if not self.history.exists():
            return 0
        with open(self.history, "rb") as file:
            file.seek(self.begun)
            text = file.read()
        return text.count(b'"op":"ack"') - text.count(b'"duplicate":true')

    def end(self, acks=0):
        """No more talk when so many have been acknowledged; returns when every message has its outcome."""
        wait_until(lambda: self.acks >= acks, 60, f"{acks} acknowledgements", every=0.1)
        self.process.stdin.close()
        expect(self.process.wait(timeout=60) == 0, "the load failed")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()


class Verdict:
    def __init__(self, done):
        self.text = done.stdout + done.stderr
        self.holds = done.returncode == 0
        self.acks = self.figure("acknowledged")
        self.unknown = self.figure("unknown")
        self.broken = re.findall(r"^(R\d+) VIOLATED", self.text, re.M)

    def figure(self, name):
        found = re.search(rf"^{name} (\d+)$", self.text, re.M)
        return int(found.group(1)) if found else 0

    def require(self, what=""):
        expect(self.holds, f"{what}\n{self.text}")
        return self


def check(history, acks=0, unknown=0):
    return Verdict(subprocess.run(
        [LOADTEST, "check", str(history), "--acks-min", str(acks), "--unknown-min", str(unknown)],
        capture_output=True, text=True))


def lines(path):
    """The entries of a history."""
    with open(path) as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                return


def wait_until(holds, seconds, what, every=0.02):
    end = time.monotonic() + seconds
    while not holds():
        expect(time.monotonic() < end, f"{what}: not within {seconds} s")
        time.sleep(every)


def resident(pid):
    """Bytes of memory; of a traced server, its own."""
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in text or f"\nPid:\t{pid}\n" in text and "strace" not in text.split("\n")[0]:
            return int(text.split("VmRSS:")[1].split()[0]) * 1024
    return 0
