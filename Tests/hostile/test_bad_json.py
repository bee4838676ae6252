"""JSON that is none, or that readers disagree about, over the socket and over REST."""

import json

import pytest

from chat import Member
from peer import TEXT
from raw import expect_health, expect_problem, request

INT64_MAX = (1 << 63) - 1

# Values of a member that nobody knows: what is JSON is ignored, whatever it says.
HARMLESS = {
    "a number beyond doubles": b"1e400",
    "a number below doubles": b"-1e-400",
    "minus zero": b"-0",
    "2^63": b"9223372036854775808",
    "a number of 40,000 digits": b"9" * 40_000,
    "30 arrays, one in another": b"[" * 30 + b"]" * 30,
    "pairs of surrogates": rb'"\ud83d\ude00\ud83d\ude00"',
    "an unknown object": b'{"constructor":{},"__proto__":{"role":"admin"}}',
}
# What readers disagree about: refused, and the socket stays.
AMBIGUOUS = {
    "40 arrays, one in another": b"[" * 40 + b"]" * 40,
    "20,000 arrays, one in another": b"[" * 20_000 + b"]" * 20_000,
    "20,000 arrays that never end": b"[" * 20_000,
    "9,000 objects, one in another": b'{"":' * 9_000 + b"0" + b"}" * 9_000,
    "a name that comes twice": b'{"a":1,"a":2}',
    "a name that comes twice, once escaped": rb'{"a":1,"\u0061":2}',
    "a name that comes twice among many": b"{" + b"".join(b'"k%d":0,' % n for n in range(1000)) + b'"k7":1}',
    "the first half of a surrogate pair": rb'"\ud800"',
    "the second half of a surrogate pair": rb'"\udc00"',
    "surrogates in the wrong order": rb'"\ude00\ud83d"',
    "half a surrogate pair in a name": rb'{"\ud800":1}',
    "an escaped NUL": rb'"\u0000"',
    "an escaped NUL in a name": rb'{"a\u0000b":1}',
}
# What is no JSON.
BROKEN = {
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "a leading zero": b"01",
    "a leading plus": b"+1",
    "no digit before the point": b".5",
    "no digit behind the point": b"1.",
    "no digit in the exponent": b"1e",
    "a hexadecimal number": b"0x10",
    "single quotes": b"'a'",
    "a cut word": b"tru",
    "a word in capitals": b"True",
    "a comma too many": b"[1,]",
    "a comment": b"1/**/",
    "a line break in a string": b'"a\nb"',
    "NUL in a string": b'"a\0b"',
    "NUL between members": b"1\0",
    "an unknown escape": rb'"\x41"',
    "a cut escape": rb'"\u12"',
    "nothing": b"",
}


def socket_frame(channel, extra, id=b"7"):
    data = b'{"channel":"%b","text":"odd","x":%b}' % (channel.encode(), extra)
    return b'{"id":%b,"type":"message.send","data":%b}' % (id, data)


def post(server, chat, body):
    return request(server, "POST", f"/api/v1/channels/{chat.channel}/messages", body, chat.tokens["ann"])


def last_number(bystander, chat):
    messages = bystander.command("history.get", channel=chat.channel, limit=1)["messages"]
    return messages[-1]["message_number"] if messages else 0


def each(table):
    return pytest.mark.parametrize("value", table.values(), ids=table.keys())


@each(HARMLESS)
def test_a_member_that_nobody_knows_is_ignored_and_not_passed_on(server, chat, bystander, value):
    with Member(chat, "ann") as ann:
        ann.send(TEXT, socket_frame(chat.channel, value))
        while (answer := ann.read()).get("id") != 7:
            pass
        assert answer["ok"]
    assert post(server, chat, b'{"text":"odd","x":%b}' % value).status == 201
    for message in bystander.command("history.get", channel=chat.channel, limit=2)["messages"]:
        assert (message["text"], "x" in message) == ("odd", False)


@each(AMBIGUOUS)
def test_what_readers_disagree_about_is_refused_and_the_socket_stays(server, chat, bystander, value):
    before = last_number(bystander, chat)
    with Member(chat, "ann") as ann:
        ann.send(TEXT, socket_frame(chat.channel, value))
        answer = ann.read()
        assert (answer["ok"], answer["error"]["code"], answer["error"]["temporary"]) == (False, "bad_request", False)
        ann.command("ping")
    answer = post(server, chat, b'{"text":"odd","x":%b}' % value)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    expect_problem(answer)
    assert last_number(bystander, chat) == before


@each(BROKEN)
def test_what_is_no_json_ends_the_socket_and_is_refused(server, chat, bystander, value):
    before = last_number(bystander, chat)
    with Member(chat, "ann") as ann:
        ann.send(TEXT, socket_frame(chat.channel, value))
        ann.expect_close(4000)
    answer = post(server, chat, b'{"text":"odd","x":%b}' % value)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    expect_problem(answer)
    assert last_number(bystander, chat) == before
    expect_health(server)


