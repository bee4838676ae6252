"""A planned stop in the middle of traffic."""

import json
import select
import time

from .people import direct, people
from .row import Row
from .wire import CLOSE, TEXT, Chat, command, frame

IN_FLIGHT = 8


class Talker:
    """One socket that always has so many sends on their way."""

    def __init__(self, server, person, channel):
        self.chat, self.channel, self.name = Chat(server, person.token), channel, person.name
        self.sent, self.acked, self.retry_after, self.close, self.has_ended = 0, {}, None, None, False
        self.chat.tcp.setblocking(False)
        for _ in range(IN_FLIGHT):
            self.send()

    def send(self):
        self.sent += 1
        name = f"{self.name}-{self.sent}"
        self.chat.tcp.send(command(name, "message.send", channel=self.channel, client_msg_id=name, text="words"))

    def read(self):
        piece = self.chat.tcp.recv(1 << 18)
        if not piece:
            self.has_ended = True
            # As a sound client does: until then the server would wait for it.
            self.chat.tcp.close()
            return
        for opcode, payload in self.chat.frames.take(piece):
            self.hear(opcode, payload)

    def hear(self, opcode, payload):
        if opcode == CLOSE:
            self.close = int.from_bytes(payload[:2], "big"), json.loads(payload[2:])
            self.chat.tcp.send(frame(CLOSE, payload[:2]))
            return
        assert opcode == TEXT, payload
        message = json.loads(payload)
        if message.get("type") == "reconnect":
            self.retry_after = message["data"]["retry_after_ms"]
        elif "id" in message:
            assert message["ok"], message
            self.acked[message["id"]] = message["data"]["message_number"]
            if self.retry_after is None:
                self.send()


def _run(talkers, seconds):
    poll, by_descriptor = select.poll(), {}
    for talker in talkers:
        if not talker.has_ended:
            by_descriptor[talker.chat.tcp.fileno()] = talker
            poll.register(talker.chat.tcp, select.POLLIN)
    until = time.monotonic() + seconds
    while by_descriptor and (left := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            talker = by_descriptor[descriptor]
            try:
                talker.read()
            except ConnectionError:
                talker.has_ended = True
            if talker.has_ended:
                poll.unregister(descriptor)
                del by_descriptor[descriptor]


def _history(server, person, channel):
    """Everything that was said, by its number."""
    messages, last = [], 0
    with Chat(server, person.token) as chat:
        while True:
            page = chat.ask("history.get", channel=channel, after=last, limit=200)
            messages += page["messages"]
            if not page["has_more"]:
                return messages
            last = messages[-1]["message_number"]


def under_load(server, cycles, pairs, seconds=0.7):
    """The server's rates must be off. It is started again after each stop."""
    row = Row("stops under load")
    users = people(server, 2 * pairs)
    channels = [(one, other, direct(server, one, other)) for one, other in zip(users[::2], users[1::2])]
    acked, said, longest, unanswered = {channel: {} for _, _, channel in channels}, 0, 0, 0
    for cycle in range(cycles):
        talkers = [Talker(server, _named(person, cycle), channel)
                   for one, other, channel in channels for person in (one, other)]
        _run(talkers, seconds)
        before = sum(len(talker.acked) for talker in talkers)
        row.expect(before > 10 * pairs, f"only {before} sends before the stop: that is no load")
        begun = time.monotonic()
        server.ask_to_stop()
        _run(talkers, 30)
        status = server.wait()
        longest = max(longest, time.monotonic() - begun)
        row.expect(status == 0, f"ended with {status}")
        _judge_goodbyes(row, talkers)
        for talker in talkers:
            acked[talker.channel].update(talker.acked)
            said += talker.sent
        unanswered += sum(talker.sent - len(talker.acked) for talker in talkers)
        server.start()
    kept = 0
    for one, _, channel in channels:
        messages = _history(server, one, channel)
        kept += len(messages)
        numbers = [message["message_number"] for message in messages]
        row.expect(numbers == list(range(1, len(numbers) + 1)), f"the numbers of {channel} are not dense")
        by_name = {message["client_msg_id"]: message["message_number"] for message in messages}
        row.expect(len(by_name) == len(messages), f"something in {channel} was said twice")
        lost = [name for name, number in acked[channel].items() if by_name.get(name) != number]
        row.expect(not lost, f"{len(lost)} acknowledged messages are not where they were, first {lost[:1]}")
    row.say(f"{cycles} stops, {sum(map(len, acked.values())):,} acknowledged of {said:,}, {kept:,} kept")
    row.say(f"longest stop {longest:.1f} s; {unanswered} sends not answered")
    row.expect(longest < 30, "a stop took longer than 30 s")
    return row


def _named(person, cycle):
    """The same user; what is said in each cycle has names of its own."""
    return type(person)(f"{person.name}-{cycle}", person.token)


def _judge_goodbyes(row, talkers):
    told = [talker.retry_after for talker in talkers if talker.retry_after is not None]
    row.expect(len(told) == len(talkers), f"{len(talkers) - len(told)} of {len(talkers)} heard no reconnect")
    row.expect(len(set(told)) > len(told) * 0.8, "the delays are too much alike")
    for talker in talkers:
        wanted = 4200, {"code": "server_restart", "retry_after_ms": talker.retry_after}
        row.expect(talker.close == wanted, f"closed with {talker.close} and not {wanted}")
