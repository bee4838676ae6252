"""Five hundred who log in at once: each password costs the server most of a second and 128 MiB, so that it takes a few
at a time and tells the others when to come back."""

import json
import select
import time

from .innocents import Innocents
from .process import resident_bytes
from .row import Row
from .wire import connect

# What one hash takes at the standard cost, and what the allocator and 500 requests add.
HASH_BYTES = 128 << 20
ROOM_BYTES = 128 << 20


def _request(number):
    body = json.dumps({"login": f"nobody{number}", "password": "a wrong password"}).encode()
    return (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )


def flood(server, count, seconds):
    """All of them from addresses of their own, each for an account of its own: nobody guesses, they are only many."""
    row = Row(f"{count} logins at once")
    with Innocents(server) as innocents:
        innocents.peace()
        before = most = resident_bytes(server)
        with innocents.window("abuse"):
            waiting, answers = {}, {}
            poll = select.poll()
            for number in range(count):
                tcp = connect(server, source=f"127.1.{number // 250}.{number % 250 + 1}")
                tcp.sendall(_request(number))
                tcp.setblocking(False)
                waiting[tcp.fileno()] = tcp
                answers[tcp.fileno()] = b""
                poll.register(tcp, select.POLLIN)
            until = time.monotonic() + seconds
            while waiting and time.monotonic() < until:
                for descriptor, _ in poll.poll(100):
                    piece = waiting[descriptor].recv(1 << 16)
                    answers[descriptor] += piece
                    if not piece:
                        poll.unregister(descriptor)
                        waiting.pop(descriptor).close()
                most = max(most, resident_bytes(server))
            for tcp in waiting.values():
                tcp.close()
        heads = [answer.split(b"\r\n\r\n")[0].lower() for answer in answers.values()]
        wrong = sum(b" 401 " in head[:16] for head in heads)
        busy = [head for head in heads if b" 503 " in head[:16]]
        row.say(f"{wrong} were checked and {len(busy)} refused; memory grew by {(most - before) >> 20} MiB")
        row.expect(wrong + len(busy) == count, f"{count - wrong - len(busy)} had no answer, or another one")
        row.expect(wrong > 0, "none was checked")
        row.expect(busy, "none was refused, so that nothing was shown")
        row.expect(all(b"\r\nretry-after: " in head for head in busy), "who was refused was not told when to come back")
        row.expect(most - before < HASH_BYTES + ROOM_BYTES, "the hashes' memory is not bounded")
        innocents.judge(row, times=2)
    return row
