"""Letters go over TLS to a mail server that is known by its certificate, and to no other is anything said."""

import contextlib
import json
import queue

import pytest

from certificate import make
from post_office import PostOffice
from raw import request

WAYS = ["starttls", "implicit"]


@pytest.fixture
def office(tmp_path):
    with contextlib.ExitStack() as stack:
        def open_office(way, **named):
            folder = tmp_path / f"office{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            certificate = make(folder, **named)
            office = PostOffice(certificate, implicit=way == "implicit")
            office.certificate = certificate[0]
            stack.callback(office.close)
            return office

        yield open_office


def ask_for_letter(start, office, way, host="127.0.0.1", **settings):
    """A new user is sent a letter with a link."""
    server = start(smtp_url=office.url(host), smtp_tls=way, smtp_from="chat@example.org", smtp_user="chat",
                   smtp_password="a mail password", rate_limits="off", **settings)
    account = {"username": "ann", "email": "ann@example.net", "password": "correct horse battery"}
    assert request(server, "POST", "/api/v1/auth/register", json.dumps(account).encode()).status == 201
    return server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("setting", ["smtp_ca", "outside_ca"])
@pytest.mark.parametrize("way", WAYS)
def test_a_letter_and_the_password_go_to_a_server_that_is_trusted(start, office, way, setting, host):
    there = office(way)
    ask_for_letter(start, there, way, host, **{setting: there.certificate})
    letter = there.letters.get(timeout=20)
    assert (letter["mail"], letter["rcpt"]) == ("chat@example.org", "ann@example.net")
    assert letter["auth"] == ["chat", "a mail password"]
    assert "To: <ann@example.net>" in letter["content"]
    assert there.ended.get(timeout=20) is None
    # Before the connection is secure, nothing but the wish to have it so.
    assert [line.split(b" ")[0] for line in there.plain] == ([] if way == "implicit" else [b"EHLO", b"STARTTLS"])


def held(office, server):
    """That a connection came and ended without a letter, or a word of one."""
    assert office.ended.get(timeout=20) is not None
    assert office.letters.empty()
    assert not [line for line in office.plain if line.split(b" ")[0] not in (b"EHLO", b"STARTTLS")], office.plain
    assert request(server, "GET", "/health").status == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_nobody_knows_is_told_nothing(start, office, way):
    there = office(way)
    held(there, ask_for_letter(start, there, way))


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_another_authority_stands_for_is_told_nothing(start, office, way):
    there, other = office(way), office(way)
    held(there, ask_for_letter(start, there, way, smtp_ca=other.certificate, outside_ca=there.certificate))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("names", ["DNS:mail.example.org", "DNS:localhost", "IP:127.0.0.2"])
def test_a_server_whose_certificate_has_another_name_is_told_nothing(start, office, way, names):
    there = office(way, names=names)
    held(there, ask_for_letter(start, there, way, smtp_ca=there.certificate))


def test_a_file_of_certificates_that_is_not_there_lets_nothing_out(start, office, tmp_path):
    there = office("implicit")
    server = ask_for_letter(start, there, "implicit", smtp_ca=tmp_path / "nowhere.pem")
    with pytest.raises(queue.Empty):
        there.letters.get(timeout=2)
    assert there.plain == [] and request(server, "GET", "/health").status == 200
