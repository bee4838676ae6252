"""Frames and handshakes that no sound client sends, each on a fresh socket of a user who has identified."""

import json
import struct
import zlib

import pytest

from chat import DEFLATE, Member
from peer import BINARY, CLOSE, CONTINUATION, PING, RSV1, TEXT, frame
from raw import connect, exchange, expect_health, expect_problem

MESSAGE_BYTES_MAX = 64 << 10
RESUME_BYTES_MAX = 1 << 20


def announced(opcode, length):
    """The head of a frame of that length, in eight bytes."""
    return bytes([0x80 | opcode, 0xFF]) + struct.pack("!Q", length) + b"keys"


def fragments(payload, count):
    first = frame(TEXT, payload, fin=False)
    return first + frame(CONTINUATION, payload, fin=False) * (count - 1)


def compressed(data):
    maker = zlib.compressobj(9, wbits=-15)
    return frame(TEXT, (maker.compress(data) + maker.flush(zlib.Z_SYNC_FLUSH))[:-4], rsv=RSV1)


def close(code, reason=b""):
    return frame(CLOSE, struct.pack("!H", code) + reason)


PLAIN = {
    "a frame that is not masked": (frame(TEXT, b"{}", masked=False), [1002]),
    "the first reserved bit without an extension": (frame(TEXT, b"{}", rsv=4), [1002]),
    "the second reserved bit": (frame(TEXT, b"{}", rsv=2), [1002]),
    "the third reserved bit": (frame(TEXT, b"{}", rsv=1), [1002]),
    "the reserved opcode 3": (frame(3, b"{}"), [1002]),
    "the reserved opcode 11": (frame(11), [1002]),
    "a ping of 126 bytes": (frame(PING, b"x" * 126), [1002]),
    "a ping in fragments": (frame(PING, b"x", fin=False), [1002]),
    "a close in fragments": (frame(CLOSE, b"", fin=False), [1002]),
    "a continuation of nothing": (frame(CONTINUATION, b"{}"), [1002]),
    "a message inside another": (frame(TEXT, b"{", fin=False) + frame(TEXT, b"{}"), [1002]),
    "a length with its top bit set": (announced(TEXT, 1 << 63), [1002, 1009]),
    "a length of 2^63-1": (announced(TEXT, (1 << 63) - 1), [1002, 1009]),
    "one byte more than a message may have": (announced(TEXT, MESSAGE_BYTES_MAX + 1), [1009]),
    "a length that is not in its shortest form": (b"\x81\xfe\x00\x02keys" + b"\x10\x18", [1002]),
    "fragments that add up to too much": (
        frame(TEXT, b" " * 60_000, fin=False) + frame(CONTINUATION, b"", length=5537), [1009]),
    "200,000 fragments of a byte": (fragments(b" ", 200_000), [1002, 1008, 1009]),
    "200,000 empty fragments": (fragments(b"", 200_000), [1002, 1008, 1009]),
    "the byte FF in a text": (frame(TEXT, b'{"a":"\xff"}'), [1007]),
    "an overlong slash": (frame(TEXT, b'{"a":"\xc0\xaf"}'), [1007]),
    "a surrogate in UTF-8": (frame(TEXT, b'{"a":"\xed\xa0\x80"}'), [1007]),
    "a character beyond U+10FFFF": (frame(TEXT, b'{"a":"\xf4\x90\x80\x80"}'), [1007]),
    "a character that is cut at the end": (frame(TEXT, b'{"a":"\xe2\x82'), [1007]),
    "bad UTF-8 in a first fragment": (frame(TEXT, b"\xff", fin=False), [1007]),
    "a close with one byte": (frame(CLOSE, b"\x03"), [1002]),
    "the close code 1005": (close(1005), [1002]),
    "the close code 999": (close(999), [1002]),
    "the close code 5000": (close(5000), [1002]),
    "a close reason that is no UTF-8": (close(1000, b"\xff"), [1002, 1007]),
    "a binary message": (frame(BINARY, b"{}"), [1003]),
    "a text that is no JSON": (frame(TEXT, b"hello"), [4000]),
}
DEFLATED = {
    "a ping that is compressed": (frame(PING, b"x", rsv=RSV1), [1002]),
    "a continuation that is marked as compressed": (
        frame(TEXT, b"\xf2", fin=False, rsv=RSV1) + frame(CONTINUATION, b"\x48", rsv=RSV1), [1002]),
    "a bomb of 64 MiB": (compressed(b" " * (64 << 20)), [1009]),
    "one byte too many when it is decompressed": (compressed(b" " * (MESSAGE_BYTES_MAX + 1)), [1009]),
    "compressed data that is corrupt": (frame(TEXT, b"\xff\xff\xff\xff", rsv=RSV1), [1002, 1003, 1007, 1011]),
    "bad UTF-8, compressed": (compressed(b'{"a":"\xff"}'), [1007]),
}
ROWS = [(data, codes, offer) for table, offer in ((PLAIN, None), (DEFLATED, DEFLATE)) for data, codes in table.values()]


