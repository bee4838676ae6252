"""Secrets stay with who may know them: they are in no log, in no error, and in no compressed frame."""

import base64
import hmac
import json
import time
import urllib.parse

import pytest

from chat import DEFLATE, Chat, Member
from peer import RSV1, TEXT
from raw import exchange, expect_problem, request

JWT_SECRET = "canary-jwt-secret-0123456789abcdef0123"
PASSWORD, WRONG, LONG = "canary-password-1", "canary-wrong-2", "canary-long-3" * 100
TEXT_SAID = "canary-text-4 which is nobody else's business"
EMAIL, PHONE = "canary-5@example.org", "+4915112345678"
NEW, PROOF = "canary-new-10", "canary-proof-11-".ljust(43, "A")
HEADER, COOKIE, KEY, QUERY = "canary-header-6", "canary-cookie-7", "canary-key-8", "canary-query-9"
CANARIES = [JWT_SECRET, PASSWORD, WRONG, LONG, TEXT_SAID, EMAIL, PHONE, NEW, PROOF, HEADER, COOKIE, KEY, QUERY, "canary"]
# Sent along with every request, whether it is understood or not.
BESIDE = [("Cookie", f"access_token={COOKIE}; session={COOKIE}"), ("X-API-Key", KEY),
          ("Referer", f"https://example.org/?token={QUERY}"), ("Idempotency-Key", KEY)]
SECRET_QUERY = f"?token={QUERY}&ticket={QUERY}&access_token={QUERY}&password={QUERY}"


def parts(token):
    """A token, and each part of it that is secret: its head is that of every token."""
    return [token, *token.split(".")[1:]]


class Caller:
    """Calls and keeps the answers that are errors, which must tell no secret."""

    def __init__(self, server):
        self.server, self.secrets = server, list(CANARIES)

    def call(self, status, method, path, body=None, token=None, headers=()):
        answer = request(
            self.server, method, f"/api/v1{path}{SECRET_QUERY}", body, token, [*BESIDE, *headers])
        assert answer.status == status, answer
        if status >= 400:
            expect_problem(answer)
            self.expect_no_secret(answer.body.decode())
            self.expect_no_secret("\n".join(answer.headers.values()))
            return None
        if status == 204:
            return None
        found = answer.json
        for name in ("access_token", "refresh_token"):
            self.secrets += parts(found[name]) if name in found else []
        self.secrets += [found[name] for name in ("mfa_token", "secret") if name in found]
        self.secrets += found.get("recovery_codes", [])
        return found

    def expect_no_secret(self, said):
        for secret in self.secrets:
            assert secret not in said, f"{secret} is told"
            assert urllib.parse.quote(secret, safe="") not in said, f"{secret} is told, quoted"


@pytest.fixture
def caller(start):
    # With a mail server, though nobody is there: in development without one, letters are written into the log.
    return Caller(start(log_level="debug", jwt_secret=JWT_SECRET, rate_limits="off", smtp_url="smtp://127.0.0.1:9",
                        smtp_from="confab@example.org", require_email_verification="off"))


