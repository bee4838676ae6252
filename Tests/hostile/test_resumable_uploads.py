"""Uploads that are cut off: by tus, with a client nobody here wrote, and over kills of the server in every phase."""

import contextlib
import datetime
import email.utils
import hashlib
import pathlib
import random
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from chat import Chat

PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
UPLOADS = "/api/v1/files/uploads"


class Cutter(threading.Thread):
    """Stands between client and server, and cuts both off when so many bytes have gone to the server."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.left = port, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        server = socket.create_connection(("127.0.0.1", self.port))
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        with contextlib.suppress(OSError):
            while self.left > 0 and (piece := client.recv(min(1 << 16, self.left))):
                server.sendall(piece)
                self.left -= len(piece)
        for line in (server, client):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    @staticmethod
    def _back(server, client):
        with contextlib.suppress(OSError):
            while piece := server.recv(1 << 16):
                client.sendall(piece)


@pytest.fixture(scope="module")
def headers(chat):
    return {"Authorization": f"Bearer {chat.tokens['ann']}"}


def file_of(server, headers, place):
    """What an upload has become."""
    return requests.get(server.url + place, headers=headers).json().get("file")


@pytest.mark.parametrize("checked", [False, True], ids=["as they are", "with checksums"])
def test_tuspy_is_cut_at_every_tenth_and_goes_on(server, headers, folder, checked):
    content = random.Random(7).randbytes(3_000_007)
    (folder / "up.bin").write_bytes(content)
    cutter = Cutter(server.port)
    cutter.start()
    cutter.left = 1 << 16
    client = TusClient(cutter.url + UPLOADS, headers=headers)

    def uploader(url):
        return client.uploader(
            str(folder / "up.bin"), url=url, chunk_size=100_000 if checked else len(content), upload_checksum=checked,
            metadata={"filename": "grüße.bin"}, retries=0)

    place, cuts, offsets = uploader(None).create_url(), 0, [0]
    while True:
        cutter.left = len(content) // 10 + 2_000
        try:
            one = uploader(place)
            offsets.append(one.offset)
            one.upload()
            break
        except (TusCommunicationError, requests.exceptions.ConnectionError):
            cuts += 1
        assert cuts < 40, offsets
    cutter.listener.close()
    assert cuts >= 9 and offsets == sorted(offsets), offsets
    # Every cut was followed by going on further: of what had come at most its last bytes were on their way still.
    assert len(set(offsets)) >= 9, offsets
    file = file_of(server, headers, place.removeprefix(cutter.url))
    assert (file["name"], file["size"]) == ("grüße.bin", len(content))
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert requests.get(server.url + file["url"], headers=headers).content == content


def begin(server, headers, byte_count):
    answer = requests.post(
        server.url + UPLOADS, headers=headers | {"Tus-Resumable": "1.0.0", "Upload-Length": str(byte_count)})
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def test_of_many_at_once_one_is_taken_and_nothing_is_mixed(server, headers):
    for _ in range(5):
        place = begin(server, headers, 500_000)

        def add(number):
            return requests.patch(
                server.url + place, headers=headers | PIECE | {"Upload-Offset": "0"}, data=bytes([number]) * 500_000)

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(add, range(6)))
        assert sorted({answer.status_code for answer in answers} - {409, 423, 429}) == [204]
        (whole,) = [answer for answer in answers if answer.status_code == 204]
        content = requests.get(server.url + whole.headers["Content-Location"], headers=headers).content
        assert len(content) == 500_000 and len(set(content)) == 1


def test_what_tus_does_not_have_is_refused(server, headers):
    place = begin(server, headers, 10)
    for fields in (
        {"Upload-Offset": "-1"}, {"Upload-Offset": "0x0"}, {"Upload-Offset": "9" * 30}, {},
        {"Upload-Offset": "0", "Upload-Checksum": "sha256 " + "A" * 3_000},
    ):
        assert requests.patch(server.url + place, headers=headers | PIECE | fields, data=b"1").status_code == 400
    for metadata in ("filename ä".encode(), b"filename \xff", b"a" * 5_000, b"filename /w=="):
        fields = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Metadata": metadata}
        assert requests.post(server.url + UPLOADS, headers=headers | fields).status_code == 400
    assert requests.head(server.url + place, headers=headers | PIECE).headers["Upload-Offset"] == "0"


def test_when_an_upload_goes_is_told_as_http_tells_times(server, headers):
    now = datetime.datetime.now(datetime.UTC)
    fields = headers | PIECE | {"Upload-Length": "10"}
    begun = requests.post(server.url + UPLOADS, headers=fields, data=b"12345")
    place, told = begun.headers["Location"], []
    added = requests.patch(server.url + place, headers=headers | PIECE | {"Upload-Offset": "5"}, data=b"6789")
    for answer in (begun, added, requests.head(server.url + place, headers=headers | PIECE)):
        text = answer.headers["Upload-Expires"]
        # RFC 9110 section 5.6.7: the one form in which it is written.
        assert re.fullmatch(
            r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
            r" \d\d:\d\d:\d\d GMT", text)
        told.append(email.utils.parsedate_to_datetime(text))
        assert told[-1].strftime("%a") == text[:3]
    assert told == sorted(told)
    shown = requests.get(server.url + place, headers=headers).json()["expires_at"]
    assert abs(datetime.datetime.fromisoformat(shown) - told[-1]) <= datetime.timedelta(seconds=1)
    assert abs(told[-1] - now - datetime.timedelta(days=1)) < datetime.timedelta(seconds=60)


def test_open_uploads_are_bounded_and_end(server, chat):
    headers = {"Authorization": f"Bearer {chat.tokens['bob']}"}
    places = [begin(server, headers, 1) for _ in range(64)]
    fields = {"Tus-Resumable": "1.0.0", "Upload-Length": "1"}
    answer = requests.post(server.url + UPLOADS, headers=headers | fields)
    assert (answer.status_code, answer.json()["code"]) == (409, "quota_exceeded")
    for place in places:
        assert requests.delete(server.url + place, headers=headers | fields).status_code == 204
    begin(server, headers, 1)


PHASES = ("head", "some", "almost", "all", "answered")
KINDS = ("raw", "form", "tus")


def sends(kind, phase, content, server, headers, place):
    """Sends an upload as far as the phase has it; an open line."""
    form = (b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n', b"\r\n--b--\r\n")
    body = form[0] + content + form[1] if kind == "form" else content
    line, path, fields = {
        "raw": ("POST", "/api/v1/files", {}),
        "form": ("POST", "/api/v1/files", {"Content-Type": "multipart/form-data; boundary=b"}),
        "tus": ("PATCH", place, PIECE | {"Upload-Offset": "0"}),
    }[kind]
    fields = headers | fields | {"Host": "h", "Content-Length": str(len(body))}
    head = f"{line} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    count = {"head": 0, "some": len(body) // 3, "almost": len(body) - 1}.get(phase, len(body))
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(head.encode() + body[:count])
    if phase == "answered":
        assert connection.recv(4096).startswith(b"HTTP/1.1 20")
    return connection


def expect_sound(server):
    """Every stored file is what its name says, nothing is on its way, and what nobody knows is gone."""
    files, end = pathlib.Path(server.data, "files"), time.monotonic() + 10
    while list((files / "incoming").iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert list((files / "incoming").iterdir()) == []
    for path in files.glob("??/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return {path.name for path in files.glob("??/*")}


def test_killed_in_every_phase_nothing_is_lost_short_or_left(start):
    server = start(rate_limits="off")
    chat, chance = Chat(server.url), random.Random(11)
    headers = {"Authorization": f"Bearer {chat.tokens['ann']}"}
    known = set()
    for kind in KINDS:
        for phase in PHASES:
            content = chance.randbytes(700_001)
            digest = hashlib.sha256(content).hexdigest()
            place = begin(server, headers, len(content)) if kind == "tus" else None
            line = sends(kind, phase, content, server, headers, place)
            # Anywhere between the last byte and the answer.
            time.sleep(chance.choice((0, 0.001, 0.003, 0.01)) if phase == "all" else 0.01)
            server.kill()
            line.close()
            server.start()
            if kind == "tus":
                upload = requests.head(server.url + place, headers=headers | PIECE)
                offset = int(upload.headers["Upload-Offset"])
                assert phase != "answered" or offset == len(content)
                last = requests.patch(
                    server.url + place, headers=headers | PIECE | {"Upload-Offset": str(offset)}, data=content[offset:])
                if last.status_code == 409:
                    last = requests.head(server.url + place, headers=headers | PIECE)
                file = last.headers["Content-Location"]
                assert requests.get(server.url + file, headers=headers).content == content, phase
                known.add(digest)
            elif phase == "answered":
                known.add(digest)
            end = time.monotonic() + 10
            parts = pathlib.Path(server.data, "files", "uploads")
            # Of what was not answered all is there, or nothing; what has no row goes soon.
            while not known <= (found := expect_sound(server)) <= known | {digest} or list(parts.iterdir()):
                assert time.monotonic() < end, (kind, phase, found ^ known, list(parts.iterdir()))
                time.sleep(0.05)
            known = found if phase == "all" else known