def command(member, kind, **data):
    """The bytes of a command whose answer `answer` finds."""
    member.last_id += 1
    return json.dumps({"id": member.last_id, "type": kind, "data": data}).encode()


def expect_answer(member, kind="pong"):
    while (message := member.read()).get("id") != member.last_id:
        assert "id" not in message
    assert message["ok"] and message.get("type") == kind
    return message


@pytest.mark.parametrize("data,codes,offer", ROWS, ids=[*PLAIN, *DEFLATED])
def test_bad_frames_end_their_socket_and_no_other(server, chat, bystander, data, codes, offer):
    with Member(chat, "ann", offer) as ann:
        said = command(ann, "message.send", channel=chat.channel, text="behind what is wrong")
        before = bystander.command("history.get", channel=chat.channel, limit=1)
        try:
            ann.write(data + frame(TEXT, said))
        except (BrokenPipeError, ConnectionResetError):
            pass  # The server has heard enough.
        ann.expect_close(*codes)
    assert bystander.command("history.get", channel=chat.channel, limit=1) == before
    expect_health(server)


@pytest.mark.parametrize("name", [name for name, (data, _) in PLAIN.items() if len(data) < 1000])
def test_they_end_it_byte_by_byte_too(chat, bystander, name):
    data, codes = PLAIN[name]
    with Member(chat, "ann") as ann:
        ann.write(data, every=1)
        ann.expect_close(*codes)
    bystander.command("ping")


@pytest.mark.parametrize("length,codes", [(RESUME_BYTES_MAX + 1, [1009]), (1 << 62, [1009])])
def test_before_identifying_a_frame_may_be_as_large_as_a_resume_and_no_larger(chat, length, codes):
    with Member(chat, None) as nobody:
        nobody.write(announced(TEXT, length))
        nobody.expect_close(*codes)


def test_the_first_frame_is_as_bounded_as_any_unless_it_resumes(chat):
    padding = " " * MESSAGE_BYTES_MAX
    with Member(chat, None) as nobody:
        nobody.send(TEXT, command(nobody, "ping") + padding.encode())
        nobody.expect_close(1009)


def test_a_character_may_be_split_over_fragments(chat, bystander):
    with Member(chat, "ann") as ann:
        said = command(ann, "message.send", channel=chat.channel, client_msg_id="split", text="@").replace(
            b"@", "世界".encode())
        middle = said.index("世".encode()) + 1
        ann.send(TEXT, said[:middle], fin=False)
        ann.send(PING, b"between")
        ann.send(CONTINUATION, said[middle : middle + 1], fin=False)
        ann.send(CONTINUATION, said[middle + 1 :])
        ann.expect_pong(b"between")
        expect_answer(ann, kind=None)
        assert bystander.event("split") == "世界"
        ann.command("ping")


def handshake(*fields, method="GET", version="1.1", without=()):
    usual = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade",
             "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13"}
    given = usual | dict(field.split(": ", 1) for field in fields)
    lines = [f"{name}: {value}" for name, value in given.items() if name not in without]
    return "\r\n".join([f"{method} /api/v1/ws HTTP/{version}", *lines, "", ""]).encode()


