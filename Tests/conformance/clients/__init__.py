"""Clients that somebody else wrote, each telling the same story of a chat to confab itself, over ws and over wss; and
some that hear it as server-sent events, over http and over https."""

import contextlib
import pathlib
import tempfile

from cases import Case
from clients import (
    curl, java, node, python_aiohttp, python_httpx, python_picows, python_requests, python_websocket_client,
    python_websockets, python_wsproto)
from clients.listening import listen
from clients.story import tell
from server import Server

# Those that take longest come first.
CLIENTS = [
    java.Client, node.Client, python_aiohttp.Client, python_picows.Client, python_websocket_client.Client,
    python_websockets.Client, python_wsproto.Client]
LISTENERS = [curl.Client, python_httpx.Client, python_requests.Client]


def all_cases(full):
    def case(client, scheme):
        return Case("%s over %s" % (client.name, scheme), lambda urls: tell(client, urls[scheme]))

    def listening(client, scheme):
        return Case("%s over %s" % (client.name, scheme), lambda urls: listen(client, urls[scheme]))

    here = [client for client in CLIENTS if client is not node.Client or node.command()]
    if len(here) < len(CLIENTS):
        print("this Node has no WebSocket of its own: 22 has, and 20 when it is asked to")
    return [case(client, scheme) for client in here for scheme in ("ws", "wss")] + [
        listening(client, scheme) for client in LISTENERS for scheme in ("http", "https")]


@contextlib.contextmanager
def prepared(certificates):
    """Two servers; `certificates` is the directory of the certificate that SSL_CERT_FILE names."""
    pair = [str(pathlib.Path(certificates) / name) for name in ("localhost.crt", "localhost.key")]
    with tempfile.TemporaryDirectory() as data:
        # What is replayed is counted, and a notification would come between whenever it likes.
        settings = {"rate_limits": "off", "notification_delay_milliseconds": 86_400_000}
        plain = Server(data + "/plain", **settings)
        secure = Server(data + "/secure", "--tls-cert", pair[0], "--tls-key", pair[1], **settings)
        try:
            plain.start()
            secure.start()
            yield {"ws": plain.url, "wss": secure.url, "http": plain.url, "https": secure.url}
        finally:
            plain.kill()
            secure.kill()
