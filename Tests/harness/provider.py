"""An identity provider that is played on loopback: OpenID Connect Core 1.0 with the code flow and PKCE, as strict as real
ones are, and as wrong as a test wants it."""

import base64
import hashlib
import html
import http.server
import json
import secrets
import threading
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "confab.example", "secret"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`keys_answer` is what becomes of a request for the keys: a function of the handler; None for the keys.
    `refusals` tells why codes were not exchanged."""

    def __init__(self):
        self.key, self.kid, self.fetched, self.keys_answer = new_key(), "first", 0, None
        self.codes, self.refusals = {}, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self):
        """Those of a server that is a client of it."""
        return {"google_client_id": CLIENT, "google_client_secret": SECRET, "google_issuer_url": self.url,
                "outside_allow": "127.0.0.0/8"}

    def jwk(self):
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return jwk | {"kid": self.kid, "alg": "RS256", "use": "sig"}

    def token(self, key=None, algorithm="RS256", kid=None, **claims):
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "sub": "1001", "iat": now, "exp": now + 600,
                "email": "ann@example.org", "email_verified": True, "name": "Ann"} | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key or self.key, algorithm=algorithm, headers={"kid": kid or self.kid})

    def ask(self, query):
        """The page on which somebody says whether they go on: what it links to."""
        back = query["redirect_uri"] + "?"
        code = secrets.token_urlsafe(24)
        self.codes[code] = query
        state = {"state": query["state"]}
        return {"Go on as Ann": back + urllib.parse.urlencode({"code": code, "iss": self.url} | state),
                "Not now": back + urllib.parse.urlencode({"error": "access_denied"} | state)}

    def exchange(self, form):
        """The answer to a code (RFC 6749 section 4.1.3, RFC 7636 section 4.6), each good once."""
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        wrong = [
            what for what, holds in {
                "code": asked is not None,
                "grant_type": form.get("grant_type") == "authorization_code",
                "client": (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET),
                "redirect_uri": asked is not None and form.get("redirect_uri") == asked["redirect_uri"],
                "verifier": asked is not None and asked.get("code_challenge_method") == "S256"
                and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge"),
            }.items() if not holds
        ]
        if wrong:
            self.refusals.append(wrong)
            return None
        return {"access_token": "at-1", "token_type": "Bearer", "expires_in": 600,
                "id_token": self.token(nonce=asked["nonce"])}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def handler_of(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            if path == "/authorize":
                links = provider.ask(dict(urllib.parse.parse_qsl(query)))
                page = "".join(f'<p><a href="{html.escape(url)}">{name}</a>' for name, url in links.items())
                return self.say(200, f'<!doctype html><link rel="icon" href="data:,">{page}'.encode(),
                                **{"Content-Type": "text/html; charset=utf-8"})
            if path != "/keys":
                return self.say(404, b"")
            provider.fetched += 1
            if provider.keys_answer:
                return provider.keys_answer(self)
            return self.say(200, json.dumps({"keys": [provider.jwk()]}).encode())

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            said = provider.exchange(dict(urllib.parse.parse_qsl(body))) if self.path == "/token" else None
            self.say(200 if said else 400, json.dumps(said or {"error": "invalid_grant"}).encode())

        def say(self, status, body, **headers):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
