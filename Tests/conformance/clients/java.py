"""The WebSocket of Java's own library, java.net.http."""

import os
import pathlib

from clients.pipe import Pipe


class Client(Pipe):
    name = "Java"

    def __init__(self, url):
        program = pathlib.Path(__file__).with_name("Talk.java")
        # A short life is not worth compiling for, nor worth a thread of the collector on each core.
        super().__init__(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", program, url, os.environ["SSL_CERT_FILE"]])
