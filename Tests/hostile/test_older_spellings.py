"""The command lines that people have in their notes from the systems they come from: only host and port are others, and
each answers in the shape that its own documents show."""

import json
import re
import shlex
import subprocess

import pytest


@pytest.fixture(scope="module")
def curl(server):
    def curl(line, status, token=None):
        """Runs a line of curl as it stands in the documents; gives the JSON of the answer."""
        line = re.sub(r"http://(localhost|127\.0\.0\.1):\d+", server.url, line)
        line = re.sub(r"<[a-z_-]*token>", token or "", line)
        words = shlex.split(line.replace("\\\n", " "))
        assert words[0] == "curl"
        done = subprocess.run(
            ["curl", "-sS", "-D", "-", *words[1:]], capture_output=True, text=True, timeout=30, check=True
        )
        head, body = done.stdout.replace("\r\n", "\n").split("\n\n", 1)
        assert int(head.split()[1]) == status, done.stdout
        curl.headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in head.split("\n"))}
        return json.loads(body) if body else None

    return curl


def expect_deprecated(curl, successor):
    assert re.fullmatch(r"@\d+", curl.headers["deprecation"])
    assert curl.headers["link"] == f'<{successor}>; rel="successor-version"'


# The three services of one system: health on each of its ports.
@pytest.mark.parametrize("port", [8001, 8002, 8003])
def test_each_service_is_healthy(curl, port):
    health = curl(f"curl http://localhost:{port}/health/", 200)
    assert list(health)[:3] == ["status", "service", "version"]
    assert health["status"] == "healthy"


def test_a_user_registers_with_the_services(curl):
    pair = curl(
        """curl -X POST http://localhost:8001/api/v1/register/ \\
  -H "Content-Type: application/json" \\
  -d '{"username":"testuser","email":"test@example.com","password":"testpass123"}'""",
        201,
    )
    assert {"user", "access_token", "refresh_token", "token_type", "expires_in"} <= set(pair)
    expect_deprecated(curl, "/api/v1/auth/register")


# The user service in six steps; its user is another than the one above.
REGISTER = (
    """curl -X POST -H "Content-Type: application/json" -d '{"username": "flaskuser", "email": "flask@example.com", """
    """"password": "testpass"}' http://127.0.0.1:5000/api/register"""
)
LOGIN = (
    """curl -X POST -H "Content-Type: application/json" -d '{"username": "flaskuser", "password": "testpass"}' """
    """http://127.0.0.1:5000/api/login"""
)


def test_the_user_service_says_hello(curl):
    assert list(curl("curl http://127.0.0.1:5000/api/test", 200)) == ["message"]


@pytest.fixture(scope="module")
def flask(curl):
    """The id and the token of a user of that service."""
    person = curl(REGISTER, 201)
    assert list(person) == ["id", "username", "email"]
    assert isinstance(person["id"], int)
    assert (person["username"], person["email"]) == ("flaskuser", "flask@example.com")
    expect_deprecated(curl, "/api/v1/auth/register")
    login = curl(LOGIN, 200)
    assert list(login) == ["access_token"]
    return person["id"], login["access_token"]


def test_the_user_service_refuses_in_its_own_words(curl, flask):
    assert curl(REGISTER, 400)["error"] == "Username already exists"
    other = REGISTER.replace('"username": "flaskuser"', '"username": "other"')
    assert curl(other, 400)["error"] == "Email already exists"
    missing = REGISTER.replace('"email": "flask@example.com", ', "")
    assert curl(missing, 400)["error"] == "Username, email, and password are required"
    assert curl(LOGIN.replace("testpass", "wrong"), 401)["error"] == "Invalid credentials"
    assert curl.headers["www-authenticate"].startswith("Bearer")
    missing = LOGIN.replace(', "password": "testpass"', "")
    assert curl(missing, 400)["error"] == "Username and password are required"


def test_the_user_service_lists_shows_changes_and_deletes(curl, flask):
    number, token = flask
    people = curl('curl -H "Authorization: Bearer <your-access-token>" http://127.0.0.1:5000/api/users', 200, token)
    assert isinstance(people, list)
    assert {"id": number, "username": "flaskuser", "email": "flask@example.com"} in people
    expect_deprecated(curl, "/api/v1/users")
    line = f'curl -H "Authorization: Bearer <your-access-token>" http://127.0.0.1:5000/api/users/{number}'
    assert curl(line, 200, token) == {"id": number, "username": "flaskuser", "email": "flask@example.com"}
    changed = curl(
        """curl -X PUT -H "Authorization: Bearer <your-access-token>" -H "Content-Type: application/json" """
        f"""-d '{{"username": "updateduser"}}' http://127.0.0.1:5000/api/users/{number}""",
        200,
        token,
    )
    assert changed == {"id": number, "username": "updateduser", "email": "flask@example.com"}
    line = f'curl -X DELETE -H "Authorization: Bearer <your-access-token>" http://127.0.0.1:5000/api/users/{number}'
    assert curl(line, 200, token) == {"message": "User deleted successfully"}
    curl(line, 401, token)


# The Django user service: pairs named refresh and access.
def test_the_django_service_signs_up_logs_in_and_out(curl):
    body = """-H "Content-Type: application/json" -d '{"email": "d@example.com", "password": "testpass"}'"""
    pair = curl(f"curl -X POST {body} http://localhost:8000/api/users/signup/", 201)
    assert set(pair) == {"refresh", "access"}
    again = curl(f"curl -X POST {body} http://localhost:8000/api/users/signup/", 400)
    assert again["error"] == "There is already a registered user with this email"
    pair = curl(f"curl -X POST {body} http://localhost:8000/api/users/login/", 200)
    assert set(pair) == {"refresh", "access"}
    out = f"""-H "Content-Type: application/json" -d '{{"refresh": "{pair["refresh"]}"}}'"""
    assert curl(f"curl -X POST {out} http://localhost:8000/api/users/logout/", 200) == "Success"
    curl('curl -H "Authorization: Bearer <token>" http://localhost:8000/api/v1/users/me', 401, pair["access"])


