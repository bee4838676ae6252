"""Tokens in cookies over TLS, with curl as the browser: it keeps the rules of the `__Host-` prefix (RFC 6265bis section
4.1.3.2) and of Secure by itself."""

import json
import subprocess

import certificate
import pytest
import requests

PASSWORD = "correct horse battery 7"
ACCESS, REFRESH = "__Host-access_token", "__Host-refresh_token"


class Curl:
    """One browser, with the cookies that it keeps in a file."""

    def __init__(self, server, trusted, jar):
        self.server, self.trusted, self.jar = server, trusted, jar
        jar.touch()

    def ask(self, method, path, body=None, origin=None, cookies=True, fields=()):
        """The status and the head of the answer."""
        command = ["curl", "-sS", "--cacert", self.trusted, "-i", "-X", method, "-o", "-", "-w", "\n%{http_code}"]
        if cookies:
            command += ["-b", self.jar, "-c", self.jar]
        for field in [*([f"Origin: {origin}"] if origin else []), *fields]:
            command += ["-H", field]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data", json.dumps(body)]
        told = subprocess.run([*command, f"{self.server.url}{path}"], capture_output=True, text=True, timeout=20)
        assert told.returncode == 0, told.stderr
        text, _, status = told.stdout.rpartition("\n")
        return int(status), text.split("\n\n", 1)[0]

    @property
    def kept(self):
        """The cookies of the jar: by name whether subdomains have it, the path, whether it is secure, and the value."""
        rows = {}
        for line in self.jar.read_text().splitlines():
            columns = line.split("\t")
            if len(columns) == 7:
                host, subdomains, path, secure, _, name, value = columns
                rows[name] = (host, subdomains, path, secure, value)
        return rows


@pytest.fixture
def server(start, folder):
    made, key = certificate.make(folder)
    server = start("--tls-cert", str(made), "--tls-key", str(key), cookies="on", rate_limits="off")
    server.certificate = made
    return server


@pytest.fixture
def curl(server, folder):
    curl = Curl(server, server.certificate, folder / "jar")
    status, _ = curl.ask("POST", "/api/v1/auth/register", {"username": "ann", "password": PASSWORD}, cookies=False)
    assert status == 201
    return curl


def log_in(curl):
    return curl.ask("POST", "/api/v1/auth/login", {"login": "ann", "password": PASSWORD, "cookie": True})


def test_a_browser_logs_in_calls_refreshes_and_logs_out(server, curl):
    status, head = log_in(curl)
    assert status == 200
    set_by = [line for line in head.splitlines() if line.lower().startswith("set-cookie:")]
    assert len(set_by) == 2
    for line in set_by:
        assert line.split(": ", 1)[1].startswith("__Host-")
        for word in ("; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"):
            assert word in line, line
        assert "domain" not in line.lower()
    first = curl.kept
    assert set(first) == {ACCESS, REFRESH}
    for host, subdomains, path, secure, value in first.values():
        assert (host, subdomains, path, secure) == ("#HttpOnly_127.0.0.1", "FALSE", "/", "TRUE") and value

    assert curl.ask("GET", "/api/v1/users/me")[0] == 200
    assert curl.ask("PATCH", "/api/v1/users/me", {"bio": "I am here."}, origin=server.url)[0] == 200

    assert curl.ask("POST", "/api/v1/auth/refresh", {"cookie": True}, origin=server.url)[0] == 200
    second = curl.kept
    assert set(second) == {ACCESS, REFRESH}
    assert second[REFRESH][-1] != first[REFRESH][-1] and second[ACCESS][-1] != first[ACCESS][-1]
    assert curl.ask("GET", "/api/v1/users/me")[0] == 200

    assert curl.ask("POST", "/api/v1/auth/logout", {}, origin=server.url)[0] == 204
    assert curl.ask("GET", "/api/v1/users/me")[0] == 401
    for name, row in second.items():
        stolen = (f"Cookie: {name}={row[-1]}",)
        assert curl.ask("GET", "/api/v1/users/me", cookies=False, fields=stolen)[0] == 401
        assert curl.ask("POST", "/api/v1/auth/refresh", {}, server.url, cookies=False, fields=stolen)[0] in (401, 422)


def test_a_browser_that_logs_out_forgets_them(server, curl):
    # Another client: curl 7.88 reads its file once more at the end, and keeps what it was told to forget.
    with requests.Session() as browser:
        browser.verify, browser.trust_env = str(server.certificate), False
        browser.headers["Origin"] = server.url
        login = {"login": "ann", "password": PASSWORD, "cookie": True}
        assert browser.post(f"{server.url}/api/v1/auth/login", json=login, timeout=20).status_code == 200
        assert set(browser.cookies.keys()) == {ACCESS, REFRESH}
        assert all(cookie.secure for cookie in browser.cookies)
        assert browser.get(f"{server.url}/api/v1/users/me", timeout=20).status_code == 200
        assert browser.post(f"{server.url}/api/v1/auth/logout", json={}, timeout=20).status_code == 204
        assert not browser.cookies.keys()
        assert browser.get(f"{server.url}/api/v1/users/me", timeout=20).status_code == 401


FOREIGN = ["https://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:{port}",
           "https://127.0.0.1:{port}.evil.example", "https://localhost:{port}", None]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_from_elsewhere_changes_nothing(server, curl, origin):
    assert log_in(curl)[0] == 200
    origin = origin and origin.format(port=server.port)
    kept = curl.kept
    assert curl.ask("PATCH", "/api/v1/users/me", {"bio": "mine"}, origin)[0] == 403
    assert curl.ask("POST", "/api/v1/auth/logout-all", {}, origin)[0] == 403
    # Their cookies count for nothing, as if they had not been sent.
    assert curl.ask("POST", "/api/v1/auth/refresh", {"cookie": True}, origin)[0] in (401, 403, 422)
    assert curl.ask("POST", "/api/v1/auth/logout", {}, origin)[0] in (401, 403)
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    if origin:
        assert curl.ask("GET", "/api/v1/ws", origin=origin, fields=upgrade)[0] == 403
    assert curl.kept == kept
    assert curl.ask("GET", "/api/v1/users/me")[0] == 200, "and its user is still logged in"


def test_names_without_the_prefix_count_for_nothing_over_tls(server, curl):
    assert log_in(curl)[0] == 200
    access, refresh = curl.kept[ACCESS][-1], curl.kept[REFRESH][-1]
    planted = (f"Cookie: access_token={access}; refresh_token={refresh}",)
    assert curl.ask("GET", "/api/v1/users/me", cookies=False, fields=planted)[0] == 401
    assert curl.ask("POST", "/api/v1/auth/refresh", {}, server.url, cookies=False, fields=planted)[0] in (401, 422)
    twice = (f"Cookie: {ACCESS}={access}; {ACCESS}=other",)
    assert curl.ask("GET", "/api/v1/users/me", cookies=False, fields=twice)[0] == 401
    named = (f"Cookie: {ACCESS}={access}",)
    assert curl.ask("GET", "/api/v1/users/me", cookies=False, fields=named)[0] == 200
