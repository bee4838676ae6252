"""Logging in by a provider that is played on loopback: its keys are fetched over HTTP like a real one's, and whatever
it says or sends that is not right lets nobody in."""

import json
import time

import jwt
import pytest
from provider import CLIENT, Provider, new_key

from raw import request


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def server(start, provider):
    return start(**provider.settings, rate_limits="off")


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
