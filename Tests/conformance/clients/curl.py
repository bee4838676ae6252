"""curl, which takes the answer apart; the lines of it are read here."""

import os
import queue
import subprocess
import threading

from peer import expect

SECONDS = 30


class Client:
    name = "curl"

    def __init__(self, url, fields):
        words = [word for field in fields.items() for word in ("-H", "%s: %s" % field)]
        self.process = subprocess.Popen(
            ["curl", "--silent", "--show-error", "--no-buffer", "--fail", "--compressed",
             "--cacert", os.environ["SSL_CERT_FILE"], *words, url], stdout=subprocess.PIPE)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.decode().rstrip("\n"))
        self.lines.put(None)

    def receive(self):
        fields = {}
        while (line := self.lines.get(timeout=SECONDS)) is not None:
            if not line and "data" in fields:
                return fields.get("event", "message"), fields.get("id", ""), fields["data"]
            name, _, value = line.partition(": ")
            fields[name] = value
        status = self.process.wait(SECONDS)
        expect(status == 0, "curl ended with %s" % status)
        return None

    def close(self):
        self.process.kill()
        self.process.wait()
