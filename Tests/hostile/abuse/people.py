"""Users by the thousand, without a password among them."""

import itertools
import json
import subprocess
import tempfile

from .wire import Chat

_number = itertools.count(1)


class Person:
    def __init__(self, name, token):
        self.name, self.token = name, token


def people(server, count):
    """So many new users, each with a token."""
    batch = next(_number)
    names = [f"user{batch}x{number}" for number in range(count)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps({"username": name}) + "\n" for name in names)
        file.flush()
        run(server, "user", "import", file.name)
    tokens = []
    for start in range(0, count, 1000):
        tokens += run(server, "token", *names[start : start + 1000]).split()
    assert len(tokens) == count
    return [Person(name, token) for name, token in zip(names, tokens)]


def run(server, *words):
    command = [server.binary, *words, "--data", str(server.data)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def direct(server, one, other):
    """The channel of two people."""
    with Chat(server, one.token) as chat:
        return chat.ask("channel.open", username=other.name)["channel"]


def group(server, members):
    """A channel of all of them, made by the first."""
    ids = []
    for member in members[1:]:
        with Chat(server, member.token) as chat:
            ids.append(chat.ready["user"]["id"])
    with Chat(server, members[0].token) as chat:
        return chat.ask("channel.create", name="abuse", members=ids)["channel"]
