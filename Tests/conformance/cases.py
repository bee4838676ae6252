"""What RFC 6455 and RFC 7692 ask of a server, case by case, in the sections of the Autobahn suite: 1 framing, 2 pings,
3 reserved bits, 4 opcodes, 5 fragments, 6 UTF-8, 7 closing, 9 limits, 10 fragments of any size, 11 extensions on offer,
12 and 13 compression."""

import contextlib
import json
import random
import struct
import zlib

from peer import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT, Peer, expect, frame

MIB = 1 << 20


class Case:
    def __init__(self, name, run):
        self.name, self.run = name, run


class Cases(list):
    """Gathers the cases of one section."""

    def __init__(self, section):
        self.section = section

    def add(self, words, body, extensions=None):
        def run(url):
            with Peer(url, extensions) as peer:
                body(peer)

        self.append(Case("%s: %s" % (self.section, words), run))

    def closes(self, words, data, *codes, every=None, before=(), extensions=None):
        """`data` is answered with a close frame; `before` are the messages that are echoed first."""

        def body(peer):
            peer.write(data, every)
            for opcode, payload in before:
                peer.expect_message(opcode, payload)
            peer.expect_close(*codes)

        self.add(words, body, extensions)


def text(count):
    words = "Grüße, 世界! And some ASCII, 12345. "
    whole = (words * (count // 20 + 1)).encode()[:count]
    whole = whole.decode("utf-8", "ignore").encode()
    return whole + b"*" * (count - len(whole))


def noise(count):
    return random.Random(count).randbytes(count)


def pair(number):
    return struct.pack("!H", number)


def framing(full):
    cases = Cases("1 framing")
    for opcode, make in ((TEXT, text), (BINARY, noise)):
        for count in (0, 1, 125, 126, 127, 128, 65535, 65536, 65537):
            for every in (None, 997) + ((1,) if full or count < 200 else ()):

                def body(peer, opcode=opcode, payload=make(count), every=every):
                    peer.write(frame(opcode, payload), every)
                    peer.expect_message(opcode, payload)
                    peer.close()

                kind = "text" if opcode == TEXT else "binary"
                cases.add("%s of %d bytes, written by %s" % (kind, count, every or "the whole"), body)
    cases.closes("a frame that is not masked", frame(TEXT, b"hi", masked=False), 1002)
    for form, payload in ((126, pair(125)), (127, struct.pack("!Q", 125)), (127, struct.pack("!Q", 65535))):
        cases.closes("a length that is not in its shortest form", bytes([0x82, 0x80 | form]) + payload + b"keys", 1002)
    cases.closes("a length with its top bit set", b"\x82\xff" + struct.pack("!Q", 1 << 63) + b"keys", 1002)
    return cases


def pings(full):
    cases = Cases("2 pings")
    for payload in (b"", b"hello", bytes([0, 255, 254, 253, 252, 251, 0]), b"\xfe" * 125):
        for every in (None, 1):

            def body(peer, payload=payload, every=every):
                peer.write(frame(PING, payload), every)
                peer.expect_pong(payload)
                peer.close()

            cases.add("a ping with %d bytes, written by %s" % (len(payload), every or "the whole"), body)
    cases.closes("a ping with 126 bytes", frame(PING, b"x" * 126), 1002)
    cases.closes("a ping in fragments", frame(PING, b"x", fin=False), 1002)
    for payload in (b"", b"unasked"):

        def body(peer, payload=payload):
            peer.send(PONG, payload)
            peer.send(PING, b"then")
            peer.expect_pong(b"then")
            peer.close()

        cases.add("a pong that nobody asked for", body)
    for every in (None, 1):

        def body(peer, every=every):
            peer.write(b"".join(frame(PING, b"%d" % number) for number in range(10)), every)
            for number in range(10):
                peer.expect_pong(b"%d" % number)
            peer.close()

        cases.add("ten pings, written by %s" % (every or "the whole"), body)
    return cases


def reserved_bits(full):
    cases = Cases("3 reserved bits")
    for rsv in range(1, 8):
        for opcode in (TEXT, BINARY, PING, PONG, CLOSE):
            cases.closes("bits %d on opcode %d" % (rsv, opcode), frame(opcode, b"", rsv=rsv), 1002)
        data = frame(TEXT, b"a") + frame(TEXT, b"b", rsv=rsv) + frame(PING)
        for every in (None, 1):
            cases.closes("bits %d behind a message" % rsv, data, 1002, every=every, before=[(TEXT, b"a")])
        cases.closes(
            "bits %d on a continuation" % rsv, frame(TEXT, b"a", fin=False) + frame(CONTINUATION, b"b", rsv=rsv), 1002)
    return cases


def opcodes(full):
    cases = Cases("4 opcodes")
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        for payload in (b"", b"x"):
            cases.closes("opcode %d with %d bytes" % (opcode, len(payload)), frame(opcode, payload), 1002)
        data = frame(TEXT, b"a") + frame(opcode, b"b") + frame(PING)
        for every in (None, 1):
            cases.closes("opcode %d behind a message" % opcode, data, 1002, every=every, before=[(TEXT, b"a")])
    return cases


def fragments(full):
    cases = Cases("5 fragments")

    def echoes(words, data, messages, pongs=()):
        for every in (None, 1):

            def body(peer, every=every):
                peer.write(data, every)
                for payload in pongs:
                    peer.expect_pong(payload)
                for opcode, payload in messages:
                    peer.expect_message(opcode, payload)
                peer.close()

            cases.add("%s, written by %s" % (words, every or "the whole"), body)

    for opcode in (TEXT, BINARY):
        for count in (2, 3, 5, 50):
            pieces = [b"piece %d;" % number for number in range(count)]
            data = frame(opcode, pieces[0], fin=False)
            data += b"".join(frame(CONTINUATION, piece, fin=False) for piece in pieces[1:-1])
            data += frame(CONTINUATION, pieces[-1])
            echoes("%d fragments of opcode %d" % (count, opcode), data, [(opcode, b"".join(pieces))])
    first, last = frame(TEXT, b"a", fin=False), frame(CONTINUATION, b"b")
    echoes("a ping between fragments", first + frame(PING, b"p") + last, [(TEXT, b"ab")], [b"p"])
    echoes("pings between and behind fragments", first + frame(PING, b"1") + frame(PING, b"2") + last,
           [(TEXT, b"ab")], [b"1", b"2"])
    echoes("a pong between fragments", first + frame(PONG, b"p") + last, [(TEXT, b"ab")])
    echoes("empty fragments", frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) + frame(CONTINUATION),
           [(TEXT, b"")])
    echoes("empty fragments around one that is not",
           frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"x", fin=False) + frame(CONTINUATION), [(TEXT, b"x")])
    echoes("two messages in fragments", (first + last) * 2, [(TEXT, b"ab")] * 2)
    for fin in (True, False):
        lone = frame(CONTINUATION, b"x", fin=fin)
        for every in (None, 1):
            cases.closes("a continuation of nothing", lone, 1002, every=every)
            cases.closes("a continuation of a whole message", frame(TEXT, b"a") + lone, 1002, every=every,
                         before=[(TEXT, b"a")])
            cases.closes("a continuation of a finished message", first + last + lone, 1002, every=every,
                         before=[(TEXT, b"ab")])
        for opcode in (TEXT, BINARY):
            cases.closes("a message inside another", first + frame(opcode, b"x", fin=fin), 1002)
    return cases


