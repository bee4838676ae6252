"""Files whose names, contents and ranges mean no good: what is stored, what is told of them, and what is sent back."""

import base64
import gzip
import io
import json
import re
import tarfile
import zipfile

import pytest
import requests
from werkzeug.http import parse_options_header

from abuse.process import processor_seconds
from memory import resident_bytes
from raw import exchange, expect_health

FILES = "/api/v1/files"
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def headers(chat):
    return {"Authorization": f"Bearer {chat.tokens['ann']}"}


def ask(server, headers, method, path, body=b"", **fields):
    """One request, byte for byte; the answer is read without mercy."""
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: h", b"Connection: close", b"Content-Length: %d" % len(body)]
    for name, value in (headers | {name.replace("_", "-"): value for name, value in fields.items()}).items():
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    (answer,) = exchange(server, b"\r\n".join(lines) + b"\r\n\r\n" + body, seconds=60)
    return answer


def upload(server, headers, content, name="f", **fields):
    answer = ask(server, headers, "POST", f"{FILES}?name={name}", content, **fields)
    assert answer.status == 201, answer
    return json.loads(answer.body)


def stored(server):
    return [path for path in (server.data / "files").rglob("*") if path.is_file()]


# Names (row I08), as three ways of uploading take them.

NAMES = [
    "../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\Windows\\win.ini", "a/../../b.txt", ".", "..", "...",
    "", " ", "CON", "NUL.txt", "aux.png", "a\0.png", "a.png\0.exe", "x.php", ".htaccess", "shell.php.jpg", "x.jpg.php\0",
    "x" * 4_000, "語" * 1_300, "\u202egpj.exe", "a\u2066b\u2069.txt", "a\r\nSet-Cookie: a=b", "a\nX-Evil: 1", "a\rb",
    'a"; filename="b', "a;b.txt", "a%00b", "a%2f..%2fb", "%2e%2e%2f", "=?utf-8?q?=22?=", "'; DROP TABLE files; --",
    "$(reboot).txt", "`id`", "<img src=x onerror=alert(1)>.png", "{{7*7}}", "\x1b[31mred", "\x7f", "\u0085", "\u2028a",
    "ﬁle\u200b\ufeff.txt", "e" + "\u0301" * 500, "🙂.txt",
]


def by_query(server, headers, name):
    quoted = "".join(f"%{byte:02x}" for byte in name.encode())
    return ask(server, headers, "POST", f"{FILES}?name={quoted}", b"x")


def by_form(server, headers, name):
    field = name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="' + field + b'"\r\n\r\nx\r\n--b--\r\n'
    return ask(server, headers, "POST", FILES, form, Content_Type="multipart/form-data; boundary=b")


def by_extended_name(server, headers, name):
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    return ask(server, headers, "POST", FILES, b"x", Content_Disposition=f"attachment; filename*=UTF-8''{quoted}")


def by_tus(server, headers, name):
    metadata = "filename " + base64.b64encode(name.encode()).decode()
    answer = ask(
        server, headers, "POST", FILES + "/uploads", b"x", **TUS, Upload_Length="1", Upload_Metadata=metadata)
    if answer.status != 201:
        return answer
    shown = ask(server, headers, "GET", answer.headers["location"])
    shown.body = json.dumps(json.loads(shown.body)["file"]).encode()
    shown.status = 201
    return shown


@pytest.mark.parametrize("way", [by_query, by_form, by_extended_name, by_tus])
def test_a_name_is_nothing_but_a_name(server, headers, way):
    taken = 0
    for name in NAMES:
        answer = way(server, headers, name)
        if answer.status in (400, 414, 422, 431):
            continue  # What a field cannot have, or is too long.
        assert answer.status == 201, (name, answer)
        taken += 1
        file = json.loads(answer.body)
        assert re.fullmatch(r"[A-Za-z0-9_-]{24}", file["id"])
        told = file["name"]
        assert 1 <= len(told.encode()) <= 255 and told not in (".", ".."), (name, told)
        assert not re.search("[\0-\x1f\x7f-\x9f/\\\\\u2028\u2029\u202a-\u202e\u2066-\u2069]", told), (name, told)
        back = ask(server, headers, "GET", f"{FILES}/{file['id']}")
        assert back.status == 200 and back.body == b"x"
        # The answer is read by a pattern that takes no control character, and each field once.
        kind, options = parse_options_header(back.headers["content-disposition"])
        assert kind == "attachment" and options["filename"] == told, (name, back.headers)
        assert set(options) == {"filename"} and "set-cookie" not in back.headers and "x-evil" not in back.headers
    assert taken > len(NAMES) // 2
    # What lies on the disk is named by its content alone.
    assert all(re.fullmatch("[0-9a-f]{32}|[0-9a-f]{64}", path.name) for path in stored(server))
    assert not [path for path in server.data.rglob("*") if "passwd" in path.name or "evil" in path.name]


