"""The story without a WebSocket: ann listens to a stream of events, goes away, asks what she missed, and is shown out."""

import json
import urllib.error

from clients.story import LONG, Account, numbers
from peer import expect


class Stream:
    """A user's stream, which a client holds open. A client's `receive` gives an event's name, id and data, and None at
    the end of the body."""

    def __init__(self, client, account):
        self.client = client(account.server + "/api/v1/events", {"Authorization": "Bearer " + account.token})
        name, _, data = self.client.receive()
        expect(name == "ready", "the first event is %s" % name)
        self.ready = json.loads(data)["data"]

    def heard(self):
        """The next message that is told: its id, number, sender and text."""
        while True:
            name, event_id, data = self.client.receive()
            event = json.loads(data)
            expect(event["type"] == name, "%s was called %s" % (event["type"], name))
            if name == "message.created":
                return event_id, *(event["data"][field] for field in ("message_number", "sender", "text"))


def listen(client, server):
    number = next(numbers)
    ann, bob = Account(server, "ann%d" % number), Account(server, "bob%d" % number)
    channel = ann.call("PUT", "/direct/" + bob.id)["channel"]

    first = Stream(client, ann)
    expect(first.ready["channels"][0]["seq"] == 1, "the channel stands at %s" % first.ready["channels"])
    for count, text in enumerate([LONG, "grüße, 世界", "two\nlines\r\n"], 1):
        bob.say(channel, text)
        told = first.heard()
        expect(told == ("%s:%d" % (channel, count + 1), count, bob.id, text), "ann heard %s" % (told,))
    first.client.close()

    for text in (LONG, "still there?"):
        bob.say(channel, text)
    again = Stream(client, ann)
    places = {"epoch": first.ready["epoch"], "me_seq": first.ready["me_seq"], "channels": {channel: 4}}
    missed = ann.call("POST", "/sync", **places)
    texts = [event["data"]["text"] for event in missed["events"]]
    expect(texts == [LONG, "still there?"], "others were missed: %s" % texts)
    expect(missed["states"][0]["seq"] == again.ready["channels"][0]["seq"] == 6, "they do not meet")
    try:
        ann.call("POST", "/sync", **{**places, "epoch": "another"})
        expect(False, "another epoch was gone on from")
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        expect((error.code, problem["code"]) == (409, "cannot_resume"), "it was refused as %s" % problem)

    ann.call("POST", "/auth/logout")
    name, _, data = again.client.receive()
    expect((name, json.loads(data)["code"]) == ("close", 4009), "the end is %s %s" % (name, data))
    expect(again.client.receive() is None, "it goes on behind its end")
    again.client.close()
