"""The story that every client tells: ann writes and reads, goes away, and finds what was said meanwhile."""

import itertools
import json
import urllib.request

from cases import documents
from peer import expect

# As long as a text may be, so that it is compressed for whoever agreed to that.
LONG = documents(16 << 10).decode()

numbers = itertools.count(1)


class Account:
    """A user, by REST."""

    def __init__(self, server, username):
        self.server, self.token = server, None
        answer = self.call("POST", "/auth/register", username=username, password="correct horse battery 7")
        self.id, self.token = answer["user"]["id"], answer["access_token"]

    def call(self, method, path, **body):
        fields = {"Content-Type": "application/json"}
        if self.token:
            fields["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(
            self.server + "/api/v1" + path, json.dumps(body).encode() if body else None, fields, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def say(self, channel, text):
        self.call("POST", "/channels/%s/messages" % channel, client_msg_id="b-%d" % next(numbers), text=text)


class Conversation:
    """A user's socket, which a client holds open."""

    def __init__(self, client, server, seen):
        self.client = client(server.replace("http", "ws", 1) + "/api/v1/ws")
        self.seen, self.events, self.last_id = seen, [], 0
        expect(self.client.subprotocol == "chat.v1", "the subprotocol is %r" % self.client.subprotocol)
        expect(self.next()["type"] == "hello", "no hello")

    def next(self):
        """The next frame. What has a number is noted."""
        frame = json.loads(self.client.receive())
        if "seq" in frame:
            self.seen[frame["channel"]] = frame["seq"]
        return frame

    def ask(self, kind, **data):
        """The data of the answer; what comes before it stays in `events`."""
        self.last_id += 1
        self.client.send(json.dumps({"id": self.last_id, "type": kind, "data": data}))
        while (frame := self.next()).get("id") != self.last_id:
            self.events.append(frame)
        expect(frame["ok"], "%s was refused: %s" % (kind, frame))
        return frame["data"]

    def heard(self):
        """The next message that is told: its number, sender and text."""
        while True:
            event = self.events.pop(0) if self.events else self.next()
            if event["type"] == "message.created":
                return tuple(event["data"][field] for field in ("message_number", "sender", "text"))


def tell(client, server):
    number = next(numbers)
    ann, bob = Account(server, "ann%d" % number), Account(server, "bob%d" % number)
    channel = ann.call("PUT", "/direct/" + bob.id)["channel"]
    seen = {}

    first = Conversation(client, server, seen)
    ready = first.ask("identify", token=ann.token)
    seen.update({known["channel"]: known["seq"] for known in ready["channels"]}, **{"@me": ready["me_seq"]})
    expect(list(seen) == [channel, "@me"], "ann's channels are %s" % seen)
    sent = first.ask("message.send", channel=channel, client_msg_id="a-1", text=LONG)
    expect(sent["message_number"] == 1, "the first message is number %s" % sent["message_number"])
    expect(first.heard() == (1, ann.id, LONG), "ann did not hear herself")
    bob.say(channel, "grüße, 世界")
    expect(first.heard() == (2, bob.id, "grüße, 世界"), "ann did not hear bob")
    page = first.ask("history.get", channel=channel, limit=10)
    texts = [message["text"] for message in page["messages"]]
    expect(texts == [LONG, "grüße, 世界"], "the history is another")
    first.client.close()

    bob.say(channel, LONG)
    bob.say(channel, "still there?")
    again = Conversation(client, server, seen)
    position = {"session_id": ready["session_id"], "epoch": ready["epoch"], "me_seq": seen.pop("@me")}
    resumed = again.ask("resume", token=ann.token, channels=dict(seen), **position)
    expect(resumed["replayed"] == 2, "%s events were replayed" % resumed["replayed"])
    expect(again.heard() == (3, bob.id, LONG), "the third message was not replayed")
    expect(again.heard() == (4, bob.id, "still there?"), "the fourth message was not replayed")
    retry = again.ask("message.send", channel=channel, client_msg_id="a-1", text=LONG)
    expect((retry["message_number"], retry["duplicate"]) == (1, True), "the retry was answered %s" % retry)
    mend(again, channel)
    again.client.close()


def mend(conversation, channel):
    """Ann's first message is given another text and an emoji, and goes."""

    def first():
        page = conversation.ask("history.get", channel=channel, before=2)
        return page["messages"][0]

    place = {"channel": channel, "message_number": 1}
    conversation.ask("message.edit", text="short", **place)
    conversation.ask("reaction.add", emoji="👋🏽", **place)
    message = first()
    expect(message["text"] == "short" and message["edited_at"], "the message was not edited: %s" % message)
    expect(message["reactions"] == [{"emoji": "👋🏽", "count": 1, "mine": True}], "the emoji is not there")
    conversation.ask("message.delete", scope="all", **place)
    message = first()
    expect(message["text"] is None and message["deleted_at"], "the message is still there: %s" % message)
