"""Python's aiohttp."""

import asyncio

import aiohttp

from peer import expect

SECONDS = 30


class Client:
    name = "aiohttp"

    def __init__(self, url):
        self.loop = asyncio.new_event_loop()
        self.run(self.open(url))
        expect(self.socket.compress, "no compression was agreed on")
        self.subprotocol = self.socket.protocol

    def run(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, SECONDS))

    async def open(self, url):
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(url, protocols=["chat.v1"], compress=15)

    def send(self, text):
        self.run(self.socket.send_str(text))

    def receive(self):
        return self.run(self.socket.receive_str())

    def close(self):
        self.run(self.socket.close(code=1000))
        expect(self.socket.close_code == 1000, "closed with %s" % self.socket.close_code)
        self.run(self.session.close())
        self.loop.close()