def use_rest(caller):
    """Everything that takes a secret, well and badly; gives a user's tokens and a channel."""
    call = caller.call
    account = {"username": "ann", "email": EMAIL, "phone": PHONE, "password": PASSWORD}
    ann = call(201, "POST", "/auth/register", account)
    bob = call(201, "POST", "/auth/register", {"username": "bob", "password": PASSWORD})
    for taken in ("username", "email", "phone"):
        call(409, "POST", "/auth/register", {taken: account[taken], "password": PASSWORD})
    call(422, "POST", "/auth/register", {"username": "eve", "password": LONG})
    call(422, "POST", "/auth/register", {"username": "eve", "phone": PHONE + "x", "password": PASSWORD})
    call(422, "POST", "/auth/register", {"username": "eve", "email": EMAIL + "@", "password": PASSWORD})
    call(422, "POST", "/auth/register", {"username": EMAIL, "password": [PASSWORD]})
    call(400, "POST", "/auth/register", b'{"password":"%b","password":"%b"}' % (PASSWORD.encode(), WRONG.encode()))
    call(400, "POST", "/auth/login", b'{"password":"%b"' % PASSWORD.encode())
    call(415, "POST", "/auth/login", b"password=" + PASSWORD.encode(), headers=[("Content-Type", "text/plain")])
    for login in ("ann", EMAIL, PHONE, QUERY):
        call(401, "POST", "/auth/login", {"login": login, "password": WRONG})
    ann = call(200, "POST", "/auth/login", {"login": EMAIL, "password": PASSWORD, "device": "a phone"})
    renewed = call(200, "POST", "/auth/refresh", {"refresh_token": ann["refresh_token"]})
    call(401, "POST", "/auth/refresh", {"refresh_token": ann["refresh_token"]})
    call(401, "POST", "/auth/refresh", {"refresh_token": HEADER})
    call(401, "GET", "/users/me", token=renewed["access_token"])  # Spent twice: the login has ended.
    ann = call(200, "POST", "/auth/login", {"login": PHONE, "password": PASSWORD})
    token = ann["access_token"]
    call(200, "GET", "/users/me", token=token)
    call(401, "GET", "/users/me", token=token[:-6] + "canary")
    call(401, "GET", "/users/me", token=HEADER)
    call(401, "GET", "/users/me", headers=[("Authorization", f"Basic {HEADER}")])
    call(404, "GET", "/nowhere", token=token)
    call(405, "DELETE", "/auth/login", token=token)
    channel = call(201, "PUT", f"/direct/{bob['user']['id']}", token=token)["channel"]
    said = {"client_msg_id": "one", "text": TEXT_SAID}
    call(201, "POST", f"/channels/{channel}/messages", said, token)
    call(422, "POST", f"/channels/{channel}/messages", said | {"text": TEXT_SAID + "!"}, token)
    call(413, "POST", f"/channels/{channel}/messages", {"text": TEXT_SAID * 1000}, token)
    call(413, "POST", f"/channels/{channel}/messages", {"text": TEXT_SAID * 100_000}, token)
    call(404, "POST", "/channels/99_100/messages", said, token)
    call(400, "POST", f"/channels/{channel}/messages", b'{"text":"%b"' % TEXT_SAID.encode(), token)
    call(426, "GET", "/ws", token=token)
    call(204, "POST", "/auth/logout", {"refresh_token": call(
        200, "POST", "/auth/login", {"login": "bob", "password": PASSWORD})["refresh_token"]})
    return ann, channel


