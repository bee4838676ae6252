"""Requests that no sound client sends, as bytes on a fresh connection each."""

import pytest

from raw import SECURITY, exchange, expect_health, expect_problem, request

BEHIND = b"GET /health HTTP/1.1\r\nHost: h\r\nX-Request-Id: behind\r\nConnection: close\r\n\r\n"


def post(fields, body=b"", version=b"1.1"):
    return b"POST /health HTTP/%b\r\nHost: h\r\n%b\r\n\r\n%b" % (version, fields, body)


def get(target=b"/health", fields=b""):
    return b"GET %b HTTP/1.1\r\nHost: h\r\n%b\r\n" % (target, fields)


def chunked(body):
    return post(b"Transfer-Encoding: chunked", body)


# What cannot be read as a request: answered once, and the connection ends.
FRAMING = {
    "a length and a coding": (post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), {400}),
    "a coding and a length": (post(b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n"), {400}),
    "two lengths that differ": (post(b"Content-Length: 5\r\nContent-Length: 6", b"hello"), {400}),
    "two lengths that agree": (post(b"Content-Length: 5\r\nContent-Length: 5", b"hello"), {400}),
    "a list of lengths": (post(b"Content-Length: 5, 6", b"hello"), {400}),
    "a length of +5": (post(b"Content-Length: +5", b"hello"), {400}),
    "a length of -1": (post(b"Content-Length: -1"), {400}),
    "a length of 0x5": (post(b"Content-Length: 0x5", b"hello"), {400}),
    "a length of 20 digits": (post(b"Content-Length: 99999999999999999999"), {400, 413}),
    "an empty length": (post(b"Content-Length: "), {400}),
    "a length of 2^63-1": (post(b"Content-Length: 9223372036854775807"), {400, 413}),
    "a length beyond the bound": (post(b"Content-Length: 1048577"), {413}),
    "the coding xchunked": (post(b"Transfer-Encoding: xchunked", b"0\r\n\r\n"), {400, 501}),
    "the coding chunked, identity": (post(b"Transfer-Encoding: chunked, identity", b"0\r\n\r\n"), {400, 501}),
    "the coding gzip, chunked": (post(b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"), {400, 501}),
    "a space before the coding's colon": (post(b"Transfer-Encoding : chunked", b"0\r\n\r\n"), {400}),
    "a folded coding": (post(b"Transfer-Encoding:\r\n chunked", b"0\r\n\r\n"), {400, 501}),
    "a coding behind a vertical tab": (post(b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n"), {400, 501}),
    "a coding in HTTP/1.0": (post(b"Transfer-Encoding: chunked", b"0\r\n\r\n", version=b"1.0"), {400, 505}),
    "a chunk of size -1": (chunked(b"-1\r\nx\r\n0\r\n\r\n"), {400}),
    "a chunk of size 0x5": (chunked(b"0x5\r\nhello\r\n0\r\n\r\n"), {400}),
    "a chunk size beyond 64 bits": (chunked(b"10000000000000005\r\nhello\r\n0\r\n\r\n"), {400, 413}),
    "a bare LF in a chunk extension": (chunked(b"5;a\nhello\r\n0\r\n\r\n"), {400}),
    "a bare LF behind a chunk's size": (chunked(b"5\nhello\r\n0\r\n\r\n"), {400}),
    "more data than the chunk's size": (chunked(b"5\r\nhello!\r\n0\r\n\r\n"), {400}),
    "a chunk extension of 16 KB": (chunked(b"5;" + b"a" * 16384 + b"\r\nhello\r\n0\r\n\r\n"), {400, 413, 431}),
    "chunks beyond the bound": (chunked(b"80000\r\n" + bytes(0x80000) + b"\r\n80001\r\n"), {413}),
    "101 trailers": (chunked(b"0\r\n" + b"a: b\r\n" * 101 + b"\r\n"), {400, 431}),
    "a bare CR in a value": (get(fields=b"A: b\rc\r\n"), {400}),
    "a bare LF behind a field": (get(fields=b"A: b\nC: d\r\n"), {400}),
    "NUL in a value": (get(fields=b"A: b\0c\r\n"), {400}),
    "NUL before the request line": (b"\0" + get(), {400}),
    "a space before a colon": (get(fields=b"A : b\r\n"), {400}),
    "a folded field": (get(fields=b"A: b\r\n c\r\n"), {400}),
    "an empty field name": (get(fields=b": b\r\n"), {400}),
    "a field without a colon": (get(fields=b"abc\r\n"), {400}),
    "no Host": (b"GET /health HTTP/1.1\r\n\r\n", {400}),
    "two Hosts": (get(fields=b"Host: h\r\n"), {400}),
    "two Authorizations": (get(fields=b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), {400}),
    "two Origins": (get(fields=b"Origin: http://h\r\nOrigin: http://evil.example\r\n"), {400}),
    "two Content-Types": (get(fields=b"Content-Type: application/json\r\nContent-Type: a/b\r\n"), {400}),
    "a Host with a path": (b"GET /health HTTP/1.1\r\nHost: h/path\r\n\r\n", {400}),
    "101 fields": (get(fields=b"A: b\r\n" * 100), {400, 431}),
    "20,000 fields": (get(fields=b"A: b\r\n" * 20_000), {400, 431}),
    "a value of 64 KB": (get(fields=b"A: " + b"b" * 65536 + b"\r\n"), {400, 431}),
    "a target of 64 KB": (get(b"/" + b"a" * 65536), {400, 414, 431}),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
    "HTTP/9.9": (b"GET /health HTTP/9.9\r\nHost: h\r\n\r\n", {400, 505}),
    "HTTP/0.9": (b"GET /health\r\n", {400, 505}),
    "a method in lower case": (b"get /health HTTP/1.1\r\nHost: h\r\n\r\n", {400, 405, 501}),
    "TRACE": (b"TRACE /health HTTP/1.1\r\nHost: h\r\n\r\n", {400, 405, 501}),
    "CONNECT": (b"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", {400, 405, 501}),
    "a nonsensical expectation": (get(fields=b"Expect: nonsense\r\n"), {400, 417}),
    "binary garbage": (b"\xde\xad\x00\xbe\xef\x13\x37\xff" * 16 + b"\r\n\r\n", {400}),
    "the hello of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2, {400}),
    "a first line of white space": (b"  \r\n" + get(), {400}),
    "a tab in the request line": (b"GET\t/health HTTP/1.1\r\nHost: h\r\n\r\n", {400}),
    "two spaces in the request line": (b"GET  /health HTTP/1.1\r\nHost: h\r\n\r\n", {400}),
}

# Targets that lead nowhere good.
TARGETS = {
    "an escaped NUL": (b"/%00", {400, 404}),
    "an escaped CR LF": (b"/%0d%0aX-Evil:%20yes", {400, 404}),
    "raw dot segments": (b"/../../etc/passwd", {400, 404}),
    "escaped dot segments": (b"/%2e%2e%2f%2e%2e%2fetc%2fpasswd", {400, 401, 403, 404}),
    "escaped backslashes": (b"/..%5c..%5cetc%5cpasswd", {400, 401, 403, 404}),
    "overlong UTF-8": (b"/%c0%ae%c0%ae/etc/passwd", {400, 404}),
    "a bad escape": (b"/%zz", {400, 404}),
}

NESTED = b"[" * 100_000 + b"]" * 100_000
LOGIN = b'{"login":"ann","password":"wrong password","x":%b}'


def login(body, fields=b"Content-Type: application/json"):
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n%b\r\n\r\n"
    return head % (len(body), fields) + body


# What is framed well, and wrong or odd all the same. It is answered as a request.
SOUND = {
    "a range beyond 64 bits": (
        get(b"/health", b"Range: bytes=0-99999999999999999999\r\nConnection: close\r\n"), {200, 206, 401, 404, 416}),
    "1,300 ranges": (
        get(b"/app.js", b"Range: bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(1300))
            + b"\r\nConnection: close\r\n"), {200, 206, 400, 401, 404, 416, 431}),
    "the absolute form of another host": (
        get(b"http://evil.example/health", b"Connection: close\r\n"), {200, 301, 400, 404, 421}),
    "a form that is nested 2,000 deep": (
        login(b"a" + b"[a]" * 2000 + b"=1", b"Content-Type: application/x-www-form-urlencoded"),
        {400, 401, 404, 405, 413, 415}),
    "JSON that is nested 100,000 deep": (login(LOGIN % NESTED), {400, 401, 404, 405, 413}),
    "the number 1e400": (login(LOGIN % b"1e400"), {400, 401, 404, 405, 413}),
    "a number of 100 KB": (login(LOGIN % (b"9" * 100_000)), {400, 401, 404, 405, 413}),
    "a body that is said to be compressed twice": (
        login(LOGIN % b"1", b"Content-Encoding: gzip, gzip\r\nContent-Type: application/json"),
        {400, 401, 404, 405, 415}),
}


def rows(table):
    return pytest.mark.parametrize("data,statuses", table.values(), ids=table.keys())


@rows(FRAMING)
def test_bytes_that_are_no_request_are_refused_with_all_behind_them(server, data, statuses):
    (answer,) = exchange(server, data + BEHIND)
    assert answer.status in statuses
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-request-id"] != "behind"
    expect_problem(answer)
    expect_health(server)


@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("name", [name for name, (data, _) in FRAMING.items() if len(data) < 500])
def test_they_are_refused_in_pieces_too(server, name, every):
    data, statuses = FRAMING[name]
    (answer,) = exchange(server, data + BEHIND, every)
    assert answer.status in statuses
    assert answer.headers["x-request-id"] != "behind"


@pytest.mark.parametrize("data", [b"\0", b"GET /\x01", b"\x16\x03\x01\x02\x00\x01"], ids=repr)
def test_a_byte_that_no_request_has_is_refused_before_its_line_ends(server, data):
    (answer,) = exchange(server, data, seconds=5)
    assert answer.status == 400
    expect_problem(answer)


@rows(TARGETS)
def test_a_target_that_leads_nowhere_good_is_refused(server, data, statuses):
    (answer,) = exchange(server, get(data, b"Connection: close\r\n"))
    assert answer.status in statuses
    expect_problem(answer)
    assert b"root:" not in answer.body
    expect_health(server)


@rows(SOUND)
def test_a_sound_frame_around_odd_content_is_answered_once(server, data, statuses):
    (answer,) = exchange(server, data)
    assert answer.status in statuses
    if answer.status >= 400:
        expect_problem(answer)
    expect_health(server)


def test_what_is_sound_is_answered_with_what_is_behind_it(server):
    first, second = exchange(server, get() + BEHIND)
    assert (first.status, second.status) == (200, 200)
    assert second.headers["x-request-id"] == "behind"


INSIDE = b"GET /health HTTP/1.1\r\nHost: h\r\nX-Request-Id: inside\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
AROUND = {
    "a body by length": b"Content-Length: %d\r\n\r\n%b" % (len(INSIDE), INSIDE),
    "a body in a chunk": CHUNKED + b"\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(INSIDE), INSIDE),
    "chunks of a byte": CHUNKED + b"\r\n" + b"".join(b"1\r\n%c\r\n" % byte for byte in INSIDE) + b"0\r\n\r\n",
    "a chunk extension": CHUNKED + b'\r\n1;a="GET /health"\r\nx\r\n0\r\n\r\n',
    "trailers": CHUNKED + b"\r\n0\r\nHost: inside\r\nContent-Length: 500\r\nX-Request-Id: inside\r\n\r\n",
}


@pytest.mark.parametrize("every", [None, 1])
@pytest.mark.parametrize("method", [b"GET", b"POST", b"DELETE", b"OPTIONS"])
@pytest.mark.parametrize("body", AROUND.values(), ids=AROUND.keys())
def test_a_request_inside_another_is_not_answered_and_the_one_behind_it_is(server, method, body, every):
    first, second = exchange(server, method + b" /health HTTP/1.1\r\nHost: h\r\n" + body + BEHIND, every)
    assert first.status in (200, 204, 405)
    assert "inside" not in first.headers["x-request-id"]
    assert (second.status, second.headers["x-request-id"]) == (200, "behind")


@pytest.mark.parametrize("every", [None, 1])
def test_a_request_behind_the_last_one_is_not_answered(server, every):
    (answer,) = exchange(server, get(fields=b"Connection: close\r\n") + BEHIND, every)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert answer.headers["x-request-id"] != "behind"


ERRORS = {
    "a path that is not there": ("GET", "/nowhere", None, 404),
    "a path of the interface that is not there": ("GET", "/api/v1/nowhere", None, 404),
    "a method that the path does not take": ("DELETE", "/health", None, 405),
    "no token": ("GET", "/api/v1/users/me", None, 401),
    "a body that is no JSON": ("POST", "/api/v1/auth/login", b"{", 400),
    "a body that is not valid": ("POST", "/api/v1/auth/login", {}, 422),
    "a wrong password": ("POST", "/api/v1/auth/login", {"login": "nobody", "password": "not the one"}, 401),
    "a plain request for the socket": ("GET", "/api/v1/ws", None, 426),
}


@pytest.mark.parametrize("method,path,body,status", ERRORS.values(), ids=ERRORS.keys())
def test_every_error_is_a_problem_with_the_headers_of_safety(server, method, path, body, status):
    answer = request(server, method, path, body)
    assert answer.status == status
    expect_problem(answer, path)


@pytest.mark.parametrize("path", ["/health", "/api/v1/nowhere"])
def test_an_answer_without_a_fault_carries_the_headers_of_safety_too(server, path):
    assert request(server, "OPTIONS" if path == "/health" else "GET", path).headers.items() >= SECURITY.items()


# `exchange` reads header fields strictly: one that a control character has broken or made is a failure by itself.
@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\0", "\x01", "\t", "\x7f", "é", "\u2028"])
def test_a_request_id_is_echoed_only_when_it_is_plain(server, mark):
    id = f"before{mark}X-Evil: yes"
    (answer,) = exchange(server, get(fields=f"X-Request-Id: {id}\r\nConnection: close\r\n".encode()))
    assert "before" not in answer.headers["x-request-id"] or mark == "\r\n"
    assert "x-evil" not in answer.headers
    expect_health(server)


def test_a_plain_request_id_is_echoed_and_a_long_one_is_not(server):
    plain, long = "a" * 128, "a" * 129
    assert request(server, "GET", "/health", headers=[("X-Request-Id", plain)]).headers["x-request-id"] == plain
    assert request(server, "GET", "/health", headers=[("X-Request-Id", long)]).headers["x-request-id"] != long


@pytest.mark.parametrize("path", ["/%22%7b", "/a%20b", "/%e2%80%a8", "/%3cscript%3e", "/%f0%9f%98%80", "/'--"])
def test_a_path_is_named_in_the_problem_without_breaking_it(server, path):
    answer = request(server, "GET", path)
    assert answer.status in (400, 404)
    expect_problem(answer)
    assert not any("script" in value for value in answer.headers.values())


ORIGINS = ['https://evil.example"', "https://evil.example\\", "https://é.example", "null", "<evil>"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_foreign_origin_is_named_in_no_header(server, origin):
    answer = request(server, "GET", "/api/v1/ws", headers=[
        ("Origin", origin), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")])
    assert answer.status == 403
    expect_problem(answer, "/api/v1/ws")
    assert not any(origin in value for value in answer.headers.values())


def test_a_body_that_is_too_large_is_refused_without_leave_to_send_it(server):
    fields = b"Host: h\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n"
    (answer,) = exchange(server, b"POST /api/v1/auth/login HTTP/1.1\r\n" + fields)
    assert answer.status == 413


@pytest.mark.parametrize("body", [b"Content-Length: 9999999\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"])
def test_a_body_that_is_refused_keeps_its_request_s_id_and_path(server, body):
    (answer,) = exchange(server, b"POST /api/v1/auth/login HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine\r\n" + body)
    assert (answer.headers["x-request-id"], answer.json["instance"]) == ("mine", "/api/v1/auth/login")
