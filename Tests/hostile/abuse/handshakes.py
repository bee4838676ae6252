"""Who begins one TLS handshake after the other: a hello costs the client nothing and the server a signature."""

import multiprocessing
import socket
import ssl
import time

from .innocents import Innocents
from .process import processor_seconds, stand_back
from .row import Row
from .wire import address, trusting


def hello():
    """The first bytes of a client, to be said again and again."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trusting().wrap_bio(incoming, outgoing)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake with nobody came to its end")


def _begin(at, source, seconds, results):
    """Leaves each handshake as soon as the server has done its part."""
    stand_back()
    piece, count, until = hello(), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as tcp:
            tcp.bind((source, 0))
            tcp.settimeout(10)
            tcp.connect(at)
            tcp.sendall(piece)
            # A ServerHello, record type 22: the signature is among what follows.
            count += tcp.recv(1 << 12)[:1] == b"\x16"
    results.send(count)


def _finish(at, source, seconds, results):
    stand_back()
    context, count, until = trusting(), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as tcp:
            tcp.bind((source, 0))
            tcp.settimeout(10)
            tcp.connect(at)
            with context.wrap_socket(tcp) as tls:
                count += tls.version() == "TLSv1.3"
    results.send(count)


def flood(server, processes, seconds):
    """Half of the processes finish each handshake, the others only begin them."""
    row = Row("a flood of handshakes")
    context = multiprocessing.get_context("fork")
    with Innocents(server) as innocents:
        innocents.peace()
        used = processor_seconds(server)
        with innocents.window("abuse"):
            running = []
            for number in range(processes):
                ours, theirs = context.Pipe(duplex=False)
                work = (_begin, _finish)[number % 2]
                process = context.Process(
                    target=work, args=(address(server), f"127.0.0.{2 + number}", seconds, theirs), daemon=True)
                process.start()
                theirs.close()
                running.append((process, ours))
            counts = []
            for process, ours in running:
                counts.append(ours.recv())
                process.join()
        used = processor_seconds(server) - used
        begun, finished = sum(counts[::2]), sum(counts[1::2])
        row.say(f"{begun / seconds:,.0f} begun and {finished / seconds:,.0f} finished a second")
        row.say(f"{used / seconds * 100:.0f} % of a core")
        row.expect(begun > 100 * seconds and finished > 20 * seconds, "so few handshakes are no flood")
        innocents.judge(row, times=3)
    return row
