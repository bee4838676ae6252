"""Python's httpx, with httpx-sse."""

import os
import ssl

import httpx
import httpx_sse

SECONDS = 30


class Client:
    name = "httpx"

    def __init__(self, url, fields):
        trusted = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
        self.client = httpx.Client(verify=trusted, timeout=SECONDS, trust_env=False)
        self.context = httpx_sse.connect_sse(self.client, "GET", url, headers=fields)
        self.source = self.context.__enter__()
        self.source.response.raise_for_status()
        self.events = self.source.iter_sse()

    def receive(self):
        event = next(self.events, None)
        return event and (event.event, event.id, event.data)

    def close(self):
        self.context.__exit__(None, None, None)
        self.client.close()
