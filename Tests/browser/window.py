"""One browser window with one user in it: what it can do, what it sees, and what went wrong in it."""

import re

from playwright.sync_api import expect

CUT_OFF = re.compile(r"WebSocket connection to 'wss?://|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
SECONDS = 1000
PANELS = {"Pinned": "Pinned messages"}


class Window:
    def __init__(self, browser, url, path="/", **options):
        self.context = browser.new_context(viewport={"width": 1180, "height": 760}, **options)
        self.page = self.context.new_page()
        self.url = url
        self.errors = []
        self.foreign = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.goto(url + path)

    def _heard(self, message):
        if message.type in ("error", "warning") and not CUT_OFF.search(message.text):
            self.errors.append(message.text)

    def _asked(self, url):
        home = re.escape(self.url).replace("http", "(http|ws)", 1)
        if not re.match(rf"(blob:)?{home}/|data:", url):
            self.foreign.append(url)

    def field(self, label):
        return self.page.get_by_role("textbox", name=label, exact=True)

    def fill(self, label, text):
        self.field(label).fill(text)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def register(self, username, password, email=None):
        self.press("Create an account")
        self.fill("Username", username)
        if email:
            self.page.get_by_role("textbox", name="E-mail").fill(email)
        self.fill("Password", password)
        self.press("Create an account")

    def sign_in(self, login, password):
        self.page.get_by_role("textbox", name="Username").fill(login)
        self.fill("Password", password)
        self.press("Sign in")

    def open_account(self, section):
        self.page.locator("#my-account").click()
        dialog = self.dialog("Your account")
        dialog.get_by_role("button", name=section, exact=True).click()
        expect(dialog.get_by_role("heading", name=section, exact=True).first).to_be_visible()
        expect(dialog.get_by_text("Loading…")).to_be_hidden()
        return dialog

    def expect_connected(self):
        expect(self.page.locator("#state")).to_have_text("Connected", timeout=45 * SECONDS)

    def expect_cut_off(self):
        expect(self.page.locator("#banner")).to_be_visible(timeout=15 * SECONDS)

    def open_chat_with(self, username):
        self.page.get_by_role("button", name="New chat").click()
        dialog = self.page.get_by_role("dialog", name="New chat")
        dialog.get_by_label("Username").fill(username)
        dialog.get_by_role("button", name="Open chat").click()
        expect(dialog).to_be_hidden()
        expect(self.page.get_by_role("heading", name=username, exact=True)).to_be_visible()

    def create_group(self, name, *usernames):
        self.page.get_by_role("button", name="New group").click()
        dialog = self.page.get_by_role("dialog", name="New group")
        dialog.get_by_label("Name of the group").fill(name)
        dialog.get_by_label("Members’ usernames").fill(", ".join(usernames))
        dialog.get_by_role("button", name="Create group").click()
        expect(dialog).to_be_hidden()
        expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()

    def listed(self, title):
        heading = self.page.get_by_text(title, exact=True)
        return self.page.get_by_role("navigation", name="Your chats").get_by_role("link").filter(has=heading)

    def choose(self, title):
        self.listed(title).click()
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def look_away(self):
        """Leaves the chat that is open, for none."""
        self.page.evaluate("location.hash = '#/'")
        expect(self.page.get_by_text("Choose a chat, or start a new one.")).to_be_visible()

    def say(self, text):
        box = self.page.get_by_role("textbox", name="Message")
        box.fill(text)
        box.press("Enter")

    def expect_unread(self, title, count):
        expect(self.listed(title).locator(".badge.count")).to_have_text(f"{count} unread")

    def expect_no_unread(self, title):
        expect(self.listed(title).locator(".badge")).to_have_count(0)

    def expect_messages(self, texts):
        """Exactly these, once each, in this order, and none of them still waiting."""
        expect(self.page.locator("#log .message .text")).to_have_text(texts, timeout=45 * SECONDS)
        expect(self.page.locator("#log .message.pending")).to_have_count(0, timeout=45 * SECONDS)

    def expect_settled(self, text):
        """The message is there, and on disk."""
        expect(self.message(text)).to_have_count(1)
        expect(self.page.locator("#log .message.pending")).to_have_count(0)

    def expect_waiting(self, count):
        expect(self.page.locator("#log .message.pending")).to_have_count(count)

    def expect_read(self, text):
        message = self.page.locator("#log .message").filter(has_text=text)
        expect(message.get_by_role("img", name="Read", exact=True)).to_be_visible()

    def message(self, text):
        return self.page.locator("#log .message").filter(has_text=text)

    def act_on(self, text, action):
        """Chooses an action from the menu of a message."""
        self.message(text).hover()
        self.message(text).get_by_role("button", name="Actions for").click()
        self.page.get_by_role("menu").get_by_text(action, exact=True).click()

    def react_to(self, text, emoji):
        self.message(text).hover()
        self.message(text).get_by_role("button", name="Actions for").click()
        self.page.get_by_role("menuitemcheckbox", name=f"React with {emoji}").click()

    def act_on_room(self, action):
        self.page.get_by_role("button", name="More for this chat").click()
        self.page.get_by_role("menuitem", name=action, exact=True).click()

    def open_panel(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        panel = self.page.get_by_role("complementary", name=PANELS.get(name, name))
        expect(panel).to_be_visible()
        return panel

    def dialog(self, name):
        dialog = self.page.get_by_role("dialog", name=name)
        expect(dialog).to_be_visible()
        return dialog

    def expect_reaction(self, text, emoji, count, mine):
        chip = self.message(text).locator(".reaction").filter(has_text=f"{emoji} {count}")
        expect(chip).to_have_attribute("aria-pressed", "true" if mine else "false")

    def expect_clean(self):
        assert self.errors == [], self.errors
        assert self.foreign == []

    def close(self):
        self.context.close()
