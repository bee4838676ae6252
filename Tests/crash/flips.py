"""One bit of each page of the data directory is flipped, and the server is started on it (row D12)."""

import collections
import concurrent.futures
import os
import random
import shutil
import subprocess

from files import call
from town import PASSWORD, expect, server

PAGE = 4_096
# What is another each time it is told.
VOLATILE = {
    "current", "last_seen_at", "last_used_at", "request_id", "server_time", "session_id", "token_expires_at",
    "uptime_s"}


def quiet(data):
    """A server that tells the same whenever it is asked: nobody is notified meanwhile."""
    return server(data, notification_delay_milliseconds=86_400_000)


def settle(town, host):
    """Something of every kind of thing, so that every table has rows; returns what is looked at, and by whom."""
    verb(host, "user", "role", "zoe", "superuser")
    account = {name: town.zoe[name] for name in ("username", "password")}
    zoe, channel = call(host, "POST", "/auth/login", body=account)[1]["access_token"], town.zoe["channel"]
    names = ["user0", "user1", "user2"]
    others = verb(host, "token", *names).split()
    ids = [call(host, "GET", "/users/me", token)[1]["id"] for token in others]

    def done(method, path, body=None, token=zoe):
        status, answer = call(host, method, path, token, body)
        expect(200 <= status < 300, f"{method} {path}: {status} {answer}")
        return answer

    for member in ids:
        done("PUT", f"/channels/{channel}/members/{member}")
    done("PATCH", f"/channels/{channel}", {"topic": "flowers " * 20, "description": "what there is " * 20})
    done("PATCH", "/users/me", {"display_name": "Zoë of the Flowers", "about": "about " * 30})
    for number in range(60):
        done("POST", f"/channels/{channel}/messages", {"text": f"@user0 {number} " + "words " * 40}, others[number % 3])
    for number in range(1, 20, 3):
        done("PUT", f"/channels/{channel}/messages/{number}/reactions/a", token=others[0])
        done("POST", f"/channels/{channel}/messages", {"text": "yes", "reply_to": number}, others[1])
        done("PUT", f"/channels/{channel}/messages/{number}/pin")
    for number in (2, 5, 8, 30, 31):
        done("DELETE", f"/channels/{channel}/messages/{number}")
    for number in (11, 14, 40):
        done("DELETE", f"/channels/{channel}/messages/{number}?scope=me", token=others[0])
    done("PUT", f"/channels/{channel}/read", {"message_number": 33}, others[0])
    done("POST", f"/channels/{channel}/invites", {"uses_max": 5})
    done("PUT", f"/users/{ids[2]}/block", token=others[1])
    looks = [(token, path.format(channel=channel, id=ids[0])) for token in (zoe, *others) for path in PROBES]
    looks += [(others[0], f"/channels/{channel}/messages/{number}") for number in range(1, 60, 5)]
    looks += [(zoe, path) for path in ADMIN_PROBES]
    return looks


WRONG_LOGIN = "login by another one"
PROBES = (
    "/users/me", "/users/{id}", "/channels", "/channels/{channel}", "/channels/{channel}/members",
    "/channels/{channel}/messages?limit=200", "/channels/{channel}/events?after_seq=0&limit=500",
    "/channels/{channel}/pins", "/channels/{channel}/state", "/channels/{channel}/messages/1/thread",
    "/users/me/blocks", "/roles", "/sync")
ADMIN_PROBES = ("/logs?limit=100", "/logs/verify", "/users?limit=100", "/auth/sessions")


def verb(host, *words):
    return subprocess.run(
        [host.binary, *words, "--data", str(host.data)], check=True, capture_output=True, text=True).stdout


def plain(value):
    """Without what is another each time."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if name not in VOLATILE}
    return [plain(member) for member in value] if isinstance(value, list) else value


def see(host, town, looks):
    """All answers, and whether zoe's password is right and another one is wrong."""
    seen = []
    for token, path in looks:
        status, answer = call(host, "GET", path, token)
        seen.append((path, status, plain(answer)))
    for password in (PASSWORD, "another one"):
        status, _ = call(host, "POST", "/auth/login", body={"username": "zoe", "password": password})
        seen.append((f"login by {password}", status, None))
    return seen


def words(answer):
    """What was said, in every message that is in an answer: what a checksum goes with."""
    if isinstance(answer, list):
        return {said for member in answer for said in words(member)}
    if not isinstance(answer, dict):
        return set()
    if "client_msg_id" in answer:
        return {tuple(str(answer.get(name)) for name in
                      ("channel", "message_number", "seq", "client_msg_id", "text", "created_at", "updated_at"))}
    return {said for member in answer.values() for said in words(member)}


