"""Files of contacts: written by programs nobody here wrote, and made to do harm."""

import csv
import io
import json
import time

import pytest
import requests
import vobject

SECONDS = 60


@pytest.fixture
def headers(chat, server):
    headers = {"Authorization": f"Bearer {chat.tokens['ann']}"}
    yield headers
    requests.delete(f"{server.url}/api/v1/contacts", headers=headers)


def send(server, headers, file, kind="text/csv", query=""):
    return requests.post(
        f"{server.url}/api/v1/contacts/import{query}", data=file, headers=headers | {"Content-Type": kind})


def ended(server, headers, answer):
    assert answer.status_code == 202, answer.text
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        job = requests.get(server.url + answer.headers["Location"], headers=headers).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"it does not end: {job}")


def contacts(server, headers):
    return requests.get(f"{server.url}/api/v1/contacts?limit=200", headers=headers).json()["items"]


def test_what_python_writes_as_csv_is_read(server, headers):
    people = [('Ann "A" Bell', "ann@example.org", "+4930123456"), ("Line\nbreak, too", "b@example.org", ""),
              ("Ünï;cødé", "c@example.org", "")]
    for dialect in ("excel", "excel-tab", "unix"):
        file = io.StringIO()
        writer = csv.writer(file, dialect)
        writer.writerow(["Full name", "E-mail", "Mobile"])
        writer.writerows(people)
        job = ended(server, headers, send(server, headers, file.getvalue().encode()))
        assert job["result"]["failed"] == 0 and job["errors"] == [], dialect
    found = contacts(server, headers)
    assert [contact["name"] for contact in found] == ['Ann "A" Bell', "Line break, too", "Ünï;cødé"]
    assert found[0]["phones"] == ["+4930123456"]


def test_what_vobject_writes_as_cards_is_read(server, headers):
    cards = []
    for number in range(20):
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=f"Bell; {number}", given="Ann")
        card.add("fn").value = f"Ann Bell, {number} " + "long " * 20
        card.add("email").value = f"card{number}@example.org"
        card.add("tel").value = f"+49 30 55{number:04}"
        card.add("note").value = "several\nlines, and; signs"
        cards.append(card.serialize())
    job = ended(server, headers, send(server, headers, "".join(cards).encode(), "text/vcard"))
    assert job["result"]["added"] == 20 and job["errors"] == []
    found = contacts(server, headers)
    assert found[7]["name"] == ("Ann Bell, 7 " + "long " * 20).strip()
    assert found[7]["email"] == "card7@example.org" and found[7]["phone"] == "+49305500" + "07"


HARM = {
    "NULs": b"name,email\n" + bytes(1000) + b",a@example.org\nGood,good@example.org\n",
    "one field of a megabyte": b"name,email\n" + b"x" * (1 << 20) + b",a@example.org\nGood,good@example.org\n",
    "a million columns in a row": b"name,email\n" + b"," * 1_000_000 + b"\nGood,good@example.org\n",
    "a quote that is never closed": b'name,email\n"open,a@example.org\nGood,good@example.org\n',
    "quotes in every line": b"name,email\n" + b'"open,a@example.org\n' * 2001 + b"Good,good@example.org\n",
    "no UTF-8": b"name,email\n\xff\xfe\xfd,a@example.org\nGood,good@example.org\n",
    "formulas": b'name,email\n"=cmd|\'/c calc\'!A1",=1@example\nGood,good@example.org\n',
}


@pytest.mark.parametrize("what", HARM)
def test_harm_costs_its_row_and_no_other(server, headers, what):
    job = ended(server, headers, send(server, headers, HARM[what]))
    assert job["state"] == "done" and job["result"]["failed"] >= 1
    assert job["errors"] and all(error["row"] >= 2 and error["code"] and error["detail"] for error in job["errors"])
    assert len(job["errors"]) <= 1000
    assert "good@example.org" in [contact["email"] for contact in contacts(server, headers)]


@pytest.mark.parametrize("file, kind, code", [
    (b"", "text/csv", "empty"),
    ("name,email\na,a@example.org\n".encode("utf-16"), "text/csv", "unsupported_encoding"),
    ("name,email\na,a@example.org\n".encode("utf-16-be"), "text/csv", "unsupported_encoding"),
    (b"," * 1_000_000, "text/csv", "too_many_columns"),
    (b"PK\x03\x04" + bytes(range(256)) * 100, "application/octet-stream", None),
    (b'{"contacts":' * 100_000, "application/json", None),
    (b"[" * 1_000_000, "application/json", None),
    (b'"' * 1_000_000, "text/csv", None),
])
def test_what_is_no_file_of_contacts_is_refused_or_fails_in_words(server, headers, file, kind, code):
    answer = send(server, headers, file, kind)
    if answer.status_code == 202:
        job = ended(server, headers, answer)
        assert job["errors"] and not contacts(server, headers)
        return
    assert answer.status_code == 422, answer.text
    assert code in (None, answer.json()["errors"][0]["code"])


def test_a_cancelled_import_stops_and_says_so(server, headers):
    rows = "".join(f"Person {number},person{number}@example.org\n" for number in range(20_000))
    answer = send(server, headers, ("name,email\n" + rows).encode())
    place = server.url + answer.headers["Location"]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and requests.get(place, headers=headers).json()["progress"]["done"] == 0:
        time.sleep(0.02)
    job = requests.delete(place, headers=headers).json()
    assert job["state"] == "cancelled"
    # Nothing is taken in once that is answered.
    taken = requests.get(f"{server.url}/api/v1/contacts?limit=1&q=person19999@", headers=headers).json()
    assert json.dumps(taken).find("person19999@") < 0
    assert requests.get(place, headers=headers).json()["progress"]["done"] < 20_000
