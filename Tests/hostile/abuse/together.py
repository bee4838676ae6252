"""Everything that costs memory at once, on a server that was given little."""

import time

from .crowd import Crowd
from .innocents import Innocents
from .people import group, people
from .process import resident_bytes
from .row import Row
from .slow import Reader
from .wire import Chat, command, connect

SETTINGS = {"held_bytes_max": 64 << 20, "rate_limits": "off"}
# The program, its journal in memory, and what the kernel lends for each connection are in it too.
RESIDENT_BYTES_MAX = 512 << 20
BODY_BYTES = 1_000_000


def _half_bodies(server, count):
    """Requests of a megabyte, of which the end never comes."""
    head = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY_BYTES}\r\n\r\n".encode()
    clients = [connect(server) for _ in range(count)]
    refused = 0
    for client in clients:
        client.settimeout(5)
        try:
            client.sendall(head + b" " * (BODY_BYTES - 1000))
        except OSError:
            refused += 1
    return clients, refused


def everything(server, bodies, readers, strangers, seconds):
    """Half-sent bodies, readers who have stopped, and strangers, together. The server runs with `SETTINGS`."""
    row = Row("everything at once")
    ann, bob, cat = people(server, 3)
    channel = group(server, [ann, bob, cat])
    with Innocents(server) as innocents, Chat(server, ann.token) as talker:
        innocents.peace()
        stopped = [Reader(server, bob, channel) for _ in range(readers)]
        most = 0
        with innocents.window("abuse"), Crowd(server, strangers) as crowd:
            crowd.say(b"GET / HTTP/1.1\r\nHost: ")
            clients, refused = _half_bodies(server, bodies)
            until, number = time.monotonic() + seconds, 0
            while time.monotonic() < until:
                number += 1
                talker.tcp.sendall(command(
                    f"t{number}", "message.send", channel=channel, client_msg_id=f"t{number}", text="x" * 16_000))
                while talker.next().get("id") != f"t{number}":
                    pass
                most = max(most, resident_bytes(server))
        asked = (bodies * BODY_BYTES + readers * (1 << 20)) >> 20
        row.say(f"{asked} MiB asked for; {most >> 20} MiB resident at most; {refused} bodies cut off while they came")
        row.expect(asked > 2 * SETTINGS["held_bytes_max"] >> 20, "so little is no load")
        row.expect(most < RESIDENT_BYTES_MAX, "memory grew too much")
        for client in clients + [reader.chat.tcp for reader in stopped]:
            client.close()
        innocents.judge(row)
    return row
