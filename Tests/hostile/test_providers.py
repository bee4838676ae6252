"""Logging in by a provider that is played on loopback: its keys are fetched over HTTP like a real one's, and whatever
it says or sends that is not right lets nobody in."""

import http.server
import json
import threading
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from raw import request

CLIENT = "confab.example"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`keys_answer` is what becomes of a request for the keys: a function of the handler; None for the keys."""

    def __init__(self):
        self.key, self.kid, self.fetched, self.keys_answer = new_key(), "first", 0, None
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.fetched += 1
                if provider.keys_answer:
                    return provider.keys_answer(self)
                self.say(200, json.dumps({"keys": [provider.jwk()]}).encode())

            def say(self, status, body, **headers):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def jwk(self):
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return jwk | {"kid": self.kid, "alg": "RS256", "use": "sig"}

    def token(self, key=None, algorithm="RS256", kid=None, **claims):
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "sub": "1001", "iat": now, "exp": now + 600,
                "email": "ann@example.org", "email_verified": True, "name": "Ann"} | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key or self.key, algorithm=algorithm, headers={"kid": kid or self.kid})

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def server(start, provider):
    return start(google_client_id=CLIENT, google_client_secret="secret", google_issuer_url=provider.url,
                 outside_allow="127.0.0.0/8", rate_limits="off")


def login(server, token):
    return request(server, "POST", "/api/v1/auth/oauth/google", json.dumps({"id_token": token}).encode())


def test_who_the_provider_knows_is_let_in_and_is_the_same_user_each_time(server, provider):
    first, second = login(server, provider.token()), login(server, provider.token(email="other@example.org"))
    assert first.status in (200, 201) and second.status == 200, (first, second)
    assert first.json["user"]["id"] == second.json["user"]["id"]
    assert login(server, provider.token(sub="1002", email=None)).json["user"]["id"] != first.json["user"]["id"]
    assert provider.fetched == 1, "the keys are kept"


def test_a_new_key_of_the_provider_is_fetched_when_a_token_names_it_and_not_for_each_that_does_not_exist(
        server, provider):
    assert login(server, provider.token()).status in (200, 201)
    for number in range(20):
        assert login(server, provider.token(key=new_key() if number == 0 else None, kid=f"none{number}")).status == 401
    assert provider.fetched <= 2


BAD = {
    "another audience": dict(aud="other.example"),
    "no audience": dict(aud=None),
    "another issuer": dict(iss="https://accounts.example.org"),
    "over": dict(exp=int(time.time()) - 3600),
    "without an end": dict(exp=None),
    "from the future": dict(iat=int(time.time()) + 86_400),
    "nobody": dict(sub=None),
    "nobody in particular": dict(sub=""),
    "for another party": dict(aud=[CLIENT, "other.example"], azp="other.example"),
    "a number": dict(sub=7),
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_says_something_else_lets_nobody_in(server, provider, name):
    claims = dict(BAD[name])
    if not isinstance(claims.get("sub", ""), (str, type(None))):
        # PyJWT writes no such thing: it is made by hand, and signed.
        head, _, _ = provider.token().split(".")
        body = json.loads(jwt.utils.base64url_decode(provider.token().split(".")[1])) | claims
        signed = f"{head}.{jwt.utils.base64url_encode(json.dumps(body).encode()).decode()}"
        sign = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(signed.encode(), provider.key)
        token = f"{signed}.{jwt.utils.base64url_encode(sign).decode()}"
    else:
        token = provider.token(**claims)
    assert login(server, token).status == 401, name
    assert login(server, provider.token()).status in (200, 201)


def test_a_token_that_another_hand_has_signed_lets_nobody_in(server, provider):
    assert login(server, provider.token(key=new_key())).status == 401
    assert login(server, provider.token(key="a shared secret of thirty-two bytes", algorithm="HS256")).status == 401
    assert login(server, jwt.encode({"sub": "1001", "iss": provider.url, "aud": CLIENT}, None, "none")).status == 401
    good = provider.token()
    assert login(server, good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")).status == 401


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(100_000):
            handler.wfile.write(b" " * 65_536)
    except OSError:
        pass


WRONG = {
    "an error": lambda handler: handler.say(500, b"{}"),
    "a redirection": lambda handler: handler.say(302, b"", Location="http://127.0.0.1:1/keys"),
    "no JSON": lambda handler: handler.say(200, b"<html>"),
    "no keys": lambda handler: handler.say(200, b'{"keys":[]}'),
    "keys of another form": lambda handler: handler.say(200, b'{"keys":[{"kty":"RSA","kid":"first","n":"!","e":""}]}'),
    "an endless body": endless,
    "half an answer": lambda handler: handler.connection.close(),
    "nothing for long": lambda handler: time.sleep(8),
}


@pytest.mark.parametrize("name", WRONG)
def test_keys_that_do_not_come_let_nobody_in_and_hold_nobody_up(server, provider, name):
    provider.keys_answer = WRONG[name]
    begun = time.monotonic()
    assert login(server, provider.token()).status in (401, 502, 503, 504), name
    assert time.monotonic() - begun < 12
    assert request(server, "GET", "/health").status == 200
