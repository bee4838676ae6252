"""Uploaded files in a bucket of S3: of moto, which nobody here wrote and which checks every signature."""

import hashlib
import json
import os
import subprocess
import time

import pytest
import requests

from bucket import Bucket, Relay
from chat import Chat, Member
from raw import expect_health

LARGE = os.urandom(20_000_000)
SMALL = os.urandom(100_000)


@pytest.fixture(scope="module")
def bucket():
    bucket = Bucket()
    yield bucket
    bucket.kill()


@pytest.fixture
def relay(bucket):
    relay = Relay(bucket.port)
    yield relay
    relay.close()


class World:
    """A server whose files are in the bucket, and two who talk."""

    def __init__(self, start, bucket, **settings):
        self.bucket = bucket
        # A name of its own for each test, which no other server may have.
        self.prefix = f"{os.urandom(4).hex()}/"
        self.server = start(rate_limits="off", **(bucket.settings | {"s3_prefix": self.prefix} | settings))
        self.chat = Chat(self.server.url)
        self.number = 0

    def headers(self, name="ann"):
        return {"Authorization": f"Bearer {self.chat.tokens[name]}"}

    @property
    def url(self):
        return f"{self.server.url}/api/v1/files"

    def upload(self, content):
        return requests.post(self.url, data=content, headers=self.headers(), timeout=60)

    def send(self, file):
        self.number += 1
        with Member(self.chat, "ann") as ann:
            return ann.command(
                "message.send", channel=self.chat.channel, client_msg_id=str(self.number), type="file",
                attachments=[{"file_id": file["id"]}])

    def get(self, file, name="bob", **headers):
        return requests.get(f"{self.url}/{file['id']}", headers=self.headers(name) | headers, timeout=60)

    def name(self, content):
        digest = hashlib.sha256(content).hexdigest()
        return f"{self.prefix}{digest[:2]}/{digest}"

    @property
    def objects(self):
        return {name: size for name, size in self.bucket.objects.items() if name.startswith(self.prefix)}

    def drop_copies(self):
        for path in (self.server.data / "files" / "cache").iterdir():
            path.unlink()

    def await_objects(self, *contents, seconds=30):
        wanted = {self.name(content): len(content) for content in contents}
        end = time.monotonic() + seconds
        while self.objects != wanted:
            assert time.monotonic() < end, (self.objects, wanted)
            time.sleep(0.1)

    def talk(self):
        """Two people are not disturbed."""
        with Member(self.chat, "ann") as ann:
            begun = time.monotonic()
            self.number += 1
            ann.command(
                "message.send", channel=self.chat.channel, client_msg_id=str(self.number), text="are you there?")
            assert time.monotonic() - begun < 2
        expect_health(self.server)


def test_a_file_goes_to_the_bucket_and_comes_back_whole_and_in_parts(start, bucket):
    world = World(start, bucket)
    for content in (SMALL, LARGE, b"a"):
        answer = world.upload(content)
        assert answer.status_code == 201, answer.text
        file = answer.json()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        world.send(file)
        for has_copy in (True, False):
            if not has_copy:
                world.drop_copies()
            assert world.get(file).content == content, world.server.log
        world.drop_copies()
        end = len(content) // 2 + 1
        part = world.get(file, Range=f"bytes=0-{end - 1}")
        assert (part.status_code, part.content) == (206, content[:end])
        tail = world.get(file, Range="bytes=-1")
        assert (tail.status_code, tail.content) == (206, content[-1:])
    world.await_objects(SMALL, LARGE, b"a")
    assert bucket.unfinished == []
    # Nothing is kept on the disk but copies.
    files = world.server.data / "files"
    assert sorted(path.name for path in files.iterdir()) == ["cache", "incoming", "uploads"]
    assert not any((files / "incoming").iterdir()) and not any((files / "uploads").iterdir())


def test_an_object_goes_with_the_last_message_that_refers_to_it(start, bucket):
    world = World(start, bucket)
    first, second = world.upload(SMALL).json(), world.upload(SMALL).json()
    kept = world.upload(b"kept").json()
    world.await_objects(SMALL, b"kept")
    for file in (first, second):
        world.await_objects(SMALL, b"kept")
        assert requests.delete(f"{world.url}/{file['id']}", headers=world.headers()).status_code == 204
    world.await_objects(b"kept")
    assert world.get(kept, "ann").content == b"kept"


def test_a_bit_that_flips_in_the_bucket_is_noticed_before_a_byte_is_sent(start, bucket):
    world = World(start, bucket)
    file = world.upload(SMALL).json()
    world.send(file)
    flipped = bytearray(SMALL)
    flipped[77] ^= 1
    bucket.client("s3").put_object(Bucket=bucket.name, Key=world.name(SMALL), Body=bytes(flipped))
    assert world.get(file).content == SMALL, "the copy here is sound"
    world.drop_copies()
    answer = world.get(file)
    assert answer.status_code == 500 and SMALL[:50] not in answer.content
    part = world.get(file, Range="bytes=0-9")
    assert part.status_code == 500
    assert "stored data is damaged" in world.server.log
    assert hashlib.sha256(SMALL).hexdigest() in world.server.log


