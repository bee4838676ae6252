"""What is planned for later, and what ends by itself, while the clock on the wall is set (row O10)."""

import collections
import threading
import time
import urllib.error
import urllib.request

import files
from files import call
# Before the harness, to which it knows the way.
from town import PASSWORD, expect
from post_office import PostOffice  # noqa: E402

DAY = 86_400


class Letters:
    """Letters of new users, each a durable job. The mail server turns each away when it comes first, so that it has to
    be tried again, and then takes its time. Meanwhile the clock leaps further than the lease of a job, and the next job
    is looked for: whoever took the slow one for dead would bring its letter once more."""

    # A job is tried again after at most five seconds, and later when the clock was set back meanwhile.
    SECONDS = 40
    HOUR = 3_600

    def __init__(self, slow_seconds=1):
        self.slow_seconds = slow_seconds
        self.lock, self.came, self.slow = threading.Lock(), collections.Counter(), set()
        # To whom, and how often each has to be tried.
        self.asked = {}
        self.office = PostOffice(judge=self._judge)

    @property
    def settings(self):
        return {"smtp_url": self.office.url(), "smtp_tls": "none", "smtp_from": "chat@example.org"}

    def _judge(self, letter):
        address = letter["rcpt"]
        with self.lock:
            self.came[address] += 1
            if self.asked.get(address) == 1:
                return "250 taken"
            if self.came[address] == 1:
                return "451 come again"
            self.slow.add(address)
        time.sleep(self.slow_seconds)
        with self.lock:
            self.slow.discard(address)
        return "250 taken"

    def ask(self, host, tries=2):
        """One more new user, to be told of by a letter."""
        name = f"reader{len(self.asked)}"
        account = {"username": name, "email": f"{name}@example.net", "password": PASSWORD}
        with self.lock:
            self.asked[account["email"]] = tries
        status, answer = call(host, "POST", "/auth/register", body=account)
        expect(status == 201, f"registering answers {status} {answer}")

    def end(self, host, wall):
        """All have come, each as often as it had to; how many, and how often the clock leapt beside a slow one."""
        leaps, end = 0, time.monotonic() + self.SECONDS
        while self.office.letters.qsize() < len(self.asked):
            expect(time.monotonic() < end, f"of {self.asked} only these were tried: {self.came}")
            if self.slow and leaps < 2:
                wall.ahead(self.HOUR)
                self.ask(host, tries=1)
                time.sleep(0.3)
                wall.ahead(0)
                leaps += 1
            time.sleep(0.02)
        self.office.close()
        expect(self.came == self.asked, f"letters were to be tried {self.asked} and were {dict(self.came)}")
        expect(leaps > 0, "the clock did not leap while a letter was brought")
        return len(self.asked), leaps


def status_of(method, url, fields=None, data=None):
    try:
        with urllib.request.urlopen(
                urllib.request.Request(url, method=method, headers=fields or {}, data=data), timeout=30) as answer:
            answer.read()
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        error.read()
        return error.code, error.headers


def expiries(host, town, wall):
    """A link and an upload that is not whole end by the clock on the wall, and by nothing else."""
    account = {"username": town.zoe["username"], "password": PASSWORD}

    def fields(**more):
        # What was signed in another time may not hold in this one.
        token = call(host, "POST", "/auth/login", body=account)[1]["access_token"]
        return {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): str(value) for name, value in more.items()}

    def uploads(method, url, data=None, **more):
        return status_of(method, url, fields(**more), data)

    wall.ahead(0)
    _, answer = uploads("POST", host.url + "/api/v1/files/uploads", b"", Upload_Length=4)
    place = host.url + answer["Location"]
    token = fields()["Authorization"].split()[1]
    file = files.upload(host, token, b"content")
    status, link = call(host, "POST", f"/files/{file}/link", token, {"expires_in": 600})
    expect(status in (200, 201), f"a link answers {status} {link}")
    url = host.url + "/api/v1" + link["url"].split("/api/v1")[1]
    for ahead, wanted in ((0, 200), (-DAY, 200), (540, 200), (660, 404), (0, 200), (700, 404)):
        wall.ahead(ahead)
        status, _ = status_of("GET", url)
        expect(status == wanted, f"a link for 600 s answers {status}, at {ahead} s ahead")
    # An upload is kept for a day after its last piece.
    for ahead, wanted, offset, grows in (
            (-DAY, 200, "0", False), (DAY / 2, 200, "0", True), (-3_600, 200, "1", True), (DAY / 2, 200, "2", False),
            (DAY, 404, None, False)):
        wall.ahead(ahead)
        status, answer = uploads("HEAD", place)
        expect((status, answer["Upload-Offset"]) == (wanted, offset), f"an upload answers {status} at {ahead} s ahead")
        if grows:
            status, _ = uploads(
                "PATCH", place, b"x", Upload_Offset=offset, Content_Type="application/offset+octet-stream")
            expect(status == 204, f"a piece answers {status} at {ahead} s ahead")
    wall.ahead(0)
