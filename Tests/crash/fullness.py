"""Disks that are full when a server starts, stops or makes a backup (rows D06, D16)."""

import http.client
import os
import pathlib
import re
import subprocess
import uuid

from disks import MEGABYTE, fill, host_refuses, is_ready, loaded, small_disk
from files import call
from kills import strace
from town import expect, lines, server, wait_until


def say(host, town, key, text):
    return call(host, "POST", f"/channels/{town.zoe['channel']}/messages", town.zoe["token"],
                {"text": text, "client_msg_id": key})


def restarts(run, count):
    """On a disk without room for a byte a server starts, shows everything, answers retries as it did before and refuses
    the rest; room brings all back, without another start. `count` times over, killed and stopped by turns."""
    source, starts, refusals = run.town(), 0, 0
    with small_disk(run.place(), "48m") as disk:
        town = source.copied(disk / "town")
        town.history = source.history
        host = server(town.data)
        # On a disk of their own: why a server does not start could not be written to this one.
        host.words = source.folder / "words"
        keys = [str(uuid.uuid4()) for _ in range(20)]
        filler = disk / "filler"
        try:
            with loaded(run, town=town) as (_, first, load):
                for number, key in enumerate(keys, 1):
                    status, answer = say(first, town, key, f"{number}")
                    expect(status == 201 and answer["message_number"] == number, f"{status} {answer}")
                load.end(run.acks_min)
            # What was held back is room for a start, when somebody else has taken all the rest.
            fill(filler)
            for number in range(2 * count):
                host.start()
                refusals += refuses_and_remembers(host, town, keys, has_room=number == 0)
                fill(filler)
                refusals += refuses_and_remembers(host, town, keys, has_room=False)
                host.kill()
                fill(filler)
                host.start()
                # Stopping in order may leave some room behind, which is gone before the next start as well.
                expect(host.terminate() == 0, "a server does not stop on a full disk")
                fill(filler)
                starts += 2
            host.start()
            refusals += refuses_and_remembers(host, town, keys, has_room=False)
            os.unlink(filler)
            wait_until(lambda: not host_refuses(host, town.zoe["channel"], town.zoe["token"]), 5, "room did not help")
            wait_until(lambda: is_ready(host), 5, "readiness did not come back")
            status, answer = say(host, town, "after", "after")
            expect(status == 201, f"{status} {answer}")
            verdict = town.judge(host, acks=run.acks_min).require("after starts on a full disk")
        finally:
            host.kill()
    source.leave()
    told = f"{starts + 1} starts on a full disk, {refusals} refusals, {verdict.acks} acknowledged"
    return told, refusals, verdict.acks


def refuses_and_remembers(host, town, keys, has_room):
    """Holds a server on a full disk to what it says; returns how often it has refused."""
    refused = 0
    expect(not is_ready(host), "a server on a full disk says that it is ready")
    for number, key in enumerate(keys, 1):
        status, answer = say(host, town, key, f"{number}")
        expect(status in (200, 201) and answer["message_number"] == number and answer["duplicate"],
               f"message {number} was stored, and asked for again: {status} {answer}")
        status, answer = say(host, town, f"new-{number}", "no")
        expect(status == 507 and answer["code"] == "storage_full", f"a full disk answers {status} {answer}")
        refused += 1
    status, page = call(host, "GET", f"/channels/{town.zoe['channel']}/messages?limit=200", town.zoe["token"])
    expect(status == 200 and [m["message_number"] for m in page["items"]] == list(range(1, len(keys) + 1)),
           f"reading answers {status}")
    account = {name: town.zoe[name] for name in ("username", "password")}
    status, answer = call(host, "POST", "/auth/login", body=account)
    expect(status == 200 or not has_room and status == 507, f"a login answers {status} {answer}")
    return refused


# Backups

