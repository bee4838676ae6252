"""Who connects and says nothing, or begins to say something without end."""

import resource
import struct
import subprocess
import time

from .crowd import Crowd
from .innocents import Innocents
from .process import descriptor_count, processor_seconds, resident_bytes
from .row import Row

SILENT_BYTES_MAX = 8 << 10
# What OpenSSL takes for a connection and the largest record; sixteen megabytes were announced.
ANNOUNCED_BYTES_MAX = 64 << 10


def certificate(folder):
    """A certificate for nobody in particular and its key."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    return {"tls_cert": certificate, "tls_key": key}


def _hold(row, server, count, seconds, bytes_max, piece=b""):
    with Innocents(server) as innocents:
        innocents.peace()
        without = resident_bytes(server)
        with innocents.window("abuse"), Crowd(server, count) as crowd:
            crowd.say(piece)
            crowd.listen(time.monotonic() + 1)
            row.expect(len(crowd.by_descriptor) == count, "some were closed at once")
            each = (resident_bytes(server) - without) / count
            crowd.listen(time.monotonic() + seconds + 10)
        row.say(f"{each / 1024:.1f} KiB each")
        row.expect(each < bytes_max, f"each takes more than {bytes_max >> 10} KiB")
        crowd.judge_ends(row, seconds)
        innocents.judge(row)
    return row


def strangers(server, count, seconds):
    return _hold(Row(f"silence ({server.scheme})"), server, count, seconds, SILENT_BYTES_MAX)


def announced_hellos(server, count, seconds):
    """A record of 16 KiB in which a ClientHello of 16 MiB begins, and then nothing."""
    begun = struct.pack("!BHH", 22, 0x0301, 1 << 14) + b"\x01\xff\xff\xff" + b"\x03\x03"
    return _hold(Row("a huge ClientHello begun"), server, count, seconds, ANNOUNCED_BYTES_MAX, begun)


PROCESSOR_SHARE_MAX = 0.2


def crowded_out(server, seconds=2):
    """More connections than there are descriptors for: the rest waits, nothing spins, and those inside chat on."""
    row = Row("out of descriptors")
    with Innocents(server) as innocents:
        innocents.peace()
        room = 20
        allowed = descriptor_count(server) + room
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (allowed, allowed))
        with innocents.window("abuse"):
            with Crowd(server, 2 * room) as crowd:
                crowd.say(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                used = processor_seconds(server)
                crowd.listen(time.monotonic() + seconds)
                used = (processor_seconds(server) - used) / seconds
                answered = sum(bool(stranger.received) for stranger in crowd.strangers)
            row.say(f"{answered} of {2 * room} answered, {used * 100:.1f} % of a core")
            row.expect(0 < answered <= room, "there were descriptors enough, so that nothing was tested")
            row.expect(used < PROCESSOR_SHARE_MAX, "it spins")
            with Crowd(server, 1) as crowd:
                crowd.say(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                crowd.listen(time.monotonic() + 3)
                row.expect(crowd.strangers[0].received.startswith(b"HTTP/1.1 200 "), "it does not recover")
        innocents.judge(row)
    return row
