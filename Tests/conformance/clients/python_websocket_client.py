"""Python's websocket-client, which knows no compression."""

import websocket

from peer import expect

SECONDS = 30


class Client:
    name = "websocket-client"

    def __init__(self, url):
        self.socket = websocket.create_connection(url, SECONDS, subprotocols=["chat.v1"])
        self.subprotocol = self.socket.getsubprotocol()

    def send(self, text):
        self.socket.send(text)

    def receive(self):
        return self.socket.recv()

    def close(self):
        self.socket.send_close(1000)
        opcode, payload = self.socket.recv_data(control_frame=True)
        code = int.from_bytes(payload[:2], "big")
        expect((opcode, code) == (websocket.ABNF.OPCODE_CLOSE, 1000), "closed with %s" % code)
        self.socket.shutdown()