def ask_backup(host, path):
    return subprocess.Popen([host.binary, "backup", str(path), "--data", str(host.data)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def backups(run, count):
    """A backup that finds no room, and one during which the server is told to stop, or killed: chat goes on, nothing
    has a backup's name that is none, and the next one is whole."""
    told, fired, acks, quota = [], 0, 0, run.acks_min // (4 * count) + 1
    with small_disk(run.place(), "8m") as disk:
        with loaded(run) as (town, host, load):
            enlarge(host, town, 12)
            for _ in range(count):
                process = ask_backup(host, disk / "out.tar")
                said = process.communicate(timeout=60)[1]
                expect(process.returncode != 0 and "room" in said or "full" in said, f"{process.returncode}: {said}")
                expect(os.listdir(disk) == [], f"a backup without room leaves {os.listdir(disk)}")
                expect(is_ready(host), "a backup that found no room has made the server unready")
                fired += 1
            load.end(run.acks_min // 2)
            expect(not [e for e in lines(town.history) if e["op"] == "fail"], "chat was refused for a backup's sake")
            verified(host, town)
            acks += town.judge(host).require("backups without room").acks
        town.leave()
    told.append(f"{fired} backups found no room")
    for signal in ("stopped", "killed"):
        for moment in range(count):
            town = run.town()
            log = town.folder / "strace"
            words = strace(log, "fdatasync:delay_enter=60000", calls="fdatasync")
            with loaded(run, *words, town=town) as (_, host, load):
                enlarge(host, town, 24)
                out = town.folder / "out.tar"
                process = ask_backup(host, out)
                partial = pathlib.Path(f"{out}.partial")
                least = 6 * MEGABYTE * moment // count
                wait_until(lambda: partial.exists() and partial.stat().st_size > least, 20, "a backup in the making",
                           every=0.001)
                expect(not out.exists(), "a backup has its name before it is whole")
                if signal == "stopped":
                    # Who is turned away by a server that is stopping says so; here it is about what is left.
                    load.end(quota)
                    pid = int(re.search(r"^(\d+)", log.read_text()).group(1))
                    os.kill(pid, 15)
                    expect(host.process.wait(timeout=40) == 0, "the server did not stop in order during a backup")
                    expect(not out.exists() or process.wait(timeout=10) == 0, "a backup that was broken off has a name")
                host.kill()
                expect(process.wait(timeout=10) != 0 or out.exists(), "a backup is said to be made that is not there")
                if out.exists():
                    done = subprocess.run([host.binary, "verify", str(out)], capture_output=True, text=True)
                    expect(done.returncode == 0, f"a backup has its name and is none: {done.stderr}")
                else:
                    fired += 1
                host.prefix = []
                host.start()
                if signal == "killed":
                    load.end(quota)
                verified(host, town)
                acks += town.judge(host).require(f"{signal} during a backup").acks
            town.leave()
    expect(fired > count, "no backup was broken off")
    told.append(f"{fired - count} were broken off, {acks} acknowledged")
    return ", ".join(told), fired, acks


def enlarge(host, town, megabytes):
    """Uploads something that a backup takes its time for."""
    connection = http.client.HTTPConnection("127.0.0.1", host.port)
    connection.request("POST", "/api/v1/files?name=large", os.urandom(megabytes * MEGABYTE),
                       {"Authorization": f"Bearer {town.zoe['token']}", "Content-Type": "application/octet-stream"})
    answer = connection.getresponse()
    answer.read()
    expect(answer.status == 201, f"an upload answers {answer.status}")
    connection.close()


def verified(host, town):
    """The next backup is whole."""
    out = town.folder / "whole.tar"
    process = ask_backup(host, out)
    said = process.communicate(timeout=60)[1]
    expect(process.returncode == 0, f"the next backup fails: {said}")
    done = subprocess.run([host.binary, "verify", str(out)], capture_output=True, text=True)
    expect(done.returncode == 0, f"the next backup is none: {done.stderr}")
    out.unlink()