def differences(truth, seen):
    """Of what is told: words that nobody said, other things that are not so, and what is refused that is there. An
    answer of 5xx says that something is broken."""
    said, values, refused = [], [], []
    every = {one for _, _, answer in truth for one in words(answer)}
    for (path, status, answer), (_, found, other) in zip(truth, seen):
        if found >= 500 or (found, other) == (status, answer):
            continue
        # What says whether the audit trail is whole is there to say that it is not.
        is_noticed = found >= 300 or path == "/logs/verify"
        is_false = path == WRONG_LOGIN or not words(other) <= every
        kind = refused if is_noticed else said if is_false else values
        kind.append(f"{path}: {status} became {found}")
    return said, values, refused


def judge(source, looks, truth, place, name, offset, bit):
    town = source.copied(place)
    path = town.data / name
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))
    host = quiet(town.data)
    verdict = subprocess.run([host.binary, "verify", str(town.data)], capture_output=True, text=True)
    is_verified = verdict.returncode == 0
    try:
        host.start()
    except AssertionError:
        return "no start", is_verified, []
    try:
        said, values, refused = differences(truth, see(host, town, looks))
        kind = "false" if said else "with another value" if values else "refused" if refused else "whole"
        return kind, is_verified, said or values or refused
    except OSError as error:
        return "ended", is_verified, [str(error)]
    finally:
        host.kill()
        shutil.rmtree(town.folder)


# Not read, or made anew.
PASSED_OVER = ("reserve", "confab.lock", "search.db", "confab.db-shm")
# Of the log of a server that was killed, which has hundreds of them.
LOG_PAGES = 60


def targets(source, count, chance, only=()):
    """A bit of each page of each file, or of those named, as (file, page, offset, bit)."""
    pages = []
    for path in sorted(source.data.rglob("*")):
        name = str(path.relative_to(source.data))
        if path.is_file() and not name.startswith(PASSED_OVER) and (name in only or not only):
            size = path.stat().st_size
            pages += [(name, page, min(PAGE, size - page * PAGE)) for page in range(-(-size // PAGE))]
    some = sorted(chance.sample(pages, min(count or len(pages), len(pages))))
    return [(name, page, page * PAGE + chance.randrange(length), chance.randrange(8)) for name, page, length in some]


def flips(run, count):
    """Every page once, or `count` of them, of what a server left that was stopped, and pages of the log of one that was
    killed: nobody is shown what is not so, no wrong password is right, and `confab verify` finds what is in either."""
    source = run.town()
    host = quiet(source.data)
    host.start()
    try:
        looks = settle(source, host)
        killed = source.copied(run.place())
    finally:
        host.terminate()
    truths = []
    for town in (source, source, killed):
        town = town.copied(run.place())
        host = quiet(town.data)
        host.start()
        truths.append(see(host, town, looks))
        host.kill()
    for other in truths[1:]:
        expect(truths[0] == other, f"the truth is not always the same: {differences(truths[0], other)}")
    for path, status, _ in truths[0]:
        expect(status < 300 or path == WRONG_LOGIN or "/messages/" in path, f"{path} answers {status}")
    chance = random.Random(run.seed)
    jobs, bad, tally = [], [], collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for end, town, number, only in (
                ("stopped", source, count and count // 2, ()),
                ("killed", killed, count // 2 if count else LOG_PAGES, ("confab.db-wal", "confab.running"))):
            jobs += [(end, *target, pool.submit(judge, town, looks, truths[0], run.place(), target[0], *target[2:]))
                     for target in targets(town, number, chance, only)]
        for end, name, page, offset, bit, job in jobs:
            kind, is_verified, what = job.result()
            part = name.split("/")[0].replace("confab.", "")
            tally[f"{part}: {kind}" + (", not found by verify" if is_verified else "")] += 1
            is_held = name.startswith(("confab.db", "keys/")) or name.endswith(".key")
            if kind in ("false", "with another value") or is_held and is_verified:
                bad.append((end, name, page, offset, bit, kind, what[:2], is_verified))
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(tally.items()))
    expect(not bad, f"of {len(jobs)} bits: {told}; {bad[:5]}")
    expect(sum(number for kind, number in tally.items() if "not found" not in kind) > 0, f"nothing was found: {told}")
    return f"{len(jobs)} bits: {told}", len(jobs), run.acks_min
