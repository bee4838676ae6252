"""Uploads by clients nobody here wrote, and by peers who mean no good."""

import contextlib
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import requests

from abuse.process import processor_seconds
from chat import Chat
from memory import resident_bytes

CONTENT = os.urandom(3_000_000)


@pytest.fixture(scope="module")
def headers(chat):
    return {"Authorization": f"Bearer {chat.tokens['ann']}"}


@pytest.fixture(scope="module")
def url(server):
    return f"{server.url}/api/v1/files"


def stored(server):
    """Names of everything in the directory of files."""
    return [path for path in pathlib.Path(server.data, "files").rglob("*") if path.is_file()]


def incoming(server):
    return [path for path in stored(server) if path.parent.name == "incoming"]


def expect_nothing_incoming(server, seconds=10):
    """Nothing for half a second: what was sent and cut off at once may begin only now."""
    end, clear_since, left = time.monotonic() + seconds, None, None
    while time.monotonic() < end:
        now, left = time.monotonic(), incoming(server)
        clear_since = None if left else clear_since or now
        if clear_since and now - clear_since >= 0.5:
            return
        time.sleep(0.05)
    assert left == []


def expect_file(answer, name, content, url, headers):
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["name"], file["size"]) == (name, len(content))
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    back = requests.get(f"{url}/{file['id']}", headers=headers)
    assert back.content == content
    return file


def test_requests_sends_a_form(url, headers):
    answer = requests.post(url, headers=headers, files={"file": ("grüße.bin", CONTENT, "image/png")}, data={"a": "1"})
    expect_file(answer, "grüße.bin", CONTENT, url, headers)


def test_httpx_sends_a_form_and_a_body_in_chunks(url, headers):
    answer = httpx.post(url, headers=headers, files={"file": ('quo"te.bin', CONTENT)})
    file = answer.json()
    assert (answer.status_code, file["size"]) == (201, len(CONTENT))

    def pieces():
        for start in range(0, len(CONTENT), 70_000):
            yield CONTENT[start : start + 70_000]

    answer = httpx.post(url, headers=headers, params={"name": "in pieces"}, content=pieces())
    expect_file(answer, "in pieces", CONTENT, url, headers)


def test_curl_uploads_and_goes_on_where_it_was_cut(url, headers, folder):
    (folder / "up.bin").write_bytes(CONTENT)
    bearer = f"Authorization: {headers['Authorization']}"
    said = subprocess.run(
        ["curl", "-sS", "-H", bearer, "-F", f"file=@{folder}/up.bin", url], capture_output=True, text=True, check=True
    ).stdout
    place = f"{url}/{json.loads(said)['id']}"
    (folder / "down.bin").write_bytes(CONTENT[:1_234_567])
    subprocess.run(
        ["curl", "-sS", "-f", "-H", bearer, "-C", "-", "-o", folder / "down.bin", place], check=True, timeout=60
    )
    assert (folder / "down.bin").read_bytes() == CONTENT
    part = subprocess.run(["curl", "-sS", "-H", bearer, "-r", "5-9", place], capture_output=True, check=True).stdout
    assert part == CONTENT[5:10]
    status = subprocess.run(
        ["curl", "-sS", "-H", bearer, "-r", "9223372036854775807-", "-o", os.devnull, "-w", "%{http_code}", place],
        capture_output=True, text=True, check=True,
    ).stdout
    assert status == "416"


