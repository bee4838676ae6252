"""The chat protocol for sockets by the thousand: bytes to send, and what came back cut into frames. Frames are masked
with zeros, which is allowed and costs nothing."""

import json
import socket
import ssl
import struct
import urllib.parse

TEXT, CLOSE, PING = 1, 8, 9
HELLO = b"GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" \
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"


def frame(opcode, payload):
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 0xFE, length)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0xFF, length)
    return head + b"\0\0\0\0" + payload


def command(id, kind, **data):
    return frame(TEXT, json.dumps({"id": id, "type": kind, "data": data}).encode())


def address(server):
    return "127.0.0.1", urllib.parse.urlsplit(server.url).port


def connect(server, source=None, receive_buffer=None):
    """A TCP connection, from another address of this machine where one is named."""
    tcp = socket.socket()
    if receive_buffer:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    if source:
        tcp.bind((source, 0))
    tcp.settimeout(30)
    tcp.connect(address(server))
    tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tcp


def trusting():
    """TLS that asks for no name: the certificate is the test's own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Frames:
    """Cuts what the server sent into frames; the head of its 101 goes first."""

    def __init__(self):
        self.buffer = bytearray()
        self.is_open = False

    def take(self, piece):
        self.buffer += piece
        found = []
        if not self.is_open:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return found
            assert self.buffer.startswith(b"HTTP/1.1 101 "), bytes(self.buffer[:200])
            del self.buffer[: end + 4]
            self.is_open = True
        at, have = 0, len(self.buffer)
        while have - at >= 2:
            length, start = self.buffer[at + 1], at + 2
            if length == 126:
                start += 2
                length = int.from_bytes(self.buffer[at + 2 : start], "big")
            elif length == 127:
                start += 8
                length = int.from_bytes(self.buffer[at + 2 : start], "big")
            if have < start or have - start < length:
                break
            found.append((self.buffer[at] & 15, bytes(self.buffer[start : start + length])))
            at = start + length
        del self.buffer[:at]
        return found


class Chat:
    """One identified socket that waits for its answers."""

    def __init__(self, server, token=None, **how):
        self.tcp = connect(server, **how)
        if server.scheme == "https":
            self.tcp = trusting().wrap_socket(self.tcp)
        self.frames, self.waiting, self.last_id = Frames(), [], 0
        self.tcp.sendall(HELLO)
        assert self.next()["type"] == "hello"
        self.ready = token and self.ask("identify", token=token)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tcp.close()

    def frame(self):
        while not self.waiting:
            piece = self.tcp.recv(1 << 18)
            if not piece:
                raise EOFError("the server closed the connection")
            self.waiting = self.frames.take(piece)
        return self.waiting.pop(0)

    def next(self):
        opcode, payload = self.frame()
        assert opcode == TEXT, (opcode, payload)
        return json.loads(payload)

    def answer(self, kind, **data):
        self.last_id += 1
        self.tcp.sendall(command(self.last_id, kind, **data))
        while True:
            message = self.next()
            if message.get("id") == self.last_id:
                return message

    def ask(self, kind, **data):
        answer = self.answer(kind, **data)
        assert answer["ok"], answer
        return answer["data"]