VALID = [
    "", "a", "κόσμε", "\x00", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\uffff",
    "\U00010000", "\U0001f600", "\U0010ffff", "\ufeffbom", "Hello-µ@ßöäüàá-UTF-8!!", "日本語" * 50,
]
INVALID = [
    b"\x80", b"\xbf", b"a\x80", b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xc2", b"\xc2a", b"\xe0\x80\x80",
    b"\xe0\x9f\xbf", b"\xe2\x82", b"\xe2\x28\xa1", b"\xed\xa0\x80", b"\xed\xad\xbf\xed\xb0\x80", b"\xed\xbf\xbf",
    b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff",
    "κόσμε".encode() + b"\xed\xa0\x80" + b"edited",
]


def utf8(full):
    cases = Cases("6 UTF-8")
    everything = [bytes([first, second]) for first in range(128, 256) for second in range(128, 256)]
    for value in VALID:
        data = value.encode()

        def whole(peer, data=data):
            peer.echo(TEXT, data)
            for byte in range(len(data) + 1):
                peer.send(TEXT, data[:byte], fin=False)
                peer.send(CONTINUATION, data[byte:])
                peer.expect_message(TEXT, data)
            peer.send(TEXT, b"", fin=False)
            peer.write(b"".join(frame(CONTINUATION, data[at : at + 1], fin=False) for at in range(len(data))))
            peer.send(CONTINUATION)
            peer.expect_message(TEXT, data)
            peer.close()

        cases.add("%r, whole and cut everywhere" % value[:20], whole)
    for value in INVALID:
        cases.closes("%r" % value, frame(TEXT, value), 1007)
        cases.closes("%r byte by byte" % value, frame(TEXT, value), 1007, every=1)
        data = frame(TEXT, b"", fin=False) + b"".join(
            frame(CONTINUATION, value[at : at + 1], fin=False) for at in range(len(value))) + frame(CONTINUATION)
        cases.closes("%r, each byte a fragment" % value, data, 1007)
    # What is wrong is wrong before the message is whole.
    for value in (b"\xff", b"\xc0", b"\xed\xa0", b"\xf4\x90", b"\xe2\x28"):
        cases.closes("%r in a message that never ends" % value, frame(TEXT, b"abc" + value, fin=False), 1007)
        cases.closes("%r in a frame that never ends" % value,
                     frame(TEXT, b"abc" + value, length=1000, masked=True), 1007)
    if full:

        def pairs(url):
            for value in everything:
                with Peer(url) as peer:
                    peer.send(TEXT, value)
                    try:
                        value.decode()
                        peer.expect_message(TEXT, value)
                    except UnicodeDecodeError:
                        peer.expect_close(1007)

        cases.append(Case("6 UTF-8: every pair of bytes above 7F", pairs))
    binary = Cases("6 UTF-8")
    binary.add("no matter for binary messages", lambda peer: [peer.echo(BINARY, value) for value in INVALID])
    return cases + binary