def test_a_file_is_found_by_its_id_alone(server, headers):
    file = upload(server, headers, b"x")
    for path in ("../confab.db", "..%2fconfab.db", file["sha256"], file["sha256"][:2] + "/" + file["sha256"], "incoming",
                 file["id"] + "%00", file["id"].lower() + "/", file["id"] + "/../" + file["id"], "*", "%", "' OR 1=1"):
        answer = ask(server, headers, "GET", f"{FILES}/{path.replace(' ', '%20')}")
        assert answer.status in (400, 404, 405), (path, answer)


# Contents (row I09): what a browser might take for something to be run.

PAGE = b"<!DOCTYPE html><html><script>fetch('/evil')</script></html>"
CONTENTS = {
    "page": PAGE,
    "page behind blanks": b" \n\t" * 200 + PAGE,
    "page behind a mark of UTF-8": b"\xef\xbb\xbf" + PAGE,
    "page in UTF-16": PAGE.decode().encode("utf-16"),
    "page in UTF-7": b"+ADw-script+AD4-fetch('/evil')+ADw-/script+AD4-",
    "page in ISO-2022-JP": b"\x1b$B\x1b(B" + PAGE,
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"fetch('/evil')\"/>",
    "drawing as XML": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>fetch('/evil')</script></svg>",
    "style sheet of XML": b"<?xml version='1.0'?><?xml-stylesheet href='/evil' type='text/xsl'?><a/>",
    "script": b"fetch('/evil')",
    "GIF and script": b"GIF89a/*" + bytes(20) + b"*/=1;fetch('/evil')",
    "GIF and page": b"GIF89a" + PAGE,
    "PNG and page": b"\x89PNG\r\n\x1a\n" + PAGE,
    "JPEG and PHP": b"\xff\xd8\xff\xfe\0\x20<?php system('id') ?>" + PAGE,
    "PDF and page": b"%PDF-1.7\n" + PAGE,
    "archive and page": b"PK\3\4" + PAGE,
    "mail": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "manifest": b"CACHE MANIFEST\n/\n",
    "Flash": b"CWS\x07" + bytes(30),
    "program": b"MZ" + bytes(100),
    "nothing": b"",
}
SHOWN = re.compile("image/(png|jpeg|gif|webp|bmp|avif|heic)|audio/.*|video/.*")
NEVER = re.compile("html|xml|svg|script|flash|manifest|message", re.I)


@pytest.mark.parametrize("what", CONTENTS)
def test_what_is_sent_back_is_never_run(server, headers, what):
    content = CONTENTS[what]
    file = upload(server, headers, content, "x.html", Content_Type="text/html")
    link = json.loads(ask(
        server, headers, "POST", f"{FILES}/{file['id']}/link", b"{}", Content_Type="application/json").body)["url"]
    for path, who in ((f"{FILES}/{file['id']}", headers), (link[link.index(FILES):], {})):
        for more in ({}, {"Range": "bytes=0-0"}, {"Accept": "text/html"}):
            answer = ask(server, who, "GET", path, **more)
            assert answer.status in (200, 206, 416), answer
            assert answer.headers["x-content-type-options"] == "nosniff"
            if answer.status == 416:
                continue
            assert "sandbox" in answer.headers["content-security-policy"]
            kind = answer.headers["content-type"]
            assert kind == file["content_type"] and not NEVER.search(kind), answer
            assert answer.headers["content-disposition"].startswith("attachment") or SHOWN.fullmatch(kind), answer
            assert answer.status == 206 or answer.body == content


# Archives (row I11): nothing is ever unpacked.

