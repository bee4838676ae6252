"""Python's picows, which hands over frames as they come."""

import asyncio

from picows import WSListener, WSMsgType, ws_connect

from peer import expect

SECONDS = 30


class Listener(WSListener):
    def __init__(self):
        self.frames = asyncio.Queue()

    def on_ws_frame(self, transport, frame):
        text = frame.get_payload_as_utf8_text() if frame.msg_type == WSMsgType.TEXT else None
        code = frame.get_close_code() if frame.msg_type == WSMsgType.CLOSE else None
        self.frames.put_nowait((frame.msg_type, frame.fin, text, code))


class Client:
    name = "picows"

    def __init__(self, url):
        self.loop = asyncio.new_event_loop()
        fields = {"Sec-WebSocket-Protocol": "chat.v1"}
        self.transport, self.listener = self.run(ws_connect(Listener, url, extra_headers=fields))
        self.subprotocol = self.transport.response.headers.get("Sec-WebSocket-Protocol")

    def run(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, SECONDS))

    def send(self, text):
        self.transport.send(WSMsgType.TEXT, text.encode())

    def receive(self):
        kind, is_final, text, _ = self.run(self.listener.frames.get())
        expect(kind == WSMsgType.TEXT and is_final, "no text came but %s" % kind)
        return text

    def close(self):
        self.transport.send_close(1000)
        *_, code = self.run(self.listener.frames.get())
        expect(code == 1000, "closed with %s" % code)
        self.transport.disconnect()
        self.run(self.transport.wait_disconnected())
        self.loop.close()
