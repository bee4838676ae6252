"""A WebSocket client down to the bits, so that no library hides what goes over the wire. It can say what no sound
client would say."""

import base64
import hashlib
import os
import socket
import ssl
import struct
import urllib.parse
import zlib

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
RSV1 = 4


class Broken(Exception):
    """The server did something else than it should."""


def expect(condition, words):
    if not condition:
        raise Broken(words)


def mask(payload, key):
    if not payload:
        return b""
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(len(payload), "big")


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True, length=None, key=None):
    """The bytes of one frame; `length` announces another length than the payload has, `key` is the mask's."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 1 << 16:
        head += bytes([bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    key = key or os.urandom(4)
    return head + key + mask(payload, key)


class Deflate:
    """The client's half of permessage-deflate (RFC 7692)."""

    def __init__(self, answer):
        words = [word.strip() for word in answer.split(";")]
        expect(words[0] == "permessage-deflate", "another extension was answered: " + answer)
        self.parameters = dict((word.split("=") + [None])[:2] for word in words[1:])
        expect(len(self.parameters) == len(words) - 1, "a parameter was answered twice: " + answer)
        self.window_out = int(self.parameters.get("client_max_window_bits") or 15)
        self.window_in = int(self.parameters.get("server_max_window_bits") or 15)
        self.compressor = self.decompressor = None

    def compress(self, message):
        if self.compressor is None or "client_no_context_takeover" in self.parameters:
            # zlib writes no window of 8 bits.
            self.compressor = zlib.compressobj(wbits=-max(self.window_out, 9))
        data = self.compressor.compress(message) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
        return data[:-4]

    def decompress(self, payload):
        # Exactly the window that was agreed on: what refers farther back is an error here.
        if self.decompressor is None or "server_no_context_takeover" in self.parameters:
            self.decompressor = zlib.decompressobj(wbits=-self.window_in)
        return self.decompressor.decompress(payload + b"\x00\x00\xff\xff")


class SecureSocket(ssl.SSLSocket):
    """A TLS connection that can be ended on one side, as a plain one can."""

    def shutdown(self, how):
        """Says close_notify and goes on reading."""
        seconds = self.gettimeout()
        self.setblocking(False)
        try:
            self.unwrap()
        except ssl.SSLWantReadError:
            pass  # It is said, and the server's own has not come yet.
        finally:
            self.settimeout(seconds)


def secured(plain, host):
    """TLS with a server that SSL_CERT_FILE vouches for."""
    context = ssl.create_default_context()
    context.sslsocket_class = SecureSocket
    # A connection that is cut off is an error, not an end.
    return context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)


class Peer:
    def __init__(self, url, extensions=None, seconds=60):
        address = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.scheme == "https":
            self.socket = secured(self.socket, address.hostname)
        self.buffer = b""
        self.compressed_count = 0
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET %s HTTP/1.1" % (address.path or "/"), "Host: " + address.netloc, "Upgrade: websocket",
                 "Connection: Upgrade", "Sec-WebSocket-Key: " + key, "Sec-WebSocket-Version: 13"]
        for field in [extensions] if isinstance(extensions, str) else extensions or []:
            lines.append("Sec-WebSocket-Extensions: " + field)
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.buffer:
            self._fill("the handshake was not answered")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        expect(lines[0].startswith("HTTP/1.1 101 "), "no 101 but " + lines[0])
        fields = [line.split(": ", 1) for line in lines[1:]]
        self.headers = {name.lower(): value for name, value in fields}
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        expect(self.headers["sec-websocket-accept"] == base64.b64encode(accept).decode(), "a wrong accept key")
        answer = self.headers.get("sec-websocket-extensions")
        self.deflate = Deflate(answer) if answer else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _fill(self, words):
        piece = self.socket.recv(1 << 16)
        expect(piece, words)
        self.buffer += piece

    def write(self, data, every=None):
        """Writes raw bytes, in pieces of `every` where that is given."""
        for start in range(0, len(data), every or len(data) or 1):
            self.socket.sendall(data[start : start + (every or len(data))])

    def send(self, opcode, payload=b"", **how):
        self.write(frame(opcode, payload, **how))

    def take(self, count):
        pieces = [self.buffer]
        have = len(self.buffer)
        while have < count:
            piece = self.socket.recv(min(1 << 20, max(count - have, 1 << 16)))
            expect(piece, "the connection ended in the middle of a frame")
            pieces.append(piece)
            have += len(piece)
        data = b"".join(pieces)
        self.buffer = data[count:]
        return data[:count]

    def receive(self):
        """One frame: first byte's flags, opcode and payload."""
        first, second = self.take(2)
        expect(second & 0x80 == 0, "the server masks")
        expect(first & 0x30 == 0, "the server sets a reserved bit")
        length = second
        if second == 126:
            (length,) = struct.unpack("!H", self.take(2))
            expect(length > 125, "a length is not in its shortest form")
        elif second == 127:
            (length,) = struct.unpack("!Q", self.take(8))
            expect(length > 0xFFFF, "a length is not in its shortest form")
        opcode = first & 15
        if opcode >= 8:
            expect(first & 0xC0 == 0x80 and length <= 125, "a control frame is fragmented, marked or too long")
        return first, opcode, self.take(length)

    def message(self):
        """One whole message, its opcode first; pongs before it are left out."""
        opcode, parts, compressed = None, [], False
        while True:
            first, code, payload = self.receive()
            if code == PONG:
                continue
            expect(code < 8, "a control frame came instead of a message: %d %r" % (code, payload))
            expect((code == CONTINUATION) == (opcode is not None), "fragments are mixed up")
            if opcode is None:
                opcode, compressed = code, bool(first & 0x40)
                expect(not compressed or self.deflate, "compressed without an agreement")
            else:
                expect(not first & 0x40, "a continuation is marked as compressed")
            parts.append(payload)
            if first & 0x80:
                break
        whole = b"".join(parts)
        if compressed:
            self.compressed_count += 1
            whole = self.deflate.decompress(whole)
        return opcode, whole

    def expect_message(self, opcode, payload):
        code, got = self.message()
        expect(code == opcode, "opcode %d came back as %d" % (opcode, code))
        expect(got == payload, "%d bytes came back as %d others" % (len(payload), len(got)))

    def expect_pong(self, payload):
        first, opcode, got = self.receive()
        expect((opcode, got) == (PONG, payload), "no pong with %r but %d %r" % (payload, opcode, got))

    def echo(self, opcode, payload, **how):
        self.send(opcode, payload, **how)
        self.expect_message(opcode, payload)

    def expect_close(self, *codes, seconds=10):
        """A close frame with one of the codes (`None`: an empty one), then the end of the connection."""
        self.socket.settimeout(seconds)
        first, opcode, payload = self.receive()
        expect(opcode == CLOSE, "no close frame but opcode %d" % opcode)
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        expect(code in codes, "closed with %s, not %s" % (code, codes))
        payload[2:].decode("utf-8")
        self.expect_end()

    def expect_end(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        try:
            expect(self.buffer == b"" and self.socket.recv(1) == b"", "there came more behind the close frame")
        except ConnectionResetError:
            pass

    def close(self):
        self.send(CLOSE, struct.pack("!H", 1000))
        self.expect_close(1000)