def bombs():
    zeros = bytes(50_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.csv", zeros)
        archive.writestr("../../evil", "x")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        entry = tarfile.TarInfo("/tmp/evil")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    return {"zip": packed.getvalue(), "gzip": gzip.compress(zeros * 4), "tar": tar.getvalue()}


def test_an_archive_is_a_file_and_is_never_unpacked(server, headers):
    everything = bombs()
    ask(server, headers, "POST", FILES, b"warm")
    before, processor, count = resident_bytes(server), processor_seconds(server), len(stored(server))
    for name, content in everything.items():
        for fields in ({}, {"Content_Encoding": "gzip"}, {"Content_Encoding": "gzip", "Content_Type": "text/csv"}):
            answer = ask(server, headers, "POST", FILES, content, **fields)
            if answer.status == 415:
                continue
            file = json.loads(answer.body)
            assert (answer.status, file["size"]) == (201, len(content)), name
            assert ask(server, headers, "GET", f"{FILES}/{file['id']}").body == content
        # What takes files in takes none of these for one.
        for kind in ("text/csv", "text/vcard", "application/json", "application/octet-stream"):
            answer = ask(
                server, headers, "POST", "/api/v1/contacts/import", content, Content_Type=kind, Content_Encoding="gzip")
            assert answer.status in (202, 415, 422), (name, kind, answer)
            if answer.status == 202:
                place = answer.headers["location"]
                while (job := json.loads(ask(server, headers, "GET", place).body))["state"] in ("queued", "running"):
                    pass
                assert job["state"] == "failed" or job["result"]["added"] == 0, (name, kind, job)
        answer = ask(
            server, headers, "POST", "/api/v1/channels/1/messages", content, Content_Type="application/json",
            Content_Encoding="gzip")
        assert answer.status in (400, 404, 413, 415), answer
    assert resident_bytes(server) - before < 30 << 20
    assert processor_seconds(server) - processor < 5
    assert len(stored(server)) <= count + len(everything)
    expect_health(server)


# Ranges (row I12).

SIZES = (0, 1, 100, 300_000)
RANGES = [
    "bytes=0-9223372036854775807", "bytes=0-9223372036854775808", "bytes=0-99999999999999999999999", "bytes=-0",
    "bytes=-1", "bytes=-9223372036854775807", "bytes=-9223372036854775808", "bytes=9-1", "bytes=a-b", "bytes=--1",
    "bytes=-", "bytes=", "bytes", "bytes=1", "bytes= 0 - 1", "bytes=0-0,", "bytes=0-0,0-0", "bytes=" + "0-," * 1_300,
    "bytes=" + ",".join(f"{n}-{n}" for n in range(1_300)), "BYTES=0-0", "bytes=0x0-1", "items=0-1", "bytes=١-٢",
    "bytes=9223372036854775807-", "bytes=9223372036854775807-9223372036854775807", "bytes=99-", "bytes=100-",
    "bytes=0-0;q=1", "bytes=0-0\t", "\"\"", ",",
]


@pytest.mark.parametrize("size", SIZES)
def test_of_ranges_one_at_most_is_served_and_none_is_trapped_on(server, headers, size):
    content = bytes(n % 251 for n in range(size))
    file = upload(server, headers, content)
    path, processor = f"{FILES}/{file['id']}", processor_seconds(server)
    tag = ask(server, headers, "GET", path).headers["etag"]
    conditions = [{}, {"If_Range": tag}, {"If_Range": '"other"'}, {"If_Range": "Thu, 01 Jan 1970 00:00:00 GMT"},
                  {"If_Range": "nonsense"}, {"If_Range": "W/" + tag}]
    for text in RANGES:
        for condition in conditions:
            answer = ask(server, headers, "GET", path, Range=text.encode(), **condition)
            if answer.status in (400, 431):
                continue  # The field is no field, or too long for a head.
            if condition and condition["If_Range"] != tag:
                assert (answer.status, answer.body) == (200, content), (text, condition)
            elif answer.status == 206:
                begin, end, whole = map(int, re.fullmatch(
                    r"bytes (\d+)-(\d+)/(\d+)", answer.headers["content-range"]).groups())
                assert whole == size and 0 <= begin <= end < size
                assert answer.body == content[begin : end + 1], text
            elif answer.status == 416:
                assert answer.headers["content-range"] == f"bytes */{size}", text
            else:
                assert (answer.status, answer.body) == (200, content), text
            assert "multipart" not in answer.headers.get("content-type", "")
    # Hundreds of requests, of which none costs by what it asks for.
    assert processor_seconds(server) - processor < 5
    expect_health(server)


def test_several_ranges_are_no_reason_to_send_more_than_the_file(server, headers):
    file = upload(server, headers, bytes(300_000))
    overlapping = "bytes=" + ",".join(["0-"] * 1_300)
    answer = ask(server, headers, "GET", f"{FILES}/{file['id']}", Range=overlapping)
    assert answer.status in (200, 431) and len(answer.body) <= 300_000
    back = requests.get(f"{server.url}{FILES}/{file['id']}", headers=headers | {"Range": "bytes=-5"})
    assert (back.status_code, back.headers["Content-Range"]) == (206, "bytes 299995-299999/300000")
