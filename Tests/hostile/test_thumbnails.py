"""Small images of what people send: made by another program, of sound images, and of none that would hurt."""

import io
import os
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from PIL import Image

from chat import Chat, Member
from raw import expect_health


@pytest.fixture(scope="module")
def headers(chat):
    return {name: {"Authorization": f"Bearer {token}"} for name, token in chat.tokens.items()}


@pytest.fixture(scope="module")
def url(server):
    return f"{server.url}/api/v1/files"


@pytest.fixture(scope="module")
def upload(url, headers):
    def upload(content):
        answer = requests.post(url, data=content, headers=headers["ann"], timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return upload


@pytest.fixture(scope="module")
def small(url, headers):
    return lambda file, name="ann", **more: requests.get(
        f"{url}/{file['id']}/thumbnail", headers=headers[name] | more, timeout=60)


def image(kind, size=(1200, 800), mode="RGB", **options):
    made, picture = io.BytesIO(), Image.effect_noise(size, 40).convert(mode)
    picture.save(made, kind, **options)
    return made.getvalue()


def png(width, height, data=b""):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_has_a_small_one(upload, small, server, kind):
    file = upload(image(kind))
    assert (file["width"], file["height"]) == (1200, 800)
    assert file["thumbnail_url"] == f"/api/v1/files/{file['id']}/thumbnail"
    answer = small(file)
    assert answer.status_code == 200, server.log
    assert answer.headers["Content-Type"] == "image/jpeg" and "sandbox" in answer.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (640, 427)
    again = small(file, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    part = small(file, Range="bytes=0-9")
    assert (part.status_code, part.content) == (206, answer.content[:10])


def test_it_is_turned_as_the_camera_says_and_tells_nothing_else(upload, small):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x9286] = 6, "taken at home", "my diary"
    picture = Image.new("RGB", (1200, 800), "red")
    picture.paste("blue", (0, 0, 600, 800))
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, quality=95)
    file = upload(made.getvalue())
    assert (file["width"], file["height"]) == (800, 1200)
    content = small(file).content
    shown = Image.open(io.BytesIO(content))
    assert shown.size == (427, 640)
    # What was on the left is above.
    assert shown.getpixel((200, 50))[2] > 200 and shown.getpixel((200, 600))[0] > 200
    assert not shown.getexif() and b"home" not in content and b"diary" not in content


def test_it_is_for_those_who_may_read_the_file_and_is_told_with_the_message(upload, small, chat):
    file = upload(image("PNG"))
    assert small(file, "bob").status_code == 404
    with Member(chat, "ann") as ann, Member(chat, "bob") as bob:
        ann.command(
            "message.send", channel=chat.channel, client_msg_id="small", type="image",
            attachments=[{"file_id": file["id"]}])
        while (event := bob.read()).get("type") != "message.created":
            pass
    (attachment,) = event["data"]["attachments"]
    assert (attachment["width"], attachment["height"]) == (1200, 800)
    assert attachment["thumbnail_url"] == file["thumbnail_url"]
    assert small(file, "bob").status_code == 200


def test_many_who_ask_at_once_have_it_made_once(upload, small, server):
    file = upload(image("PNG", (3_000, 2_000)))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: small(file), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_it_goes_with_the_file_and_is_no_upload(upload, small, server, url, headers):
    def stored():
        files = server.data / "files"
        return {path.name for path in files.rglob("*") if path.is_file() and path.parent.name != "incoming"}

    before = stored()
    content = image("PNG", (700, 700))
    first, second = upload(content), upload(content)
    assert small(first).content == small(second).content
    assert len(stored() - before) == 2
    for file, left in ((first, 2), (second, 0)):
        assert requests.delete(f"{url}/{file['id']}", headers=headers["ann"]).status_code == 204
        assert small(file).status_code == 404
        end = time.monotonic() + 10
        while len(stored() - before) != left:
            assert time.monotonic() < end, stored() - before
            time.sleep(0.05)


HOSTILE = {
    "a flood of points": png(50_000, 50_000, zlib.compress(bytes(1_000))),
    "a gigantic one": png(2**32 - 1, 2**32 - 1),
    "a bomb in a PNG": png(4_000, 4_000, zlib.compress((bytes(4_000 * 3 + 1)) * 4_000)[:-100]),
    "a PNG that is cut off": image("PNG")[:5_000],
    "a JPEG that is cut off": image("JPEG")[:700],
    "a GIF that is cut off": image("GIF")[:20],
    "a WebP that is cut off": image("WEBP")[:40],
    "noise behind a head": png(100, 100)[:33] + os.urandom(10_000),
    "a JPEG of noise": image("JPEG")[:600] + os.urandom(10_000),
    "no data": png(100, 100),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hostile_is_kept_as_a_file_and_hurts_nobody(upload, small, server, url, headers, what):
    file = upload(HOSTILE[what])
    begun = time.monotonic()
    first, second = small(file), small(file)
    # Some decoders show what there is of an image that is cut off; what they show is small.
    for answer in (first, second):
        assert answer.status_code in (200, 404), server.log
        if answer.status_code == 200:
            assert max(Image.open(io.BytesIO(answer.content)).size) <= 640
    assert time.monotonic() - begun < 25
    assert not any((server.data / "thumbnails").iterdir())
    assert requests.get(f"{url}/{file['id']}", headers=headers["ann"]).content == HOSTILE[what]
    expect_health(server)


@pytest.mark.parametrize("content", [
    b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file:///etc/passwd'/></svg>",
    b"%PDF-1.7\n", b"BM" + bytes(50), b"push graphic-context\nviewbox 0 0 640 480\n", b"GIF8", b"",
    b"<html>" + image("PNG", (50, 50)), bytes(100),
])
def test_what_is_no_image_of_those_has_no_small_one(upload, small, content):
    file = upload(content)
    assert "thumbnail_url" not in file and "width" not in file
    assert small(file).status_code == 404


def test_one_that_is_an_image_and_a_page_is_an_image(upload, small):
    file = upload(image("PNG", (50, 40)) + b"<script>alert(1)</script>")
    answer = small(file)
    assert answer.status_code == 200 and b"script" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (50, 40)


def test_without_the_tool_or_when_it_is_not_wanted_there_are_none(start):
    server = start(thumbnails="off", rate_limits="off")
    chat = Chat(server.url)
    headers = {"Authorization": f"Bearer {chat.tokens['ann']}"}
    file = requests.post(f"{server.url}/api/v1/files", data=image("PNG"), headers=headers).json()
    assert file["width"] == 1200
    assert requests.get(server.url + file["thumbnail_url"], headers=headers).status_code == 404
