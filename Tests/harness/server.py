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
    def __init__(self, data, *flags, dev=True, **settings):
        """`settings` become variables: `log_level="debug"` is CONFAB_LOG_LEVEL. Without `dev` it is as on the open net."""
        self.data = data
        self.flags = flags
        self.dev = ["--dev"] if dev else []
        self.variables = {"CONFAB_SCRYPT_LOG_N": "14"} | {f"CONFAB_{k.upper()}": str(v) for k, v in settings.items()}
        self.port = free_port()
        self.scheme = "https" if "--tls-cert" in flags or "tls_cert" in settings else "http"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.process = None
        # Words before the server's own, as of a tracer.
        self.prefix = []

    @property
    def pid(self):
        return self.process.pid

    @property
    def binary(self):
        return os.environ.get("CONFAB") or str(ROOT / ".build" / "release" / "confab")

    def open_log(self):
        """What standard error goes to."""
        return open(self.log_path, "ab")

    def launch(self):
        """Starts it without waiting; `ready` does that."""
        address = f"127.0.0.1:{self.port}"
        command = [*self.prefix, self.binary, "serve", *self.dev, "--listen", address, "--data", str(self.data), *self.flags]
        log = self.open_log()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **self.variables},
            # Who traces it would leave it behind when killed alone.
            process_group=0 if self.prefix else None)
        log.close()
        self.lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, self.lines), daemon=True).start()

    def start(self):
        self.launch()
        self.ready()

    def ready(self):
        """Waits until it listens."""
        try:
            said = self.lines.get(timeout=START_SECONDS)
        except queue.Empty:
            said = f"nothing in {START_SECONDS} s"
        if said != f"listening on {self.url}\n":
            self.kill()
            raise AssertionError(f"the server did not become ready: {said!r}\n{self.log}")

    @property
    def log_path(self):
        return pathlib.Path(f"{self.data}.log")

    @property
    def log(self):
        """What the server has written to standard error so far."""
        return self.log_path.read_text()

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.put(line)
        lines.put("")

    def kill(self):
        """As a power cut would: no goodbye, no flush."""
        if self.process and self.process.poll() is None:
            if self.prefix:
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                os.kill(self.process.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process.stdout.close()
        self.process = None

    def ask_to_stop(self):
        os.kill(self.process.pid, signal.SIGTERM)

    def wait(self, seconds=40):
        """The exit status, once it has ended by itself."""
        status = self.process.wait(timeout=seconds)
        self.process.stdout.close()
        self.process = None
        return status

    def terminate(self, seconds=40):
        """A planned stop; returns the exit status."""
        self.ask_to_stop()
        return self.wait(seconds)
