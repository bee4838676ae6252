"""Another service that webhooks tell of what happens: HTTP or HTTPS on loopback, answering as a test says."""

import base64
import hashlib
import hmac
import http.server
import json
import queue
import ssl
import threading
import time


class Hook:
    """`answer(number, request)` is asked for the status of each request, the first being number 1; the body may be
    None to hang up."""

    def __init__(self, answer=lambda number, request: 200, certificate=None):
        self.requests = []
        self.queue = queue.Queue()
        self.lock = threading.Lock()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                with hook.lock:
                    hook.requests.append(request)
                    number = len(hook.requests)
                hook.queue.put(request)
                status = answer(number, request)
                if callable(status):
                    status(self.connection)
                    self.close_connection = True
                elif status is None:
                    self.close_connection = True
                else:
                    self.send_response(status)
                    if 300 <= status < 400:
                        self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https" if certificate else "http"
        self.port = self.server.server_address[1]
        self.url = f"{self.scheme}://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, seconds=20):
        """The next request."""
        return self.queue.get(timeout=seconds)

    def until(self, wanted, seconds=20):
        """All requests up to the first for which `wanted` holds."""
        end, seen = time.monotonic() + seconds, []
        while True:
            seen.append(self.queue.get(timeout=max(0.01, end - time.monotonic())))
            if wanted(seen[-1]):
                return seen

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.json = json.loads(body)
        self.id = headers["webhook-id"]
        self.type = self.json["type"]

    def check(self, secret):
        """Whether it is signed as the specification of Standard Webhooks says, written from that alone."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert abs(int(self.headers["webhook-timestamp"]) - time.time()) < 300
        assert wanted in self.headers["webhook-signature"].split(" ")
