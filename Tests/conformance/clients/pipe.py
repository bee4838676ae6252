"""A client of another language, as a process: what it is told in lines it sends, and what it receives it prints."""

import queue
import subprocess
import threading

from peer import expect

SECONDS = 60


class Pipe:
    """The process first prints the subprotocol, and behind a blank the extensions where it knows them. It closes with
    1000 when there is nothing more to send, and ends with 0 when that was answered by 1000."""

    def __init__(self, command, **variables):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            **variables)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.subprotocol, _, self.extensions = self.receive().partition(" ")

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def send(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.lines.get(timeout=SECONDS)
        expect(line is not None, "the client ended with %s" % self.process.poll())
        return line

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(SECONDS)
        expect(status == 0, "the client ended with %s" % status)
        self.process.stdout.close()