def totp(secret, ago=0):
    """RFC 6238, from its text."""
    mac = hmac.digest(base64.b32decode(secret), (int(time.time()) // 30 - ago).to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0xF
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def use_ways_in(caller):
    """Passwords that change, second factors, and proofs that nobody was given."""
    call = caller.call
    token = call(201, "POST", "/auth/register", {"username": "carol", "password": PASSWORD})["access_token"]
    call(401, "POST", "/auth/password/set", {"current_password": WRONG, "password": NEW}, token)
    call(422, "POST", "/auth/password/set", {"current_password": PASSWORD, "password": LONG}, token)
    call(204, "POST", "/auth/password/set", {"current_password": PASSWORD, "password": NEW}, token)
    secret = call(200, "POST", "/auth/totp", {}, token)["secret"]
    call(401, "POST", "/auth/totp/confirm", {"code": PROOF[:20]}, token)
    recovery = call(200, "POST", "/auth/totp/confirm", {"code": totp(secret, ago=1)}, token)["recovery_codes"]
    login = {"login": "carol", "password": NEW}
    owed = call(200, "POST", "/auth/login", login)["mfa_token"]
    call(401, "POST", "/auth/login/totp", {"mfa_token": owed, "code": PROOF[:20]})
    call(401, "POST", "/auth/login/totp", {"mfa_token": PROOF, "code": totp(secret)})
    call(200, "POST", "/auth/login/totp", {"mfa_token": owed, "code": recovery[0]})
    call(401, "POST", "/auth/login/totp", {"mfa_token": owed, "code": recovery[1]})
    call(401, "DELETE", "/auth/totp", {"current_password": WRONG}, token)
    call(204, "DELETE", "/auth/totp", {"code": recovery[2]}, token)
    call(403, "POST", "/auth/register", {"username": "dan", "password": PASSWORD, "invite": PROOF})
    call(422, "POST", "/auth/email/verify", {"token": PROOF})
    call(422, "POST", "/auth/password/reset/confirm", {"token": PROOF, "password": NEW})
    call(401, "POST", "/auth/phone/verify", {"phone": PHONE, "code": PROOF[:16]})
    call(401, "POST", "/auth/oauth/finish", {"code": PROOF})
    for provider in ("google", "facebook"):
        call(501, "POST", f"/auth/oauth/{provider}", {"id_token": PROOF, "access_token": PROOF})
        call(501, "GET", f"/auth/oauth/{provider}/callback?code={PROOF}&state={PROOF}&")


def use_socket(caller, ann, channel):
    """The same over sockets; what is refused must tell no secret either."""
    chat = Chat.__new__(Chat)
    chat.url, chat.tokens = caller.server.url, {"ann": ann["access_token"]}

    def refused(member, kind, data):
        member.last_id += 1
        member.send(TEXT, json.dumps({"id": member.last_id, "type": kind, "data": data}).encode())
        while (answer := member.read()).get("id") != member.last_id:
            pass
        assert not answer["ok"]
        caller.expect_no_secret(json.dumps(answer))

    with Member(chat, None) as nobody:
        refused(nobody, "identify", {"token": HEADER})
        refused(nobody, "message.send", {"channel": channel, "text": TEXT_SAID})
        refused(nobody, "resume", {
            "token": ann["access_token"], "session_id": KEY, "epoch": QUERY, "channels": {channel: 1}})
        refused(nobody, "identify", {"token": ann["access_token"] + "x"})
        nobody.send(TEXT, json.dumps({"id": 9, "type": "identify", "data": {"token": HEADER}}).encode())
        nobody.expect_close(4001)
    with Member(chat, "ann") as member:
        member.command("message.send", channel=channel, text=TEXT_SAID, client_msg_id="two")
        refused(member, "message.send", {"channel": channel, "text": TEXT_SAID + "!", "client_msg_id": "two"})
        refused(member, "message.send", {"channel": "99_100", "text": TEXT_SAID})
        refused(member, "message.send", {"channel": channel, "text": TEXT_SAID * 1_000})
        refused(member, "identify", {"token": ann["access_token"]})
        refused(member, TEXT_SAID, {})
        member.send(TEXT, TEXT_SAID.encode())
        member.expect_close(4000)


def use_wrongly(caller):
    """What cannot be read as a request, or asks for a socket in vain."""
    fields = f"Host: h\r\nAuthorization: Bearer {HEADER}\r\nCookie: a={COOKIE}\r\n"
    line = f"GET /api/v1/ws{SECRET_QUERY} HTTP/1.1\r\n"
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    for data in (
        line + fields + "Content-Length: x\r\n\r\n", line + fields + f"{HEADER}\r\n\r\n",
        line + fields + f"A: {HEADER}\0\r\n\r\n", line.replace("HTTP/1.1", "HTTP/7.7") + fields + "\r\n",
        line + fields + upgrade + "Sec-WebSocket-Version: 8\r\n\r\n",
        line + fields + upgrade + "Origin: https://evil.example\r\n\r\n",
        line.replace("=", "=%zz") + fields + "\r\n", f"{HEADER} / HTTP/1.1\r\n{fields}\r\n",
    ):
        (answer,) = exchange(caller.server, data.encode())
        expect_problem(answer)
        caller.expect_no_secret(answer.body.decode())
        caller.expect_no_secret("\n".join(answer.headers.values()))


def test_no_secret_is_in_an_error_or_in_the_log(caller):
    ann, channel = use_rest(caller)
    use_ways_in(caller)
    use_socket(caller, ann, channel)
    use_wrongly(caller)
    caller.server.terminate()
    caller.expect_no_secret(caller.server.log)
    assert len(caller.secrets) > len(CANARIES) + 20
    assert "--dev" in caller.server.log


def test_a_line_of_the_log_is_json_whatever_it_is_about(start):
    server = start(log_level="debug")
    odd = "\x1b[31m %s%n ' \" \\ <b> \u009b1m \u2028 é"
    plain = "[31m %s%n ' \" <b> é"
    path = urllib.parse.quote(plain)
    for name in ("X-Request-Id", "User-Agent", "Origin", "Referer"):
        fields = f"Host: h\r\nConnection: close\r\n{name}: {plain}\r\n"
        assert exchange(server, f"GET /{path}?{path} HTTP/1.1\r\n{fields}\r\n".encode())[0].status == 404
    for line in (f"GET /{odd} HTTP/1.1", odd, "GET /%1b[31m HTTP/1.1", "GET /%c2%9b1m HTTP/1.1"):
        assert exchange(server, f"{line}\r\nHost: h\r\n\r\n".encode())[0].status == 400
    request(server, "POST", "/api/v1/auth/register", {"username": odd, "display_name": odd, "password": odd})
    request(server, "POST", "/api/v1/auth/login", {"login": odd, "password": odd})
    server.terminate()
    *lines, rest = server.log.split("\n")
    assert lines and not rest
    for line in lines:
        assert line.isprintable()
        assert {"ts", "level", "msg"} <= json.loads(line).keys()


class Listener(Member):
    """Keeps each message that came compressed, as it is when it is read."""

    def read(self):
        message = super().read()
        if self.first & 0x40:
            self.compressed.append(json.dumps(message))
        return message

    def tell(self, data):
        self.send(TEXT, self.deflate.compress(json.dumps(data).encode()), rsv=RSV1)
        while (message := self.read()).get("id") != data["id"]:
            pass
        return message


def test_no_compressed_frame_carries_a_token(server, chat):
    """Who sees the length of what is compressed could guess at a secret in it, with words of his own beside it."""
    account = {"username": "listener", "email": EMAIL, "password": PASSWORD}
    tokens = request(server, "POST", "/api/v1/auth/register", account).json
    chat.tokens["listener"] = tokens["access_token"]
    Listener.compressed = []
    with Listener(chat, "listener", DEFLATE) as listener:
        for number in range(20):
            listener.command("channel.create", name=f"channel {number}")
        listener.command("message.send", channel="1", text="words of one's own " * 200)
    with Listener(chat, None, DEFLATE) as listener:
        assert listener.deflate.parameters.keys() >= {"server_no_context_takeover"}
        listener.tell({"id": 1, "type": "identify", "data": {"token": "x" * 3_000}})
        ready = listener.tell({"id": 2, "type": "identify", "data": {"token": tokens["access_token"]}})["data"]
        listener.command("history.get", channel="1")
    with Listener(chat, None, DEFLATE) as listener:
        at = {channel["channel"]: 0 for channel in ready["channels"]}
        resume = {"token": tokens["access_token"], "session_id": ready["session_id"], "epoch": ready["epoch"],
                  "me_seq": 0, "channels": at}
        assert listener.tell({"id": 3, "type": "resume", "data": resume})["type"] == "resumed"
    said = "\n".join(Listener.compressed)
    assert '"ready"' in said and '"resumed"' in said and "words of one's own" in said
    for token in (tokens["access_token"], tokens["refresh_token"]):
        for part in parts(token):
            assert part not in said