def closing(full):
    cases = Cases("7 closing")
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        cases.closes("code %d" % code, frame(CLOSE, pair(code)), code)
        cases.closes("code %d with a reason" % code, frame(CLOSE, pair(code) + "tschüß".encode()), code)
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        cases.closes("code %d, which may not be sent" % code, frame(CLOSE, pair(code)), 1002)
    cases.closes("no code", frame(CLOSE), None, 1000)
    cases.closes("half a code", frame(CLOSE, b"\x03"), 1002)
    cases.closes("a reason of 123 bytes", frame(CLOSE, pair(1000) + b"x" * 123), 1000)
    cases.closes("a reason of 124 bytes", frame(CLOSE, pair(1000) + b"x" * 124), 1002)
    cases.closes("a reason that is no UTF-8", frame(CLOSE, pair(1000) + b"\xce\xba\xed\xa0\x80"), 1007)
    cases.closes("a close in fragments", frame(CLOSE, pair(1000), fin=False), 1002)
    cases.closes("nothing is echoed behind a close", frame(CLOSE, pair(1000)) + frame(TEXT, b"late") + frame(PING), 1000)
    cases.closes("two closes", frame(CLOSE, pair(1000)) * 2, 1000)
    cases.closes("a close inside a message", frame(TEXT, b"a", fin=False) + frame(CLOSE, pair(1000)), 1000)
    cases.closes("a message before the close is echoed", frame(TEXT, b"first") + frame(CLOSE, pair(1001)), 1001,
                 before=[(TEXT, b"first")])

    def abrupt(url):
        for data in (b"", frame(TEXT, b"abc")[:4], frame(TEXT, b"abc", fin=False)):
            with Peer(url) as peer:
                peer.write(data)
        with Peer(url) as peer:
            peer.echo(TEXT, b"still there")

    cases.append(Case("7 closing: a peer that goes without a word", abrupt))
    return cases


