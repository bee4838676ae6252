"""The server's numbers and the files that go with them, read by Prometheus' own tool and held against each other."""

import json
import re
import subprocess
import urllib.error
import urllib.request

import pytest

from chat import Chat, Member
from server import ROOT, Server

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def promtool():
    return subprocess.run([ROOT / "scripts" / "promtool"], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One in which something has happened: people, messages, refusals of both doors, a route that was asked."""
    server = Server(tmp_path_factory.mktemp("operator") / "data", rate_limits="off")
    server.start()
    chat = Chat(server.url)
    with Member(chat, "ann") as ann:
        for index in range(20):
            ann.command("message.send", channel=chat.channel, client_msg_id=str(index), text="hi")
        with pytest.raises(Exception):
            ann.command("message.send", channel="1_999999", client_msg_id="x", text="hi")
    fetch(server, "/api/v1/none", status=404)
    yield server
    server.kill()


def fetch(server, path, status=200, **fields):
    request = urllib.request.Request(server.url + path, headers={k.replace("_", "-"): v for k, v in fields.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == status
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        assert error.code == status, error
        return ""


def test_promtool_finds_no_fault_in_the_numbers(server, promtool):
    text = fetch(server, "/metrics")
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    # It would find one.
    faulty = text.replace("# TYPE confab_messages_total counter", "# TYPE confab_messages_total gauge")
    checked = subprocess.run([promtool, "check", "metrics"], input=faulty, capture_output=True, text=True)
    assert "confab_messages_total" in checked.stdout + checked.stderr


def test_no_number_is_told_twice(server):
    names = [line.rsplit(" ", 1)[0] for line in fetch(server, "/metrics").splitlines() if line[:1] != "#"]
    assert len(names) > 100
    assert len(names) == len(set(names))


def test_the_example_rules_and_configuration_are_good(promtool):
    for words in [
        ("check", "rules", "confab.rules.yml"), ("check", "config", "prometheus.yml"),
        ("test", "rules", "confab.rules.test.yml"),
    ]:
        done = subprocess.run([promtool, *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def metrics(text):
    """Names of this server in expressions."""
    return set(re.findall(r"\b(?:confab|process)_[a-z_]+", text))


def known(server):
    names = re.findall(r"^# TYPE (\S+) (\S+)$", fetch(server, "/metrics"), re.M)
    found = set()
    for name, kind in names:
        found |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    # Told as soon as there is one.
    return found | {"confab_jobs", "confab_jobs_tried_total"}


def test_what_the_alerts_look_at_is_told(server):
    rules = (DEPLOY / "prometheus" / "confab.rules.yml").read_text()
    assert len(metrics(rules)) > 12
    assert metrics(rules) - known(server) == set()


def test_the_dashboard_has_the_form_of_grafana_and_shows_what_is_told(server):
    dashboard = json.loads((DEPLOY / "grafana" / "confab.json").read_text())
    assert dashboard["schemaVersion"] >= 36 and dashboard["uid"] == "confab" and dashboard["title"]
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids)) >= 12
    places = set()
    for panel in dashboard["panels"]:
        assert panel["title"] and panel["description"] and panel["type"] and panel["fieldConfig"]["defaults"]["unit"]
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24 and (place["x"], place["y"]) not in places
        places.add((place["x"], place["y"]))
        references = [target["refId"] for target in panel["targets"]]
        assert references and len(references) == len(set(references))
        for target in panel["targets"]:
            assert metrics(target["expr"]) and metrics(target["expr"]) - known(server) == set(), target["expr"]
            used = set(re.findall(r"\$\{?(\w+)", json.dumps(target)))
            assert used <= variables | {"__rate_interval"}, used


def test_who_comes_from_elsewhere_needs_a_key(promtool, tmp_path):
    server = Server(tmp_path / "data", dev=False, scrypt_log_n="17", trusted_proxies="127.0.0.1",
                    admin_username="root", admin_password="correct horse battery 7")
    server.start()
    try:
        assert "confab_sockets" in fetch(server, "/metrics")
        away = {"X_Forwarded_For": "203.0.113.7"}
        fetch(server, "/metrics", status=401, **away)
        token = post(server, "/api/v1/auth/login", {"login": "root", "password": "correct horse battery 7"})
        token = token["access_token"]
        assert "confab_sockets" in fetch(server, "/metrics", Authorization=f"Bearer {token}", **away)
        for scope, status in [("metrics", 200), ("mint", 403)]:
            key = post(server, "/api/v1/admin/api-keys", {"name": scope, "scopes": [scope]}, token)["key"]
            fetch(server, "/metrics", status=status, X_API_Key=key, **away)
            fetch(server, "/metrics", status=status, Authorization=f"Bearer {key}", **away)
    finally:
        server.kill()


def post(server, path, body, token=None):
    fields = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(server.url + path, json.dumps(body).encode(), fields)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
