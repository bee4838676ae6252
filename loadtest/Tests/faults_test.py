"""The generator against a server that is wrong on purpose: what it must find, and by which exit status it says so."""

import asyncio
import json
import os
import pathlib
import ssl
import subprocess
import threading

import pytest
import websockets.asyncio.server

HERE = pathlib.Path(__file__).resolve().parent.parent
LOADTEST = os.environ.get("LOADTEST", HERE / ".build" / "release" / "loadtest")
SCENARIO = """
[scenario]
title = Wrong on purpose
sockets = 6
rooms = 6
messages = 100
settle = 2

[stage only]
seconds = 1

[require]
reply_p99_ms < 5000
"""


class Server:
    """Speaks as much of chat.v1 as a run needs, and goes wrong at the tenth message."""

    def __init__(self, fault, tls=None):
        self.fault, self.tls = fault, tls
        self.sockets, self.number, self.held = {}, 0, None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)

    async def serve(self):
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with websockets.asyncio.server.serve(
            self.talk, "127.0.0.1", 0, subprotocols=["chat.v1"], compression=None, ssl=self.tls
        ) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.ready.set()
            await self.over.wait()

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)

    async def talk(self, socket):
        await socket.send('{"type":"hello","data":{"max_frame":65536,"server":"wrong/1 on purpose"}}')
        async for text in socket:
            command = json.loads(text)
            if "id" not in command:
                continue
            reply = getattr(self, command["type"].replace(".", "_"))(socket, command["data"])
            if reply is None:
                continue
            await socket.send(json.dumps({"id": command["id"], **reply}))
            if command["type"] == "message.send" and reply["ok"]:
                await self.tell(command["data"], socket)

    def identify(self, socket, data):
        self.sockets[socket] = data["token"]
        return {"ok": True, "type": "ready", "data": {
            "session_id": "s", "epoch": "e", "me_seq": 0, "user": {"id": data["token"]}, "channels": []}}

    def channel_create(self, socket, data):
        return {"ok": True, "data": {"channel": "7", "last_message_number": 0, "seq": 1}}

    def message_send(self, socket, data):
        if self.number == 9 and self.fault in ("silent", "overloaded", "rate_limited"):
            self.number += 1
            self.skipped = True
            return None if self.fault == "silent" else {
                "ok": False, "error": {"code": self.fault, "message": "no", "temporary": True, "retry_after_ms": 1}}
        self.number += 1
        return {"ok": True, "data": {"channel": "7", "message_number": self.shown, "duplicate": False}}

    @property
    def shown(self):
        """What is not answered has no number."""
        return self.number - (1 if getattr(self, "skipped", False) else 0)

    async def tell(self, data, sender):
        number = self.shown
        event = json.dumps({"type": "message.created", "channel": "7", "seq": number + 1, "data": {
            "message_number": number, "sender": self.sockets[sender], "client_msg_id": data["client_msg_id"],
            "text": data["text"]}})
        for index, socket in enumerate(list(self.sockets)):
            is_victim = index == 3 and number == 10
            if is_victim and self.fault == "lost":
                continue
            if is_victim and self.fault == "reordered":
                self.held = event
                continue
            await socket.send(event)
            if is_victim and self.fault == "duplicated":
                await socket.send(event)
            if index == 3 and number == 11 and self.held:
                await socket.send(self.held)
                self.held = None
            if is_victim and self.fault == "closed":
                await socket.close(4103)


def run(tmp_path, server, scheme="http", *more):
    (tmp_path / "s.ini").write_text(SCENARIO)
    (tmp_path / "tokens").write_text("".join(f"t{index}\n" for index in range(6)))
    done = subprocess.run(
        [LOADTEST, "run", tmp_path / "s.ini", "--url", f"{scheme}://127.0.0.1:{server.port}", "--tokens",
         tmp_path / "tokens", "--out", tmp_path / "out", *map(str, more)], capture_output=True, text=True, timeout=120)
    path = tmp_path / "out" / "result.json"
    return done, json.loads(path.read_text()) if path.exists() else None


@pytest.mark.parametrize("processes", [1, 3])
def test_a_faultless_server_is_told_as_such(tmp_path, processes):
    with Server(None) as server:
        done, result = run(tmp_path, server, "http", "--processes", processes)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = result["figures"]
    assert figures["sent"] > 50
    assert figures["replies"] <= figures["sent"]
    assert result["stages"][0]["curves"]["delivery"]
    assert figures["lost"] == figures["errors"] == 0
    assert result["server"] == "wrong/1_on_purpose"


@pytest.mark.parametrize(
    "fault,figure", [("lost", "lost"), ("lost", "reordered"), ("duplicated", "duplicated"), ("reordered", "reordered"),
                     ("silent", "unanswered"), ("rate_limited", "errors"), ("closed", "errors")])
def test_a_fault_is_found_and_ends_with_one(tmp_path, fault, figure):
    with Server(fault) as server:
        done, result = run(tmp_path, server, "http", "--processes", 2)
    assert done.returncode == 1, done.stdout + done.stderr
    assert result["figures"][figure] > 0
    assert not result["good"]


def test_a_refusal_as_overloaded_is_load_not_carried(tmp_path):
    with Server("overloaded") as server:
        done, result = run(tmp_path, server)
        assert done.returncode == 0, done.stdout + done.stderr
        assert result["figures"]["refused"] == 1
    with Server("overloaded") as server:
        done, result = run(tmp_path, server, "http", "--require", "refused=0")
        assert done.returncode == 1


def test_a_missed_requirement_ends_with_one_and_a_mistaken_one_with_two(tmp_path):
    with Server(None) as server:
        done, result = run(tmp_path, server, "http", "--require", "reply_p99_ms<0")
        assert done.returncode == 1
        assert [held["held"] for held in result["requirements"]] == [False]
        done, _ = run(tmp_path, server, "http", "--require", "reply_p98_ms<1")
        assert done.returncode == 2


def certificate(tmp_path, *names):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=test", "-addext", f"subjectAltName={','.join(names)}", "-keyout", tmp_path / "tls.key", "-out",
         tmp_path / "tls.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls.pem", tmp_path / "tls.key")
    return context


def test_tls_is_spoken_to_the_server_that_its_certificate_names_and_to_no_other(tmp_path):
    with Server(None, certificate(tmp_path, "IP:127.0.0.1")) as server:
        done, result = run(tmp_path, server, "https", "--ca", tmp_path / "tls.pem")
        assert done.returncode == 0, done.stdout + done.stderr
        assert result["figures"]["sent"] > 50
        done, _ = run(tmp_path, server, "wss")
        assert done.returncode == 1 and "TLS: self" in done.stderr, done.stderr
    with Server(None, certificate(tmp_path, "DNS:example.org")) as server:
        done, _ = run(tmp_path, server, "https", "--ca", tmp_path / "tls.pem")
        assert done.returncode == 1 and "mismatch" in done.stderr, done.stderr


def test_another_machine_is_loaded_only_when_that_is_said(tmp_path):
    done = subprocess.run(
        [LOADTEST, "run", HERE / "scenarios" / "pairs.ini", "--url", "http://192.0.2.1", "--tokens", "/dev/null"],
        capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "--allow-remote" in done.stderr
