"""Small faults for sound bytes, chosen by a `random.Random`: the same one makes the same faults."""

import copy
import json
import re

# What parsers stumble over, in HTTP, in frames and in JSON.
SCRAPS = [
    b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"\x80", b"\xed\xa0\x80", b" ", b"\t", b":", b"%00", b"%2e%2e/", b'"', b"\\",
    b"\\u", b"\\ud800", b"{", b"}", b"[" * 40, b",", b"null", b"1e400", b"-", b"HTTP/1.1", b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"\x81\xfe", b"\x88\x02\x03\xe8", b"\xc1", b"\x00\x00\xff\xff",
]
NUMBERS = [0, 1, -1, 5, 125, 126, 127, 255, 256, 32767, 65535, 65536, 65537, 1 << 20, (1 << 20) + 1, (1 << 31) - 1,
           1 << 31, (1 << 32) - 1, 1 << 32, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 64, 10**30]
VALUES = [None, True, False, "", "0", "@me", "x" * 300, "\ufffd\u0301", [], {}, [[]], {"a": {}}, 1.5, 1e300, *NUMBERS]


def flip(source, data):
    changed = bytearray(data)
    for _ in range(source.choice([1, 1, 2, 8])):
        changed[source.randrange(len(data))] ^= 1 << source.randrange(8)
    return bytes(changed)


def overwrite(source, data):
    at = source.randrange(len(data))
    return data[:at] + source.randbytes(source.randint(1, 8)) + data[at + 8 :]


def cut(source, data):
    at = source.randrange(len(data))
    return data[:at] + data[at + source.randint(1, 40) :]


def repeat(source, data):
    at = source.randrange(len(data))
    run = data[at : at + source.randint(1, 40)]
    return data[:at] + run * source.randint(2, 20) + data[at:]


def insert(source, data):
    at = source.randrange(len(data) + 1)
    return data[:at] + source.choice(SCRAPS) + data[at:]


def renumber(source, data):
    """Another number where one stands: lengths, positions, ids."""
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return insert(source, data)
    place = source.choice(numbers)
    return data[: place.start()] + b"%d" % source.choice(NUMBERS) + data[place.end() :]


def any_fault(source, data):
    return source.choice([flip, overwrite, cut, repeat, insert, renumber])(source, data) if data else b"\0"


def splice(source, one, other):
    """The beginning of one and the end of another."""
    return one[: source.randrange(len(one) + 1)] + other[source.randrange(len(other) + 1) :]


def relength(source, frame):
    """A frame whose head tells of another length."""
    form = source.randrange(3)
    if form == 0:
        return frame[:1] + bytes([0x80 | source.randrange(126)]) + frame[2:]
    number = source.choice(NUMBERS) & ((1 << 64) - 1)
    width, mark = (2, 126) if form == 1 else (8, 127)
    return frame[:1] + bytes([0x80 | mark]) + (number & ((1 << 8 * width) - 1)).to_bytes(width, "big") + frame[2:]


def rearrange(source, parts):
    """Parts said twice, left out, or in another order."""
    parts = list(parts)
    for _ in range(source.randint(1, 3)):
        one, other = source.randrange(len(parts)), source.randrange(len(parts))
        form = source.randrange(4)
        if form == 0:
            parts.insert(other, parts[one])
        elif form == 1 and len(parts) > 1:
            del parts[one]
        elif form == 2:
            parts[one], parts[other] = parts[other], parts[one]
        else:
            parts[one] = splice(source, parts[one], parts[other])
    return [part for part in parts if part]


def misstate(source, value):
    """A JSON object that is still one, with a member of it, however deep, that says something else."""
    value = copy.deepcopy(value)
    place = value
    while inner := [member for member in place.values() if isinstance(member, dict) and member]:
        if source.random() < 0.3:
            break
        place = source.choice(inner)
    name = source.choice(list(place))
    form = source.randrange(4)
    if form == 0:
        del place[name]
    elif form == 1:
        place[source.choice(["x", "__proto__", "", "id", "type", "data", "limit"])] = source.choice(VALUES)
    else:
        place[name] = source.choice(VALUES)
    return json.dumps(value, ensure_ascii=source.random() < 0.5).encode()
