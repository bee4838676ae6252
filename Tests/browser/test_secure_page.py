"""The chat page over https, whose socket is then wss."""

import certificate
import pytest
from server import Server
from window import Window

PASSWORD = "correct horse battery 7"


@pytest.fixture
def server(tmp_path):
    files = certificate.make(tmp_path)
    server = Server(tmp_path / "data", "--tls-cert", str(files[0]), "--tls-key", str(files[1]))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def people(browser, server):
    people = []
    for name in ("ann", "bob"):
        people.append(Window(browser, server.url, ignore_https_errors=True))
        people[-1].register(name, PASSWORD)
        people[-1].expect_connected()
    yield people
    for window in people:
        window.close()


def test_two_windows_chat_and_resume_over_tls(server, people):
    ann, bob = people
    assert server.url.startswith("https:")
    ann.open_chat_with("bob")
    ann.say("Hello bob")
    bob.choose("ann")
    bob.expect_messages(["Hello bob"])
    bob.say("grüße, 世界")
    ann.expect_messages(["Hello bob", "grüße, 世界"])

    server.kill()
    for window in people:
        window.expect_cut_off()
    ann.say("Written while the server was away")
    ann.expect_waiting(1)
    server.start()
    said = ["Hello bob", "grüße, 世界", "Written while the server was away"]
    for window in people:
        window.expect_messages(said)

    bob.page.reload()
    bob.expect_connected()
    bob.expect_messages(said)
    for window in people:
        window.expect_clean()
