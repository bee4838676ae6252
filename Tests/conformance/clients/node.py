"""The WebSocket of Node itself, where this Node has one: 22 and later do, and 20 when it is asked to."""

import os
import pathlib
import subprocess

from clients.pipe import Pipe
from peer import expect


def command():
    """The words that start a Node with a WebSocket; `None` without one."""
    for words in (["node"], ["node", "--experimental-websocket"]):
        try:
            done = subprocess.run([*words, "-e", "WebSocket"], capture_output=True, timeout=60)
        except FileNotFoundError:
            return None
        if done.returncode == 0:
            return words
    return None


class Client(Pipe):
    name = "Node"

    def __init__(self, url):
        variables = {**os.environ, "NODE_EXTRA_CA_CERTS": os.environ["SSL_CERT_FILE"]}
        super().__init__([*command(), str(pathlib.Path(__file__).with_name("node.mjs")), url], env=variables)
        expect(self.extensions.startswith("permessage-deflate"), "no compression was agreed on: " + self.extensions)
