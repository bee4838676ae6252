"""Python's requests, with sseclient-py."""

import os

import requests
import sseclient

SECONDS = 30


class Client:
    name = "requests"

    def __init__(self, url, fields):
        self.answer = requests.get(
            url, headers={**fields, "Accept": "text/event-stream"}, stream=True, timeout=SECONDS,
            verify=os.environ["SSL_CERT_FILE"])
        self.answer.raise_for_status()
        self.events = sseclient.SSEClient(self.answer).events()

    def receive(self):
        event = next(self.events, None)
        return event and (event.event, event.id or "", event.data)

    def close(self):
        self.answer.close()
