"""Python's websockets, with its blocking client."""

from websockets.sync.client import connect

from peer import expect

SECONDS = 30


class Client:
    name = "websockets"

    def __init__(self, url):
        self.socket = connect(url, subprotocols=["chat.v1"], open_timeout=SECONDS, proxy=None)
        expect(self.socket.protocol.extensions, "no compression was agreed on")
        self.subprotocol = self.socket.subprotocol

    def send(self, text):
        self.socket.send(text)

    def receive(self):
        return self.socket.recv(timeout=SECONDS)

    def close(self):
        self.socket.close(1000)
        expect(self.socket.close_code == 1000, "closed with %s" % self.socket.close_code)
