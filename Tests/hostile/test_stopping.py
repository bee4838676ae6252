"""A planned stop: what was acknowledged stays, everyone is told when to come back."""

import time
import urllib.error
import urllib.request

from abuse import stopping
from abuse.people import people
from abuse.wire import Chat, command


def test_stops_under_load_lose_nothing_that_was_acknowledged(start):
    stopping.under_load(start(rate_limits="off"), cycles=3, pairs=10, seconds=0.5).check()


def hold(server):
    """A socket that asks for much and takes none of it: a planned stop waits for it as long as it waits for anyone."""
    (ann, bob) = people(server, 2)
    with Chat(server, ann.token) as chat:
        channel = chat.ask("channel.open", username=bob.name)["channel"]
        for number in range(64):
            chat.ask("message.send", channel=channel, client_msg_id=f"t{number}", text="x" * (16 << 10))
    deaf = Chat(server, ann.token, receive_buffer=4096)
    deaf.tcp.sendall(b"".join(command(number, "history.get", channel=channel, limit=200) for number in range(9, 99)))
    time.sleep(0.5)
    return deaf


def readiness(server):
    """The status of /readyz, or nothing when nobody answers any more."""
    try:
        with urllib.request.urlopen(server.url + "/readyz", timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_a_server_that_stops_says_that_it_is_not_ready(start):
    server = start(rate_limits="off")
    assert readiness(server) == 200
    with hold(server):
        server.ask_to_stop()
        heard = set()
        while server.is_running:
            heard.add(readiness(server))
            time.sleep(0.02)
        assert 503 in heard, heard
    assert server.wait() == 0


def test_a_second_SIGTERM_ends_it_at_once(start):
    server = start(rate_limits="off")
    with hold(server):
        server.ask_to_stop()
        time.sleep(0.5)
        assert server.is_running, "nothing held the server up, so that nothing is tested"
        asked = time.monotonic()
        server.ask_to_stop()
        assert server.wait() == 0
        assert time.monotonic() - asked < 1
