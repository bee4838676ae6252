"""Whatever people say comes out as it went in: over the socket and over REST, live and from the log."""

import json
import uuid

import pytest

from chat import Member
from peer import TEXT
from raw import expect_problem, request

TEXT_BYTES_MAX = 16 << 10
TEXTS = {
    "one letter": "a",
    "a blank": " ",
    "white space around": "\t\n  a \r\n",
    "only a line break": "\n",
    "composed": "\u00e9\u00c5\u1e69",
    "decomposed": "e\u0301A\u030as\u0323\u0307",
    "the same marks in another order": "s\u0307\u0323",
    "only combining marks": "\u0301\u0302\u0323\u20dd",
    "a thousand marks on one letter": "Z" + "\u0300\u0335\u0489" * 1000,
    "compatibility forms": "\ufb01\u2126\u212b\uff21\u00bd",
    "jamo": "\u1112\u1161\u11ab",
    "an emoji of many parts": "\U0001f469\U0001f3fd\u200d\U0001f4bb\U0001f3f3\ufe0f\u200d\U0001f308",
    "flags": "\U0001f1e9\U0001f1ea\U0001f1e9",
    "right to left": "שלום \u202eevil\u202c \u2066x\u2069",
    "marks of byte order": "\ufeffa\ufeff",
    "no characters": "\ufffe\uffff\ufdd0\U0001ffff\U0010ffff",
    "private ones": "\ue000\uf8ff\U000f0000",
    "the replacement": "\ufffd",
    "the last before the surrogates and the first behind": "\ud7ff\ue000",
    "line ends of Unicode": "a\u2028b\u2029c\u0085d",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "quotes and backslashes": "\"\\'`\\u0041\\\\\"/\\/",
    "invisible ones": "\u200b\u200c\u200d\u2060\u00ad\u180e",
    "tags": "\U000e0041\U000e0042\U000e007f",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>]]>--><!--",
    "entities": "&lt;&amp;&#0;&#x0a;",
    "SQL": "'; DROP TABLE messages; --\" OR 1=1 /*",
    "wildcards": "%_\\%* NEAR(a b) \"a\" -b ^c",
    "format strings": "%s%n%x%d {0} {} ${jndi:ldap://x/a} \\(name) %@ $(id) `id`",
    "escapes of a terminal": "\x1b[31mred\x1b[0m\x1b]0;title\x07\x1b[2J\x9b1m",
    "the server's own words": '{"type":"message.created","seq":1}',
    "a path": "../../../../etc/passwd\\..\\windows",
    "header lines": "a\r\nSet-Cookie: b=c\r\n\r\nHTTP/1.1 200 OK",
    "the longest text": "x" * TEXT_BYTES_MAX,
    "the longest text of four-byte characters": "\U00010348" * (TEXT_BYTES_MAX // 4),
    "the longest text of three-byte characters": "世" * (TEXT_BYTES_MAX // 3),
    "many control characters": "\x01" * 10_000,
}
SPELLINGS = {"as they are": False, "escaped": True}


def say(server, chat, transport, text, ascii):
    """Says the text, and gives the id under which it was said."""
    id = uuid.uuid4().hex
    data = {"channel": chat.channel, "client_msg_id": id, "text": text}
    if transport == "REST":
        body = json.dumps(data, ensure_ascii=ascii).encode()
        answer = request(
            server, "POST", f"/api/v1/channels/{chat.channel}/messages", body, chat.tokens["ann"])
        assert answer.status == 201
        return id
    with Member(chat, "ann") as ann:
        message = {"id": id, "type": "message.send", "data": data}
        ann.send(TEXT, json.dumps(message, ensure_ascii=ascii).encode())
        while (answer := ann.read()).get("id") != id:
            pass
        assert answer["ok"]
    return id


@pytest.mark.parametrize("ascii", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize("transport", ["socket", "REST"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_comes_out_as_it_went_in(server, chat, bystander, text, transport, ascii):
    id = say(server, chat, transport, text, ascii)
    assert bystander.event(id) == text
    (message,) = bystander.command("history.get", channel=chat.channel, limit=1)["messages"]
    assert (message["client_msg_id"], message["text"]) == (id, text)
    page = request(server, "GET", f"/api/v1/channels/{chat.channel}/messages?limit=1", token=chat.tokens["ann"])
    assert page.json["items"] == [message]


@pytest.mark.parametrize("shape", ["café\u0301", "'; --", "\x1b[31m", "世" * 21, "\ufeff", "a b", "\\"])
def test_an_odd_client_msg_id_is_kept_and_makes_a_retry_safe(chat, bystander, shape):
    with Member(chat, "ann") as ann:
        words = {"channel": chat.channel, "client_msg_id": shape, "text": "once"}
        first = ann.command("message.send", **words)
        assert (first["client_msg_id"], first["duplicate"]) == (shape, False)
        assert ann.command("message.send", **words) == first | {"duplicate": True}
    assert bystander.event(shape) == "once"


BAD_TEXTS = {
    "an empty text": ("", "validation_failed", 422),
    "one byte too many": ("x" * (TEXT_BYTES_MAX + 1), "too_large", 413),
    "one character too many": ("世" * (TEXT_BYTES_MAX // 3 + 1), "too_large", 413),
    "nearly all that a frame may have": ("x" * 65_000, "too_large", 413),
    "no text": (None, "validation_failed", 422),
    "a number": (7, "validation_failed", 422),
    "true": (True, "validation_failed", 422),
    "a list": (["a"], "validation_failed", 422),
    "an object": ({"a": "b"}, "validation_failed", 422),
}


@pytest.mark.parametrize("text,code,status", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_what_is_no_text_is_refused_and_the_socket_stays(server, chat, text, code, status):
    with Member(chat, "ann") as ann:
        before = ann.command("history.get", channel=chat.channel, limit=1)
        message = {"id": 7, "type": "message.send", "data": {"channel": chat.channel, "text": text}}
        ann.send(TEXT, json.dumps(message).encode())
        while (answer := ann.read()).get("id") != 7:
            pass
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
        answer = request(
            server, "POST", f"/api/v1/channels/{chat.channel}/messages", {"text": text}, chat.tokens["ann"])
        assert (answer.status, answer.json["code"]) == (status, code)
        expect_problem(answer)
        assert ann.command("history.get", channel=chat.channel, limit=1) == before


def test_a_text_beyond_a_frame_is_refused_by_its_size(server, chat):
    text = "x" * ((64 << 10) + 1)
    with Member(chat, "ann") as ann:
        ann.send(TEXT, json.dumps({"id": 7, "type": "message.send", "data": {"text": text}}).encode())
        ann.expect_close(1009)
    for text in (text, "x" * (1 << 20)):
        answer = request(
            server, "POST", f"/api/v1/channels/{chat.channel}/messages", {"text": text}, chat.tokens["ann"])
        assert answer.status == 413
        expect_problem(answer)