# The chat with its JWT prefix.
def test_the_chat_service_gives_renews_and_verifies_a_token(curl):
    body = """-H "Content-Type: application/json" -d '{"username": "chatter", "password": "testpass"}'"""
    curl(f"curl -X POST {body} http://localhost:8000/api/v1/register/", 201)
    answer = curl(f"curl -X POST {body} http://localhost:8000/api-token-auth/", 200)
    assert list(answer) == ["token"]
    profile = curl('curl -H "Authorization: JWT <token>" http://localhost:8000/api/v1/profile/', 200, answer["token"])
    assert profile["username"] == "chatter"
    sent = f"""-H "Content-Type: application/json" -d '{{"token": "{answer["token"]}"}}'"""
    renewed = curl(f"curl -X POST {sent} http://localhost:8000/api-token-refresh/", 200)
    assert list(renewed) == ["token"]
    assert renewed["token"] != answer["token"]
    sent = f"""-H "Content-Type: application/json" -d '{{"token": "{renewed["token"]}"}}'"""
    assert curl(f"curl -X POST {sent} http://localhost:8000/api-token-verify/", 200)["valid"] is True
    wrong = """-H "Content-Type: application/json" -d '{"token": "none"}'"""
    curl(f"curl -X POST {wrong} http://localhost:8000/api-token-refresh/", 401)
    curl(f"curl -X POST {wrong} http://localhost:8000/api-token-verify/", 401)


def test_the_chat_service_changes_and_resets_passwords_and_takes_phones(curl):
    body = """-H "Content-Type: application/json" -d '{"username": "setter", "password": "testpass"}'"""
    token = curl(f"curl -X POST {body} http://localhost:8000/api/v1/register/", 201)["access_token"]
    bearer = '-H "Authorization: JWT <token>" -H "Content-Type: application/json"'
    change = """-d '{"old_password": "testpass", "password": "another one"}'"""
    curl(f"curl -X POST {bearer} {change} http://localhost:8000/password-set/", 204, token)
    ask = """-H "Content-Type: application/json" -d '{"login": "setter"}'"""
    curl(f"curl -X POST {ask} http://localhost:8000/password-reset/", 202)
    phone = """-H "Content-Type: application/json" -d '{"phone": "+491701234567"}'"""
    curl(f"curl -X POST {phone} http://localhost:8000/phone-auth/", 202)
    wrong = """-H "Content-Type: application/json" -d '{"phone": "+491701234567", "code": "000000"}'"""
    curl(f"curl -X POST {wrong} http://localhost:8000/phone-auth/", 401)


@pytest.fixture(scope="module")
def teaching(server):
    """The token of somebody who may teach."""
    users = server.data.parent / "teachers.jsonl"
    users.write_text(json.dumps({"username": "educator", "role": "instructor"}) + "\n")
    for words in (["user", "import", str(users), "--dev"], ["token", "educator"]):
        done = subprocess.run([server.binary, *words, "--data", str(server.data)], check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


# The education service: the line that its documents print, and each of the endpoints that they list.
def test_the_education_service_lists_its_courses_to_anybody(curl):
    assert curl("curl http://localhost:8003/api/v1/courses/", 200)["items"] == []


def test_the_education_service_has_all_of_its_endpoints(curl, teaching):
    bearer = '-H "Authorization: Bearer <token>" -H "Content-Type: application/json"'
    base = "http://localhost:8003/api/v1"
    made = curl(f"""curl -X POST {bearer} -d '{{"title":"Python Basics"}}' {base}/courses/create/""", 201, teaching)
    expect_deprecated(curl, "/api/v1/courses")
    course = made["id"]
    lesson = curl(f"""curl -X POST {bearer} -d '{{"title":"One","state":"published"}}' {base}/courses/{course}/lessons/""",
                  201, teaching)
    curl(f"""curl -X PATCH {bearer} -d '{{"state":"published"}}' {base}/courses/{course}/""", 200, teaching)
    assert [item["id"] for item in curl("curl http://localhost:8003/api/v1/courses/", 200)["items"]] == [course]
    assert curl(f"curl {base}/courses/{course}/", 200)["title"] == "Python Basics"
    assert [item["id"] for item in curl(f"curl {base}/courses/{course}/lessons/", 200)["items"]] == [lesson["id"]]
    body = """-H "Content-Type: application/json" -d '{"username": "learner", "password": "testpass"}'"""
    student = curl(f"curl -X POST {body} http://localhost:8001/api/v1/register/", 201)["access_token"]
    curl(f"curl -X POST {bearer} {base}/enroll/{course}/", 401, "none")
    assert curl(f"curl -X POST {bearer} {base}/enroll/{course}/", 201, student)["enrolled"] is True
    assert curl(f"curl -X POST {bearer} {base}/enroll/{course}/", 200, student)["enrolled"] is True
    assert curl(f"curl {bearer} {base}/progress/", 200, student)["courses"][0]["course"] == course
    curl(f"curl {bearer} {base}/analytics/", 403, student)
    report = curl(f"curl {bearer} {base}/analytics/", 200, teaching)["items"][0]
    assert (report["course"], report["enrolled"]) == (course, 1)
    popular = curl(f"curl '{base}/courses/popular?window=30d'", 200)["items"]
    assert [item["course"]["id"] for item in popular] == [course]
    assert curl("curl http://localhost:8003/health/", 200)["service"]