SENT = '{"id":7,"type":"ping","text":"odd"}'
DOCUMENTS = {
    "a byte order mark first": (b"\xef\xbb\xbf" + SENT.encode(), 4000),
    "UTF-16": (SENT.encode("utf-16-be"), 4000),
    "UTF-16 with a mark": (SENT.encode("utf-16"), 1007),
    "UTF-32": (SENT.encode("utf-32-le"), 4000),
    "Latin-1": ('{"text":"é"}'.encode("latin-1"), 1007),
    "a letter behind it": (SENT.encode() + b"x", 4000),
    "a second document": (SENT.encode() * 2, 4000),
    "NUL behind it": (SENT.encode() + b"\0", 4000),
    "a cut document": (SENT.encode()[:-1], 4000),
    "white space": (b" \n", 4000),
    "an array": (b"[" + SENT.encode() + b"]", 4000),
    "a string": (b'"ping"', 4000),
    "a number": (b"7", 4000),
    "null": (b"null", 4000),
}


@pytest.mark.parametrize("data,code", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_that_is_no_json_object_ends_the_socket_and_is_refused(server, chat, data, code):
    with Member(chat, "ann") as ann:
        ann.send(TEXT, data)
        ann.expect_close(code)
    answer = post(server, chat, data)
    assert answer.status in (400, 422)
    expect_problem(answer)


@pytest.mark.parametrize("id", [0, 1, -1, INT64_MAX, -INT64_MAX - 1, "", "x" * 64, "世" * 21, "\x01\"\\\u2028", "NaN"])
def test_an_id_comes_back_as_it_was_said(chat, id):
    with Member(chat, "ann") as ann:
        ann.send(TEXT, json.dumps({"id": id, "type": "ping"}).encode())
        assert ann.read() == {"id": id, "ok": True, "type": "pong"}


BAD_IDS = [b"-0", b"1e2", b"1.0", b"1e400", b"9223372036854775808", b"-9223372036854775809", b"9" * 60_000, b"true",
           b"null", b"{}", b"[1]", b'"%b"' % (b"x" * 65)]


@pytest.mark.parametrize("id", BAD_IDS, ids=lambda id: id[:24].decode())
def test_what_is_no_id_is_refused_and_the_socket_stays(chat, bystander, id):
    before = last_number(bystander, chat)
    with Member(chat, "ann") as ann:
        ann.send(TEXT, socket_frame(chat.channel, b"0", id=id))
        answer = ann.read()
        assert "id" not in answer
        assert (answer["ok"], answer["error"]["code"]) == (False, "bad_request")
        ann.command("ping")
    assert last_number(bystander, chat) == before


BAD_NUMBERS = [b"-0", b"1e2", b"1.0", b"1e400", b"-1", b"9223372036854775808", b"9" * 60_000, b'"1"', b"true",
               b"null", b"[]"]


@pytest.mark.parametrize("number", BAD_NUMBERS, ids=lambda number: number[:24].decode())
def test_what_is_no_message_number_is_refused_and_the_socket_stays(server, chat, number):
    with Member(chat, "ann") as ann:
        data = b'{"channel":"%b","message_number":%b}' % (chat.channel.encode(), number)
        ann.send(TEXT, b'{"id":7,"type":"read.update","data":%b}' % data)
        answer = ann.read()
        assert (answer["id"], answer["ok"], answer["error"]["code"]) == (7, False, "validation_failed")
        ann.command("ping")
    answer = request(server, "PUT", f"/api/v1/channels/{chat.channel}/read", b'{"message_number":%b}' % number,
                     chat.tokens["ann"])
    assert (answer.status, answer.json["code"]) == (422, "validation_failed")
    expect_problem(answer)


BAD_QUERIES = ["before=1e2", "before=1.0", "before=-1", "before=0", "after=9223372036854775808", "limit=0", "limit=201",
               "limit=%31%00", "limit=" + "9" * 9_999, "around=", "around=%2b1"]


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:24])
def test_what_is_no_number_in_a_query_is_refused(server, chat, query):
    answer = request(server, "GET", f"/api/v1/channels/{chat.channel}/messages?{query}", token=chat.tokens["ann"])
    assert answer.status in (400, 422)
    expect_problem(answer)


def test_thousands_of_members_that_nobody_knows_are_ignored(server, chat):
    many = lambda count: b"{%b}" % b",".join(b'"%x":0' % n for n in range(count))
    with Member(chat, "ann") as ann:
        ann.send(TEXT, socket_frame(chat.channel, many(7_000)))
        while (answer := ann.read()).get("id") != 7:
            pass
        assert answer["ok"]
    assert post(server, chat, many(10_000)[:-1] + b',"text":"odd"}').status == 201
    assert post(server, chat, b'{"text":"odd","x":%b}' % (b"9" * 100_000)).status == 201
