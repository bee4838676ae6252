"""Files in a chat, in the windows of who sends them and of who gets them."""

import base64
import io
import random

import requests
from PIL import Image
from playwright.sync_api import Error, expect

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def attach(window, name, content, kind="application/octet-stream"):
    window.page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_an_image_is_shown_and_a_file_is_saved(people):
    ann, bob = people["ann"], people["bob"]
    ann.open_chat_with("bob")
    ann.say("Look at these")
    bob.choose("ann")
    attach(ann, "dot.png", PNG, "image/png")
    for window in (ann, bob):
        picture = window.page.get_by_role("img", name="dot.png")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 1)
    attach(ann, "moves.txt", b"1.e4 e5", "text/html")
    for window in (ann, bob):
        with window.page.expect_download() as download:
            window.page.get_by_role("button", name="Save moves.txt").click()
        assert download.value.suggested_filename == "moves.txt"
        assert open(download.value.path(), "rb").read() == b"1.e4 e5"
    expect(ann.page.locator("#uploading")).to_be_hidden()
    bob.page.reload()
    expect(bob.page.get_by_role("img", name="dot.png")).to_have_js_property("naturalWidth", 1)
    for window in (ann, bob):
        window.expect_clean()



def test_a_large_file_goes_on_where_it_was_cut_off(people):
    ann, bob = people["ann"], people["bob"]
    ann.open_chat_with("bob")
    ann.say("Here is more")
    bob.choose("ann")
    content, cuts = random.Random(5).randbytes(9_000_000), []

    def cut_once(route):
        if route.request.method == "PATCH" and not cuts:
            cuts.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    ann.page.route("**/files/uploads/*", cut_once)
    attach(ann, "large.bin", content)
    save = bob.page.get_by_role("button", name="Save large.bin")
    expect(save).to_be_visible(timeout=30_000)
    assert len(cuts) == 1
    with bob.page.expect_download() as download:
        save.click()
    assert open(download.value.path(), "rb").read() == content


def test_a_large_image_is_shown_small_and_in_full_by_a_click(people):
    ann, bob = people["ann"], people["bob"]
    ann.open_chat_with("bob")
    ann.say("A large one")
    bob.choose("ann")
    made = io.BytesIO()
    Image.effect_noise((1200, 900), 30).save(made, "PNG")
    attach(ann, "garden.png", made.getvalue(), "image/png")
    for window in (ann, bob):
        picture = window.page.get_by_role("img", name="garden.png")
        expect(picture).to_have_js_property("naturalWidth", 640)
        picture.click()
        full = window.page.get_by_role("dialog", name="garden.png")
        expect(full.get_by_role("img")).to_have_js_property("naturalWidth", 1200)
        full.get_by_role("img").click()
        expect(full).to_be_hidden()
        window.expect_clean()


RUN = """(url) => new Promise((done) => {
  const script = document.createElement('script');
  script.onload = () => done('run');
  script.onerror = () => done('refused');
  script.src = url;
  document.head.append(script);
})"""
PAGE = b"<!DOCTYPE html><script>alert(1); fetch('/evil')</script>"


def test_what_was_uploaded_is_never_run(browser, server, register):
    headers = {"Authorization": "Bearer " + register("ann")["access_token"]}
    files = server.url + "/api/v1/files"
    context = browser.new_context()
    page, asked, told = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    for content in (
        PAGE, b"alert(1); fetch('/evil')", b"GIF89a=1;alert(1);fetch('/evil')//", b"GIF89a" + PAGE, PNG + PAGE,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1); fetch('/evil')</script></svg>",
        b"<?xml version='1.0'?><?xml-stylesheet href='/evil' type='text/xsl'?><a/>",
        b"%PDF-1.7 " + PAGE,
    ):
        file = requests.post(files, data=content, params={"name": "page.html"}, headers=headers).json()
        link = requests.post(f"{files}/{file['id']}/link", json={}, headers=headers).json()["url"]
        # Opened by itself: saved, or shown as the picture that it is.
        try:
            page.goto(link)
        except Error as error:
            assert "Download is starting" in error.message or "ERR_ABORTED" in error.message
        # Named as a script by a page of the server itself, as a fault in that page would have it.
        page.goto(server.url)
        assert page.evaluate(RUN, link) == "refused", content
    assert told == [] and not [url for url in asked if url.endswith("/evil")]
    context.close()
