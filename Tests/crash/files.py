"""Somebody who uploads files and sends them, and whether what was promised of them is kept."""

import hashlib
import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request

SIZES = (1, 100, 5_000, 70_000)


def call(host, method, path, token=None, body=None):
    """The status and the answer of a request."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(host.url + "/api/v1" + path, method=method, headers=headers, data=data)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def upload(host, token, content, kind="application/octet-stream"):
    """The id of a new file."""
    request = urllib.request.Request(
        host.url + "/api/v1/files?name=f", data=content, method="POST",
        headers={"Authorization": f"Bearer {token}", "Content-Type": kind})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["id"]


class Backwards(Exception):
    """An upload has lost what it was told to have."""


class Uploader(threading.Thread):
    """zoe, who uploads and sends until she is told to end, also over restarts of the server."""

    def __init__(self, host, town, seed):
        super().__init__(daemon=True)
        self.host, self.zoe, self.chance = host, town.zoe, random.Random(seed)
        # Of each file its id and digest, and of its message the number, each with the time at which it was promised.
        self.promised, self.ending = [], threading.Event()
        # What the server did not hold to while it was asked.
        self.wrong = None

    def run(self):
        while not self.ending.is_set():
            try:
                self._upload(self.chance.randbytes(self.chance.choice(SIZES)))
            except Backwards as error:
                self.wrong = str(error)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    def _upload(self, content):
        file = self.chance.choice((self._by_tus, self._at_once, self._in_a_form))(content)
        uploaded, digest = time.monotonic_ns(), hashlib.sha256(content).hexdigest()
        self.promised.append((file, digest, uploaded, None, None))
        status, message = call(
            self.host, "POST", f"/channels/{self.zoe['channel']}/messages", self.zoe["token"],
            {"type": "file", "attachments": [{"file_id": file}]})
        if status == 201:
            self.promised[-1] = (file, digest, uploaded, message["message_number"], time.monotonic_ns())

    def _in_a_form(self, content):
        # Of chance, so that no content has it.
        boundary = self.chance.randbytes(16).hex()
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        return self._at_once(
            head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}")

    def _at_once(self, content, kind="application/octet-stream"):
        return upload(self.host, self.zoe["token"], content, kind)

    def _by_tus(self, content):
        """In two pieces; also over restarts of the server, as long as it holds to what it told."""
        place = self._tus("POST", "/api/v1/files/uploads", {"Upload-Length": len(content)})["Location"]
        told, offset, end = 0, 0, time.monotonic() + 20
        while time.monotonic() < end and not self.ending.is_set():
            try:
                head = self._tus("HEAD", place)
                offset = int(head["Upload-Offset"])
                if offset < told:
                    # Whoever compares the digest later finds it, and says so.
                    raise Backwards(f"{place} had {told} bytes and has {offset}")
                if head.get("Content-Location"):
                    return head["Content-Location"].rsplit("/", 1)[1]
                cut = len(content) // 2 if offset < len(content) // 2 else len(content)
                told = int(self._tus(
                    "PATCH", place,
                    {"Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"},
                    content[offset:cut])["Upload-Offset"])
            except urllib.error.HTTPError as error:
                if error.code == 404 and told:
                    raise Backwards(f"{place} had {told} bytes and is gone") from error
                raise
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
        raise OSError("given up")

    def _tus(self, method, path, fields=None, data=None):
        request = urllib.request.Request(
            self.host.url + path, data=data, method=method,
            headers={"Authorization": f"Bearer {self.zoe['token']}", "Tus-Resumable": "1.0.0"}
            | {name: str(value) for name, value in (fields or {}).items()})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers

    def end(self):
        self.ending.set()
        self.join(60)


def digest(host, token, file):
    """What a download comes to; nothing when there is none."""
    request = urllib.request.Request(
        f"{host.url}/api/v1/files/{file}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return hashlib.sha256(answer.read()).hexdigest()
    except (OSError, http.client.HTTPException):
        return None


def broken(host, town, promised, at):
    """What is wrong with what was promised before `at`: each message there has its file, whole, and none is lost."""
    token, channel = town.zoe["token"], town.zoe["channel"]
    contents = {file: wanted for file, wanted, *_ in promised}
    seen, after, has_more = set(), 0, True
    while has_more:
        status, page = call(host, "GET", f"/channels/{channel}/messages?after={after}&limit=200", token)
        if status != 200:
            return f"the files' channel answers {status}"
        for message in page["items"]:
            after = message["message_number"]
            seen.add(after)
            for attachment in message["attachments"]:
                found = digest(host, token, attachment["file_id"])
                # One of which nobody had been told yet has to be whole all the same, whatever it is.
                if found is None or contents.get(attachment["file_id"], found) != found:
                    return f"message {after} points to a file that is {'gone' if found is None else 'another'}"
        has_more = page["has_more"]
    if seen != set(range(1, len(seen) + 1)):
        return "the files' channel has holes"
    for file, wanted, uploaded, number, sent in promised:
        if sent and sent < at and number not in seen:
            return f"message {number} with a file is lost"
        if uploaded < at and digest(host, token, file) != wanted:
            return f"file {file} was uploaded and is lost"
    return None
