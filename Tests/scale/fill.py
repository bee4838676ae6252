"""Writes a large history straight into a server's data file: hours of chat in a minute.

The server makes the file and its schema; the rows are what it would have written itself, checksums included, and
everything is indexed. It reads them back by its own means, so that a mistake here is found by the server.
"""

import sqlite3
import struct
import time
import zlib

from seal import seal

START = 1_790_000_000_000
DIRECT = 1 << 62
USER_BITS = 31


def direct(one, other):
    low, high = sorted((one, other))
    return DIRECT | low << USER_BITS | high


def checksum(channel, seq, at, number, sender, name, text):
    head = struct.pack("<6q", channel, seq, at, 1, number, sender)
    return zlib.crc32(text, zlib.crc32(name, zlib.crc32(head)))


def note_checksum(channel, seq, at, kind, data):
    return zlib.crc32(data, zlib.crc32(struct.pack("<6q", channel, seq, at, kind, 0, 0)))


class Filler:
    def __init__(self, path):
        self.path = path
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "locking_mode=EXCLUSIVE", "cache_size=-400000"):
            self.database.execute(f"PRAGMA {pragma}")
        self.position = self.database.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()[0]

    def users(self, count):
        """Users `u1`, `u2` and so on, behind those that are there. Returns their numbers."""
        first = self.database.execute("SELECT coalesce(max(id), 0) FROM users").fetchone()[0] + 1
        self.database.executemany(
            "INSERT INTO users (uuid, username, username_folded, role, created_at, updated_at)"
            " VALUES (?, ?, ?, 'member', ?, ?)",
            ((f"uuid-u{n}", f"u{n}", f"u{n}", START, START) for n in range(first, first + count)),
        )
        return range(first, first + count)

    def channels(self, channels):
        """`channels` yields (id, kind, name, members, messages): each with its creation and so many messages, whose
        senders take turns."""
        database = self.database
        database.execute("BEGIN")
        journal, log, numbers, retries, heads, rows, members = [], [], [], [], [], [], []

        def flush():
            marks = ", ".join("?" * 10)
            database.executemany(
                "INSERT INTO journal (position, channel, seq, kind, at, message_number, sender, client_msg_id, body,"
                f" checksum) VALUES ({marks})", journal)
            database.executemany("INSERT INTO log_index VALUES (?, ?, ?)", log)
            database.executemany("INSERT INTO message_index VALUES (?, ?, ?)", numbers)
            database.executemany("INSERT INTO retry_index VALUES (?, ?, ?, ?)", retries)
            database.executemany("INSERT INTO heads VALUES (?, ?, ?, ?)", heads)
            database.executemany("INSERT INTO channels (id, kind, name, created_at) VALUES (?, ?, ?, ?)", rows)
            database.executemany(
                "INSERT INTO members (channel, user, role, read_number, joined_at) VALUES (?, ?, ?, ?, ?)", members)
            for gathered in (journal, log, numbers, retries, heads, rows, members):
                gathered.clear()

        for channel, kind, name, people, count in channels:
            rows.append((channel, kind, name, START))
            for index, user in enumerate(people):
                role = "owner" if kind == "group" and index == 0 else "member"
                members.append((channel, user, role, 0, START))
            self.position += 1
            data = b"{}"
            journal.append(
                (self.position, channel, 1, 2, START, None, None, None, "{}", note_checksum(channel, 1, START, 2, data)))
            log.append((channel, 1, self.position))
            for number in range(1, count + 1):
                self.position += 1
                sender, seq, at = people[number % len(people)], number + 1, START + number
                client_id, text = f"c{number}", f"message {number}, said by {sender}: lorem ipsum dolor sit amet"
                journal.append(
                    (self.position, channel, seq, 1, at, number, sender, client_id, text,
                     checksum(channel, seq, at, number, sender, client_id.encode(), text.encode())))
                log.append((channel, seq, self.position))
                numbers.append((channel, number, self.position))
                retries.append((channel, sender, client_id, self.position))
                if len(journal) >= 50_000:
                    flush()
            heads.append((channel, count + 1, count, START + count))
        flush()
        database.execute("UPDATE meta SET value = ? WHERE name IN ('indexed_through', 'notified_through')",
                         (self.position,))
        database.execute("COMMIT")

    def close(self):
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.close()
        seal(self.path)


def fill(path, channels, messages, large):
    """So many direct channels with so many messages in all, in the order of their ids, and before them one channel of
    `large` messages. Returns the number of the user who belongs to it and to a hundred others."""
    begun = time.monotonic()
    filler = Filler(path)
    width = 1
    while width * (width - 1) // 2 < channels:
        width += 1
    users = filler.users(width)
    each = messages // channels

    def pairs():
        left = channels
        for low in users:
            for high in range(low + 1, users[-1] + 1):
                if left == 0:
                    return
                left -= 1
                yield direct(low, high), "direct", None, (low, high), each

    def everything():
        yield 1, "group", "large", (users[0], users[1]), large
        yield from pairs()

    filler.channels(everything())
    filler.close()
    return users[0], time.monotonic() - begun