class Opened(Member):
    """A socket that is opened by bytes of the test's own, with frames right behind them."""

    def __init__(self, server, chat, opening, every=None):
        self.socket, self.buffer, self.deflate, self.last_id = connect(server), b"", None, 0
        identify = frame(TEXT, command(self, "identify", token=chat.tokens["ann"]))
        self.write(opening + identify + frame(TEXT, command(self, "ping")), every)
        while b"\r\n\r\n" not in self.buffer:
            self._fill("the handshake was not answered")
        self.head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)

    def expect_all_answered(self):
        assert self.head.startswith(b"HTTP/1.1 101 "), self.head
        assert [self.read()["type"] for _ in range(2)] == ["hello", "ready"]
        expect_answer(self)
        self.command("ping")


@pytest.mark.parametrize("every", [None, 1, 2, 100])
def test_frames_behind_a_handshake_are_not_lost_however_they_are_cut(server, chat, every):
    with Opened(server, chat, handshake(), every) as ann:
        ann.expect_all_answered()


ODD_OFFERS = {
    "a client's window of 99 bits": "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99",
    "a server's window of 7 bits": "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7",
    "a parameter twice": "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; client_max_window_bits",
    "the extension constructor": "Sec-WebSocket-Extensions: constructor",
    "the extension __proto__": "Sec-WebSocket-Extensions: __proto__",
    "a subprotocol with 16,000 spaces in it": "Sec-WebSocket-Protocol: b" + " " * 15_900 + "x",
    "a subprotocol that is no ASCII": "Sec-WebSocket-Protocol: \u00e9",
    "an unknown subprotocol": "Sec-WebSocket-Protocol: chat.v2",
}


@pytest.mark.parametrize("field", ODD_OFFERS.values(), ids=ODD_OFFERS.keys())
def test_an_odd_offer_is_declined_or_refused_and_never_used(server, chat, field):
    with Opened(server, chat, handshake(field)) as ann:
        status = int(ann.head.split()[1])
        assert status in (101, 400, 431)
        assert b"sec-websocket-extensions" not in ann.head.lower()
        assert b"sec-websocket-protocol" not in ann.head.lower()
        if status == 101:
            ann.expect_all_answered()
    expect_health(server)


CLOSE_BEHIND = "Connection: Upgrade, close"
BAD_HANDSHAKES = {
    "no key": (handshake(CLOSE_BEHIND, without=["Sec-WebSocket-Key"]), [400, 426]),
    "a key of three bytes": (handshake(CLOSE_BEHIND, "Sec-WebSocket-Key: AAAA"), [400]),
    "a key that is no base64": (handshake(CLOSE_BEHIND, "Sec-WebSocket-Key: " + "!" * 24), [400]),
    "version 8": (handshake(CLOSE_BEHIND, "Sec-WebSocket-Version: 8"), [400, 426]),
    "POST": (handshake(CLOSE_BEHIND, method="POST"), [400, 405]),
    "HTTP/1.0": (handshake(CLOSE_BEHIND, version="1.0"), [400, 426, 505]),
    "no Connection: Upgrade": (handshake("Connection: close"), [200, 400, 404, 426]),
    "no Upgrade": (handshake(CLOSE_BEHIND, without=["Upgrade"]), [400, 426]),
    "a foreign origin": (handshake(CLOSE_BEHIND, "Origin: https://evil.example"), [403]),
    "an origin like the server's": (handshake(CLOSE_BEHIND, "Origin: http://localhost.evil.example"), [403]),
    "the origin null": (handshake(CLOSE_BEHIND, "Origin: null"), [403]),
    "an empty origin": (handshake(CLOSE_BEHIND, "Origin: "), [403]),
}


@pytest.mark.parametrize("data,statuses", BAD_HANDSHAKES.values(), ids=BAD_HANDSHAKES.keys())
def test_a_bad_handshake_opens_no_socket(server, data, statuses):
    (answer,) = exchange(server, data)
    assert answer.status in statuses
    expect_problem(answer, "/api/v1/ws")
    if answer.status == 426:
        assert answer.headers["upgrade"].lower() == "websocket"
    expect_health(server)


def test_the_server_s_own_origin_opens_one(server, chat):
    with Opened(server, chat, handshake("Origin: http://localhost")) as ann:
        ann.expect_all_answered()
