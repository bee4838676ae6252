"""Tokens, held against a library that nobody here wrote: it reads ours, we read its, and neither takes a forged one."""

import base64
import datetime
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from raw import request

ALGORITHMS = ["HS256", "EdDSA", "ES256", "RS256"]
SECRET = "not-known-to-anybody-0f9e8d7c6b5a4938"
ISSUER = "https://id.example"


def register(server, name="ann"):
    answer = request(server, "POST", "/api/v1/auth/register", {"username": name, "password": "correct horse battery"})
    assert answer.status == 201, answer
    return answer.json


def me(server, token):
    return request(server, "GET", "/api/v1/users/me", None, token)


def published(server):
    return request(server, "GET", "/.well-known/jwks.json").json


def make_key(algorithm):
    if algorithm == "HS256":
        return SECRET
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def jwk_of(algorithm, key):
    kind = {"EdDSA": jwt.algorithms.OKPAlgorithm, "ES256": jwt.algorithms.ECAlgorithm}.get(
        algorithm, jwt.algorithms.RSAAlgorithm)
    return json.loads(kind.to_jwk(key.public_key())) | {"kid": "k1", "use": "sig", "alg": algorithm}


def claims(**changes):
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": "chat", "sub": "zoe-1", "preferred_username": "zoe", "iat": now, "exp": now + 600}
    return {name: value for name, value in (whole | changes).items() if value is not None}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_our_tokens_are_read_by_others(start, algorithm):
    secret = {"jwt_secret": SECRET} if algorithm == "HS256" else {}
    server = start(jwt_algorithm=algorithm, jwt_issuer="https://chat.example", jwt_audience="chat", **secret)
    ann = register(server)
    keys = published(server)
    head = jwt.get_unverified_header(ann["access_token"])
    assert head["alg"] == algorithm and head["typ"] == "JWT"
    if algorithm == "HS256":
        assert keys == {"keys": []}
        key = SECRET
    else:
        key = jwt.PyJWKSet.from_dict(keys)[head["kid"]].key
        assert not any({"d", "p", "q", "k"} & set(one) for one in keys["keys"])
    read = jwt.decode(
        ann["access_token"], key, algorithms=[algorithm], audience="chat", issuer="https://chat.example",
        options={"require": ["exp", "iat", "sub", "jti"]})
    assert read["sub"] == ann["user"]["id"] and read["exp"] - read["iat"] == 7200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_their_tokens_are_read_by_us(start, folder, algorithm):
    key = make_key(algorithm)
    source = {"secret": SECRET} if algorithm == "HS256" else {"jwks": {"keys": [jwk_of(algorithm, key)]}}
    issuers = folder / "issuers.json"
    issuers.write_text(json.dumps([{"issuer": ISSUER, "audience": "chat", **source}]))
    issuers.chmod(0o600)
    server = start(trusted_issuers=issuers)
    head = {"kid": "k1"} if algorithm != "HS256" else None

    def sign(key=key, algorithm=algorithm, head=head, **changes):
        return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=head)

    first = me(server, sign())
    assert first.status == 200 and first.json["username"] == "zoe"
    assert me(server, sign(jti="another")).json["id"] == first.json["id"]
    assert me(server, sign(sub="yan-1", preferred_username="zoe")).json["username"] is None
    now = int(time.time())
    for bad in [
        sign(exp=now - 31), sign(exp=None), sign(nbf=now + 120), sign(iss="https://evil.example"), sign(aud="other"),
        sign(aud=None), sign(sub=None), sign(iat=now + 120), sign(exp=float(now + 600) + 0.5),
        sign(key=make_key(algorithm) if algorithm != "HS256" else SECRET + "x"), sign(head={"kid": "k2"})
        if algorithm != "HS256" else sign(aud="x"),
        jwt.encode(claims(), None, algorithm="none"),
    ]:
        assert me(server, bad).status == 401, bad


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_a_public_key_signs_nothing(start, algorithm):
    """RS256 taken for HS256 with the published key as the secret, in every spelling of it that a forger has."""
    server = start(jwt_algorithm=algorithm)
    ann = register(server)
    head, payload, _ = ann["access_token"].split(".")
    kid = jwt.get_unverified_header(ann["access_token"])["kid"]
    jwk = published(server)["keys"][0]
    public = jwt.PyJWK.from_dict(jwk).key
    from cryptography.hazmat.primitives import hashes, hmac, serialization as form

    secrets = [json.dumps(jwk).encode(), kid.encode()]
    secrets += [public.public_bytes(encoding, form.PublicFormat.SubjectPublicKeyInfo)
                for encoding in (form.Encoding.PEM, form.Encoding.DER)]
    for secret in secrets:
        for header in ({"alg": "HS256", "kid": kid}, {"alg": "HS256"}, {"alg": "HS256", "typ": "JWT"}):
            signed = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=") + b"." + payload.encode()
            mac = hmac.HMAC(secret, hashes.SHA256())
            mac.update(signed)
            token = signed + b"." + base64.urlsafe_b64encode(mac.finalize()).rstrip(b"=")
            assert me(server, token.decode()).status == 401
    assert me(server, ann["access_token"]).status == 200


def test_times_are_those_of_this_hour(start):
    server = start()
    read = jwt.decode(register(server)["access_token"], options={"verify_signature": False})
    issued = datetime.datetime.fromtimestamp(read["iat"], datetime.timezone.utc)
    assert abs((datetime.datetime.now(datetime.timezone.utc) - issued).total_seconds()) < 60