def test_while_the_bucket_is_away_files_wait_and_nothing_else_does(start, bucket, relay):
    world = World(start, bucket, s3_endpoint=relay.url)
    file = world.upload(SMALL).json()
    world.send(file)
    world.drop_copies()
    relay.cut()
    for answer in (world.upload(b"not now"), world.get(file)):
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0, answer.text
        assert answer.json()["code"] == "overloaded"
    world.talk()
    gone = world.upload(b"x")
    assert gone.status_code == 503
    # Removing is remembered, and done when the bucket is back.
    with Member(world.chat, "ann") as ann:
        assert requests.delete(f"{world.url}/{file['id']}", headers=world.headers()).status_code == 204
    assert world.get(file).status_code == 404
    relay.mend()
    world.await_objects(seconds=60)
    assert world.upload(b"now").status_code == 201
    world.await_objects(b"now")


@pytest.mark.parametrize("cut_after", [100, 5_000_000, 12_000_000, 19_999_000])
def test_a_service_that_breaks_off_in_the_middle_leaves_nothing_half(start, bucket, relay, cut_after):
    world = World(start, bucket, s3_endpoint=relay.url)
    relay.cut_after = cut_after
    relay.sent = 0
    assert world.upload(LARGE).status_code == 503
    world.talk()
    relay.mend()
    assert world.objects == {}
    # What was begun over there is thrown away at the next start at the latest.
    world.server.terminate()
    world.server.start()
    end = time.monotonic() + 30
    while any(one["Key"].startswith(world.prefix) for one in bucket.unfinished):
        assert time.monotonic() < end, bucket.unfinished
        time.sleep(0.1)
    assert world.upload(LARGE).status_code == 201, world.server.log
    world.await_objects(LARGE)


@pytest.mark.parametrize("at", [0.05, 0.2, 0.4, 0.6])
def test_a_server_that_is_killed_leaves_no_file_without_its_bytes(start, bucket, at):
    world = World(start, bucket)
    kept = world.upload(SMALL).json()
    world.send(kept)
    upload = subprocess.Popen(
        ["curl", "-s", "-o", "/dev/null", "-X", "POST", "--data-binary", "@-", "-H",
         f"Authorization: {world.headers()['Authorization']}", world.url], stdin=subprocess.PIPE)
    try:
        upload.stdin.write(LARGE)
        upload.stdin.close()
    except BrokenPipeError:
        pass
    time.sleep(at)
    world.server.kill()
    upload.wait()
    world.server.start()
    # Either it was kept, or nothing is left of it. Both, once the look at the start is over.
    end = time.monotonic() + 30
    def settled():
        names = set(world.objects)
        return names == {world.name(SMALL)} or names == {world.name(SMALL), world.name(LARGE)}
    while not settled() or any(one["Key"].startswith(world.prefix) for one in bucket.unfinished):
        assert time.monotonic() < end, (world.objects, bucket.unfinished)
        time.sleep(0.1)
    world.drop_copies()
    assert world.get(kept).content == SMALL
    assert "damaged" not in world.server.log
    expect_health(world.server)


def test_wrong_keys_and_buckets_are_told_to_the_operator_and_not_to_users(start, bucket, folder):
    world = World(start, bucket, s3_secret_key="wrong")
    answer = world.upload(b"a")
    assert answer.status_code == 503 and "Signature" not in answer.text
    world.talk()
    assert "SignatureDoesNotMatch" in world.server.log and "wrong" not in world.server.log

    def doctor(**settings):
        variables = {f"CONFAB_{name.upper()}": value for name, value in (bucket.settings | settings).items()}
        run = subprocess.run(
            [world.server.binary, "doctor", "--data", str(folder / "none")], env={**os.environ, **variables},
            stdout=subprocess.PIPE, text=True)
        return run.returncode, run.stdout

    status, said = doctor()
    assert status == 0 and "ok  s3://chat/here/ takes a file, gives it back, and removes it" in said, said
    for settings, words in (
        ({"s3_secret_key": "wrong"}, "SignatureDoesNotMatch"), ({"s3_access_key": "nobody"}, "InvalidAccessKeyId"),
        ({"s3_bucket": "elsewhere"}, "NoSuchBucket"), ({"s3_endpoint": "http://127.0.0.1:1"}, "onnect"),
        ({"s3_endpoint": "https" + bucket.url[4:]}, "SSL"),
    ):
        status, said = doctor(**settings)
        assert status != 0 and "!!  s3://" in said and words in said, (settings, said)


def test_a_backup_names_the_bucket_and_has_the_rest(start, bucket, folder):
    world = World(start, bucket)
    file = world.upload(SMALL).json()
    world.send(file)
    archive, restored = folder / "backup.tar", folder / "restored"

    def run(*words, data=world.server.data):
        run = subprocess.run(
            [world.server.binary, *words, "--dev", "--data", str(data)], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **{f"CONFAB_{name.upper()}": value for name, value in
                                  (bucket.settings | {"s3_prefix": world.prefix}).items()}})
        assert run.returncode == 0, run.stdout
        return run.stdout

    run("backup", str(archive))
    assert archive.stat().st_size < 5_000_000
    said = run("verify", str(archive))
    assert f"1 more are kept in s3://chat/{world.prefix}, which is not looked at" in said
    world.server.terminate()
    assert f"kept in s3://chat/{world.prefix}" in run("verify", str(world.server.data))
    run("restore", str(archive), data=restored)
    world.server.data = restored
    world.server.start()
    assert world.get(file).content == SMALL
    # A server that is told of another place does not begin to say that files are damaged: it does not begin.
    world.server.terminate()
    world.server.variables["CONFAB_FILE_STORE"] = "disk"
    with pytest.raises(AssertionError, match="did not become ready"):
        world.server.start()
    assert f"uploaded files are kept in s3://chat/{world.prefix}" in world.server.log