DISPOSITION = b'Content-Disposition: form-data; name="f"; filename="f"\r\n'
FORMS = {
    "100,000 parts": b"".join(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" for _ in range(100_000)),
    "10,000 fields in a part": b"--b\r\n" + b"A: b\r\n" * 10_000 + DISPOSITION + b"\r\n1\r\n--b--",
    "20 MB before the first boundary": b"p" * 20_000_000 + b"--b--",
    "no boundary at all": b"nothing",
    "no last boundary": b"--b\r\n" + DISPOSITION + b"\r\nhalf",
    "a boundary that goes on": b"--bb\r\n" + DISPOSITION + b"\r\n1\r\n--bb--",
    "two names": b'--b\r\nContent-Disposition: form-data; filename="a"; filename="b"\r\n\r\n1\r\n--b--',
    "a name that is no UTF-8": b"--b\r\nContent-Disposition: form-data; filename*=UTF-8''%ff\r\n\r\n1\r\n--b--",
    "a form in the form": b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--",
    "a name of 100,000 escapes": b"--b\r\nContent-Disposition: form-data; filename*=UTF-8''" + b"%41" * 100_000,
    "a name of an encoding that is not there": (
        b"--b\r\nContent-Disposition: form-data; filename*=UTF-32''%00\r\n\r\n1\r\n--b--"),
    "1,000 names": (
        b"--b\r\nContent-Disposition: form-data" + b"".join(b"; filename*%d=a" % n for n in range(1_000))
        + b"; filename=a; filename=b\r\n\r\n1\r\n--b--"),
    "forms in forms": b"".join(
        b"--b\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n" for _ in range(10_000)),
    "no file": b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
    "carriage returns alone": b"\r" * 1_000_000,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_bad_form_is_refused_and_leaves_nothing(server, url, headers, form):
    before = len(stored(server))
    begun, processor = time.monotonic(), processor_seconds(server)
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        answer = requests.post(url, headers=headers | kind, data=form, timeout=20)
        assert answer.status_code in (400, 413, 422, 431), answer.text
    except requests.exceptions.ConnectionError:
        pass  # It was refused before all of it had been sent.
    assert time.monotonic() - begun < 5
    assert processor_seconds(server) - processor < 1
    expect_nothing_incoming(server)
    assert len(stored(server)) == before


BOUNDARIES = [
    "multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=" + "b" * 71, "multipart/form-data; boundary=" + "b" * 5_000,
    "multipart/form-data; boundary=b; boundary=c", "multipart/form-data; boundary=b boundary", 'multipart/form-data; boundary="b',
    "multipart/mixed; boundary=b", "multipart/byteranges; boundary=b", "Multipart/Related; boundary=b", "multipart/",
]


@pytest.mark.parametrize("kind", BOUNDARIES, ids=range(len(BOUNDARIES)))
def test_a_form_without_a_boundary_that_is_one_is_refused(server, url, headers, kind):
    before = len(stored(server))
    body = b"--b\r\n" + DISPOSITION + b"\r\n1\r\n--b--\r\n"
    answer = requests.post(url, headers=headers | {"Content-Type": kind}, data=body, timeout=20)
    assert answer.status_code == 400, answer.text
    expect_nothing_incoming(server)
    assert len(stored(server)) == before


def test_data_that_is_almost_a_boundary_is_data(url, headers):
    boundary = "b" * 70
    for data in (f"--{boundary}", f"\r\n--{boundary[1:]}", f"\r\n-{boundary}", f"\n--{boundary}--", "\r\n" * 1_000, "\r\n--"):
        form = f"--{boundary}\r\n".encode() + DISPOSITION + f"\r\n{data}\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"Multipart/Form-Data; boundary={boundary}"}
        answer = requests.post(url, headers=headers | kind, data=form)
        expect_file(answer, "f", data.encode(), url, headers)


def test_a_long_epilogue_is_thrown_away(url, headers):
    form = b"--b\r\n" + DISPOSITION + b"\r\n1\r\n--b--" + b"e" * 20_000_000
    answer = requests.post(url, headers=headers | {"Content-Type": "multipart/form-data; boundary=b"}, data=form)
    assert answer.status_code == 201 and answer.json()["size"] == 1


def test_uploads_that_are_cut_leave_no_orphan(server, url, headers):
    before = len(stored(server))
    head = (
        f"POST /api/v1/files HTTP/1.1\r\nHost: h\r\nAuthorization: {headers['Authorization']}\r\n"
        "Content-Length: 1000000\r\n\r\n"
    ).encode()
    for _ in range(5):
        sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
        for one in sockets:
            one.sendall(head + b"x" * 500_000)
        for one in sockets:
            one.close()
        expect_nothing_incoming(server)
    assert len(stored(server)) == before


def test_a_body_without_end_is_cut_at_the_bound_and_leaves_nothing(start):
    server = start(rate_limits="off", file_bytes_max=1_000_000)
    who = {"Authorization": f"Bearer {Chat(server.url).tokens['ann']}"}
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    before = resident_bytes(server)
    for kind, first in (({}, b""), (form, b"--b\r\n" + DISPOSITION + b"\r\n")):
        begun = time.monotonic()

        def pieces(first=first, begun=begun):
            yield first or b"x"
            while time.monotonic() - begun < 60:
                yield b"x" * 50_000

        with contextlib.suppress(requests.exceptions.ConnectionError):
            answer = requests.post(server.url + "/api/v1/files", headers=who | kind, data=pieces(), timeout=30)
            assert answer.status_code == 413, answer.text
        # It is listened to for two seconds more, so that it can hear the answer, and then no more.
        assert time.monotonic() - begun < 20
    assert resident_bytes(server) - before < 16 << 20
    one_more = requests.post(server.url + "/api/v1/files", headers=who, data=bytes(1_000_001))
    assert one_more.status_code == 413
    assert requests.post(server.url + "/api/v1/files", headers=who, data=bytes(1_000_000)).status_code == 201
    expect_nothing_incoming(server)
    assert len(stored(server)) == 1


def test_a_quota_holds_for_all_that_comes_at_once(start):
    server = start(rate_limits="off", file_quota_bytes=1_000_000)
    who = {"Authorization": f"Bearer {Chat(server.url).tokens['ann']}"}

    def upload(number):
        return requests.post(
            server.url + "/api/v1/files", headers=who, data=iter([bytes([number]) * 300_000])).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(upload, range(40)))
    assert set(statuses) <= {201, 409, 429} and 409 in statuses, statuses
    assert statuses.count(201) <= 3
    expect_nothing_incoming(server)
    assert sum(path.stat().st_size for path in stored(server)) == 300_000 * statuses.count(201)


def test_200_at_once_are_bounded_and_the_next_is_taken(server, url, headers):
    def upload(number):
        return requests.post(url, headers=headers, params={"name": str(number)}, data=os.urandom(200_000)).status_code

    with ThreadPoolExecutor(200) as pool:
        statuses = list(pool.map(upload, range(200)))
    assert set(statuses) <= {201, 429}
    assert statuses.count(201) >= 8
    assert upload(0) == 201
    expect_nothing_incoming(server)


def test_names_lead_nowhere(server, url, headers):
    for name in ["../../x", "a\0.png", "CON", "x" * 4_000, "\u202egpj.exe", "x.php", "a\r\nX-Evil: 1", ".", ""]:
        answer = requests.post(url, headers=headers, files={"file": (name or "f", b"<?php echo 1;")})
        assert answer.status_code in (201, 400), (name, answer.text)
        if answer.status_code == 400:
            continue
        back = requests.get(f"{url}/{answer.json()['id']}", headers=headers)
        assert back.headers["content-disposition"].startswith("attachment; filename=")
        assert "x-evil" not in back.headers
        assert back.headers["x-content-type-options"] == "nosniff"
    assert all(len(path.name) in (32, 64) for path in stored(server))
