"""The services by which devices are reached, played on loopback: a browser's push service with the browser behind
it, Google's and Apple's. What they check is checked by libraries that nobody here wrote: http_ece, PyJWT, h2."""

import base64
import http.server
import json
import os
import queue
import socket
import ssl
import threading
import urllib.parse

import h2.config
import h2.connection
import h2.events
import http_ece
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def unpadded(bytes):
    return base64.urlsafe_b64encode(bytes).rstrip(b"=").decode()


def padded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


class HTTP:
    """A server of HTTP/1.1, over TLS where it has a certificate; `answer(path, headers, body)` gives status, fields and
    body."""

    def __init__(self, certificate=None):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, fields, content = outer.answer(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **fields}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Browser(HTTP):
    """A browser and its push service. `statuses` are given first to those who push, then 201."""

    def __init__(self, key, certificate=None):
        """`key` is the server's own, as it gives it to browsers."""
        self.key, self.statuses, self.heard, self.tries = key, [], queue.Queue(), 0
        self.private, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        super().__init__(certificate)

    @property
    def subscription(self):
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return {"kind": "web", "endpoint": f"{self.url}/push/1",
                "keys": {"p256dh": unpadded(point), "auth": unpadded(self.secret)}}

    def answer(self, path, headers, body):
        self.tries += 1
        if self.statuses:
            status, fields = self.statuses.pop(0)
            return status, fields, b""
        assert len(body) <= 4096 and headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0
        kind, token, key = headers["authorization"].split(" ")
        assert (kind, key) == ("vapid", f"k={self.key}"), headers["authorization"]
        numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(self.key))
        said = jwt.decode(token.removeprefix("t=").rstrip(","), numbers, algorithms=["ES256"], audience=self.url)
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        self.heard.put({"headers": headers, "claims": said, "message": json.loads(plain)})
        return 201, {"Location": f"{self.url}/message/1"}, b""


class Google(HTTP):
    """OAuth's token and FCM's messages."""

    def __init__(self, certificate):
        self.key, self.heard, self.gone, self.tokens = rsa.generate_private_key(65537, 2048), queue.Queue(), set(), 0
        super().__init__(certificate)

    def account(self, path):
        """A service account's file."""
        path.write_text(json.dumps({
            "type": "service_account", "project_id": "demo", "private_key_id": "1", "private_key": pem(self.key),
            "client_email": "bot@demo.example", "token_uri": f"{self.url}/token"}))
        return path

    def answer(self, path, headers, body):
        if path == "/token":
            form = dict(urllib.parse.parse_qsl(body.decode()))
            assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
            said = jwt.decode(
                form["assertion"], self.key.public_key(), algorithms=["RS256"], audience=f"{self.url}/token")
            assert said["iss"] == "bot@demo.example" and "firebase.messaging" in said["scope"]
            self.tokens += 1
            return 200, {}, json.dumps({"access_token": "at-1", "expires_in": 3599}).encode()
        assert path == "/v1/projects/demo/messages:send" and headers["authorization"] == "Bearer at-1"
        message = json.loads(body)["message"]
        assert all(isinstance(value, str) for value in message["data"].values())
        if message["token"] in self.gone:
            return 404, {}, json.dumps({"error": {"details": [{"errorCode": "UNREGISTERED"}]}}).encode()
        self.heard.put(message)
        return 200, {}, b'{"name":"projects/demo/messages/1"}'


class Apple:
    """Apple's service: HTTP/2 alone, over TLS."""

    def __init__(self, certificate):
        self.key, self.heard, self.gone = ec.generate_private_key(ec.SECP256R1()), queue.Queue(), set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def key_file(self, path):
        path.write_text(pem(self.key))
        return path

    def run(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(raw,), daemon=True).start()

    def serve(self, raw):
        with self.context.wrap_socket(raw, server_side=True) as peer:
            if peer.selected_alpn_protocol() != "h2":
                return
            connection = h2.connection.H2Connection(
                h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            connection.initiate_connection()
            peer.sendall(connection.data_to_send())
            headers, bodies = {}, {}
            while data := peer.recv(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        headers[event.stream_id], bodies[event.stream_id] = dict(event.headers), b""
                    elif isinstance(event, h2.events.DataReceived):
                        bodies[event.stream_id] += event.data
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        status, answer = self.answer(headers[event.stream_id], bodies[event.stream_id])
                        connection.send_headers(event.stream_id, [(":status", str(status))], end_stream=not answer)
                        if answer:
                            connection.send_data(event.stream_id, answer, end_stream=True)
                peer.sendall(connection.data_to_send())

    def answer(self, headers, body):
        token = headers["authorization"].removeprefix("bearer ")
        said = jwt.decode(token, self.key.public_key(), algorithms=["ES256"])
        assert jwt.get_unverified_header(token)["kid"] == "KEY1" and said["iss"] == "TEAM1"
        assert headers["apns-topic"] == "org.example.app" and len(body) <= 4096
        device = headers[":path"].removeprefix("/3/device/")
        if device in self.gone:
            return 410, b'{"reason":"Unregistered","timestamp":1}'
        self.heard.put({"device": device, "headers": headers, "message": json.loads(body)})
        return 200, b""

    def close(self):
        self.listener.close()
