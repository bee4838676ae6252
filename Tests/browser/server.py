"""The server under test, as a process that can be killed and started again on the same port and data."""

import os
import pathlib
import queue
import signal
import socket
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, data):
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        binary = os.environ.get("CONFAB") or str(ROOT / ".build" / "release" / "confab")
        command = [binary, "serve", "--dev", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data)]
        log = open(f"{self.data}.log", "ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "CONFAB_SCRYPT_LOG_N": "14"}
        )
        log.close()
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, lines), daemon=True).start()
        try:
            said = lines.get(timeout=START_SECONDS)
        except queue.Empty:
            said = f"nothing in {START_SECONDS} s"
        if said != f"listening on {self.url}\n":
            self.kill()
            log = pathlib.Path(f"{self.data}.log").read_text()
            raise AssertionError(f"the server did not become ready: {said!r}\n{log}")

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.put(line)
        lines.put("")

    def kill(self):
        """As a power cut would: no goodbye, no flush."""
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process.stdout.close()
        self.process = None