def limits(full):
    cases = Cases("9 limits")
    sizes = [64 << 10, 256 << 10, MIB, 4 * MIB] + ([8 * MIB, 16 * MIB] if full else [16 * MIB])
    for opcode, make in ((TEXT, text), (BINARY, noise)):
        for count in sizes:
            cases.add("%d bytes of opcode %d" % (count, opcode),
                      lambda peer, opcode=opcode, payload=make(count): (peer.echo(opcode, payload), peer.close()))
        for size in ((64, 256, 1024, 4096, 16384, 65536, MIB) if full else (64, 1024, 65536)):
            count = min(4 * MIB, 65536 * size)

            def body(peer, opcode=opcode, payload=make(count), size=size):
                pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
                data = b"".join(
                    frame(opcode if at == 0 else CONTINUATION, piece, fin=at == len(pieces) - 1)
                    for at, piece in enumerate(pieces))
                peer.write(data)
                peer.expect_message(opcode, payload)
                peer.close()

            cases.add("%d fragments of %d bytes, opcode %d" % (count // size, size, opcode), body)

        def behind(peer, opcode=opcode, payload=make(4 * MIB)):
            pieces = [payload[at : at + 64] for at in range(0, len(payload), 64)]
            data = b"".join(frame(CONTINUATION, piece, fin=False) for piece in pieces[1:])
            peer.write(frame(opcode, pieces[0], fin=False) + data + frame(CONTINUATION))
            peer.expect_message(opcode, payload)
            peer.close()

        cases.add("65,536 fragments of 64 bytes and an empty one, opcode %d" % opcode, behind)
        for every in (64, 997, 4096) if full else (997,):

            def body(peer, opcode=opcode, payload=make(MIB), every=every):
                peer.write(frame(opcode, payload), every)
                peer.expect_message(opcode, payload)

            cases.add("1 MiB of opcode %d, written by %d" % (opcode, every), body)
        for count in (0, 16, 64, 256, 1024) if full else (0, 64):

            def body(peer, opcode=opcode, payload=make(count)):
                for _ in range(1000):
                    peer.echo(opcode, payload)
                peer.write(frame(opcode, payload) * 1000)
                for _ in range(1000):
                    peer.expect_message(opcode, payload)
                peer.close()

            cases.add("1,000 messages of %d bytes, one by one and at once, opcode %d" % (count, opcode), body)
    most = 16 * MIB
    cases.closes("one byte more than a message may have", frame(BINARY, b"", length=most + 1), 1009)
    cases.closes("2^62 bytes", frame(BINARY, b"", length=1 << 62), 1009)
    half = frame(BINARY, bytes(most // 2), fin=False)
    cases.closes("fragments that add up to more than a message may have",
                 half + frame(CONTINUATION, b"", length=most // 2 + 1), 1009)
    for piece in (b"", b"x"):
        # Some clients put an empty fragment behind 65,536 others.
        for count in (65536, 65537):

            def many(peer, count=count, piece=piece):
                middle = frame(CONTINUATION, piece, fin=False) * (count - 2)
                peer.write(frame(BINARY, piece, fin=False) + middle + frame(CONTINUATION))
                peer.expect_message(BINARY, piece * (count - 1))
                peer.close()

            cases.add("%d fragments of %d bytes" % (count, len(piece)), many)
        cases.closes("200,000 fragments of %d bytes" % len(piece),
                     frame(BINARY, piece, fin=False) + frame(CONTINUATION, piece, fin=False) * 199_999, 1008)
    return cases


def any_size(full):
    cases = Cases("10 fragments of any size")
    for size in (1300, 7, 4095):

        def body(peer, payload=text(65536), size=size):
            pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
            for at, piece in enumerate(pieces):
                peer.send(TEXT if at == 0 else CONTINUATION, piece, fin=at == len(pieces) - 1)
            peer.expect_message(TEXT, payload)
            peer.close()

        cases.add("65,536 bytes in fragments of %d" % size, body)
    return cases


def offers(full):
    cases = Cases("11 extensions on offer")

    def answered(words, fields, *parameters):
        def body(peer):
            if not parameters:
                expect(peer.deflate is None, "answered: %s" % peer.headers.get("sec-websocket-extensions"))
            else:
                expect(peer.deflate is not None, "declined")
                for name, value in parameters[1:]:
                    expect(peer.deflate.parameters.get(name) == value, "%s is %s" % (name, peer.deflate.parameters))
            peer.echo(TEXT, text(2000))
            peer.close()

        cases.add(words, body, fields)

    for bad in ("client_max_window_bits=99", "client_max_window_bits=7", "server_max_window_bits=7",
                "server_max_window_bits=16", "server_max_window_bits", "server_max_window_bits=",
                "server_max_window_bits=08", "server_no_context_takeover=1",
                "server_no_context_takeover; server_no_context_takeover", "unknown", "unknown=1"):
        answered("declines " + bad, "permessage-deflate; " + bad)
        answered("takes the offer behind " + bad, "permessage-deflate; %s, permessage-deflate" % bad, "yes")
        answered("takes the field behind " + bad, ["permessage-deflate; " + bad, "permessage-deflate"], "yes")
    for other in ("constructor", "__proto__", "toString", "permessage-bzip2", ";;;", ",,,", '"', "a=\"b,"):
        answered("does without " + other, other)
    for bits in range(8, 16):
        answered("a server's window of %d bits" % bits, "permessage-deflate; server_max_window_bits=%d" % bits,
                 "yes", ("server_max_window_bits", str(bits)))
        answered("a client's window of %d bits" % bits, "permessage-deflate; client_max_window_bits=%d" % bits,
                 "yes", ("client_max_window_bits", str(bits)))
    return cases


def documents(count):
    """Text that compresses as real data does."""
    source = random.Random(count)
    rows = []
    while len(rows) * 60 < count:
        rows.append({"id": source.randrange(1 << 20), "name": source.choice(["ann", "bob", "eve"]), "ok": True})
    return json.dumps(rows).encode()[:count].ljust(count)


OFFERS = [
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; client_no_context_takeover",
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8",
    "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
    "permessage-deflate; server_no_context_takeover; server_max_window_bits=15; client_max_window_bits=15",
]


def compression(full):
    cases = Cases("12 compression")
    sizes = (16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072)
    rounds = 100 if full else 10
    for offer in OFFERS:
        for opcode, make in ((TEXT, documents), (TEXT, text), (BINARY, noise)):
            for count in sizes:

                def body(peer, opcode=opcode, payload=make(count), rounds=rounds if count < 65536 else rounds // 5):
                    expect(peer.deflate is not None, "no compression was agreed on")
                    for _ in range(rounds):
                        peer.send(opcode, peer.deflate.compress(payload), rsv=RSV1)
                        peer.expect_message(opcode, payload)
                    shrinks = len(zlib.compress(payload, 1)) < len(payload) * 0.9 and len(payload) >= 256
                    narrow = peer.deflate.window_in == 8 and len(payload) > 256
                    if shrinks and not narrow:
                        expect(peer.compressed_count == rounds, "came back without compression")
                    peer.close()

                cases.add("%s: %d messages of %d bytes by %s" % (offer, rounds, count, make.__name__), body, offer)
    return cases


def compressed_fragments(full):
    cases = Cases("13 compression in all forms")
    offer = OFFERS[0]
    payload = documents(40_000)
    for size in (1, 7, 256, 4096) if full else (7, 256):
        for every in (None, 997):

            def body(peer, size=size, every=every):
                data = peer.deflate.compress(payload)
                pieces = [data[at : at + size] for at in range(0, len(data), size)]
                peer.write(b"".join(
                    frame(TEXT if at == 0 else CONTINUATION, piece, fin=at == len(pieces) - 1,
                          rsv=RSV1 if at == 0 else 0)
                    + (frame(PING, b"p") if at == 3 else b"") for at, piece in enumerate(pieces)), every)
                peer.expect_message(TEXT, payload)
                peer.close()

            cases.add("compressed, then cut by %d, written by %s" % (size, every or "the whole"), body, offer)

    def mixed(peer):
        for number in range(30):
            peer.send(TEXT, peer.deflate.compress(text(500 + number)), rsv=RSV1)
            peer.send(TEXT, text(300 + number))
            peer.expect_message(TEXT, text(500 + number))
            peer.expect_message(TEXT, text(300 + number))
        peer.close()

    cases.add("compressed messages and others by turns", mixed, offer)

    def forms(peer):
        hello = b"Hello"
        for data in (b"\xf2\x48\xcd\xc9\xc9\x07\x00", b"\x00\x05\x00\xfa\xffHello\x00",
                     b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
                     b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"):
            peer.send(TEXT, data, rsv=RSV1)
            peer.expect_message(TEXT, hello)
        peer.send(TEXT, b"\x00", rsv=RSV1)
        peer.expect_message(TEXT, b"")
        peer.close()

    cases.add("the examples of RFC 7692", forms, offer)

    def levels(peer):
        for level in range(10):
            for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED):
                for memory in (1, 9):
                    maker = zlib.compressobj(level, wbits=-15, memLevel=memory, strategy=strategy)
                    data = maker.compress(payload) + maker.flush(zlib.Z_SYNC_FLUSH)
                    peer.send(TEXT, data[:-4], rsv=RSV1)
                    peer.expect_message(TEXT, payload)
        peer.close()

    cases.add("whatever zlib can write", levels, offer)

    def closes(words, data, *codes):
        cases.closes(words, data, *codes, extensions=offer)
        cases.closes(words + ", byte by byte", data, *codes, every=1 if len(data) < 5000 else 4096, extensions=offer)

    def packed(data):
        maker = zlib.compressobj(9, wbits=-15)
        return (maker.compress(data) + maker.flush(zlib.Z_SYNC_FLUSH))[:-4]

    closes("corrupt data", frame(BINARY, b"\xff\xff\xff\xff", rsv=RSV1), 1007)
    closes("data that is cut", frame(BINARY, packed(payload)[:500], rsv=RSV1), 1007)
    closes("data that refers to before its beginning", frame(TEXT, b"\xf2\x00\x11\x00\x00", rsv=RSV1), 1007)
    closes("text that is no UTF-8", frame(TEXT, packed(b"abc" * 100 + b"\xff"), rsv=RSV1), 1007)
    closes("a bomb of 64 MiB", frame(BINARY, packed(bytes(64 * MIB)), rsv=RSV1), 1009)
    closes("one byte too many", frame(BINARY, packed(bytes(16 * MIB + 1)), rsv=RSV1), 1009)
    for opcode in (PING, PONG, CLOSE):
        closes("opcode %d, compressed" % opcode, frame(opcode, b"", rsv=RSV1), 1002)
    closes("a continuation that is marked", frame(TEXT, b"\xf2", fin=False, rsv=RSV1)
           + frame(CONTINUATION, b"\x48", rsv=RSV1), 1002)
    for rsv in (1, 2, 3, 5, 6, 7):
        closes("reserved bits %d" % rsv, frame(TEXT, packed(b"hi"), rsv=rsv), 1002)

    def whole_bound(peer):
        zeros = bytes(16 * MIB)
        peer.send(BINARY, peer.deflate.compress(zeros), rsv=RSV1)
        peer.expect_message(BINARY, zeros)
        peer.close()

    cases.add("16 MiB, compressed", whole_bound, offer)
    return cases


def all_cases(full):
    sections = (framing, pings, reserved_bits, opcodes, fragments, utf8, closing, limits, any_size, offers, compression,
                compressed_fragments)
    return [case for section in sections for case in section(full)]


def prepared(url):
    return contextlib.nullcontext(url)
