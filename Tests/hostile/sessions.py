"""Sound sessions of one user, over WebSocket and HTTP, with small faults in them."""

import json

import faults
from chat import DEFLATE
from peer import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT, frame

HEARTBEAT = {"type": "pong"}
EXTRAS = ["X-Request-Id: abc", 'If-None-Match: "a", W/"b"', "Expect: 100-continue", "Range: bytes=0-9",
          "Origin: http://localhost", "Accept-Encoding: gzip;q=1"]
UPGRADE = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", f"Sec-WebSocket-Extensions: {DEFLATE}"]


class Speaker:
    """A user with a token and a channel, who says what the chance tells."""

    def __init__(self, token, channel, epoch):
        self.token, self.channel, self.epoch = token, channel, epoch

    def frames(self, source, deflate):
        """The frames of a session; `deflate` where compression was agreed on."""
        commands = [self.opening(source), *(self.command(source, id) for id in range(source.randint(3, 30)))]
        wrong = set(source.sample(range(len(commands)), source.randint(0, 2)))
        frames = []
        for number, command in enumerate(commands):
            words = json.dumps(command).encode()
            if number in wrong:
                is_json = source.random() < 0.7
                words = faults.misstate(source, command) if is_json else faults.any_fault(source, words)
            frames += self.framed(source, words, deflate)
        for _ in range(source.choice([0, 0, 1, 2])):
            number = source.randrange(len(frames))
            frames[number] = source.choice([faults.any_fault, faults.relength])(source, frames[number])
        return faults.rearrange(source, frames) if source.random() < 0.2 else frames

    def opening(self, source):
        data = {"token": self.token}
        if source.random() < 0.7:
            return {"id": "i", "type": "identify", "data": data}
        data |= {"session_id": f"{source.randrange(9):032x}", "epoch": self.epoch, "me_seq": source.randrange(5)}
        data["channels"] = {self.channel: source.choice([0, 1 << 40, 1 << 40, 1 << 40]), "1": 2}
        return {"id": "r", "type": "resume", "data": data}

    def command(self, source, id):
        number = source.choice([0, 1, 2, source.randrange(1000)])
        kind, data = source.choice([
            ("message.send", {"client_msg_id": f"{source.randrange(500)}", "text": "said " * number}),
            ("message.send", {"text": source.choice(["a", "é", "\U0001f600", "\u0301"]) * 9}),
            ("read.update", {"message_number": number}),
            ("history.get", {source.choice(["before", "after", "around"]): number + 1, "limit": 3}),
            ("events.get", {"after_seq": number, "limit": 3}),
            ("channel.open", {"username": source.choice(["mallory", "nobody", "eve"])}),
            ("ping", {}),
            ("identify", {"token": self.token}),
        ])
        command = {"id": source.choice([id, str(id)]), "type": kind, "data": {"channel": self.channel} | data}
        return HEARTBEAT if source.random() < 0.02 else command

    @staticmethod
    def framed(source, words, deflate):
        """A message in one frame or two, with now and then a control frame behind it."""
        key, rsv, form = source.randbytes(4), 0, source.random()
        if deflate and source.random() < 0.5:
            words, rsv = deflate.compress(words), RSV1
            words = faults.any_fault(source, words) if source.random() < 0.03 else words
        if form < 0.1:
            at = source.randrange(len(words) + 1)
            yield frame(TEXT, words[:at], fin=False, rsv=rsv, key=key)
            yield frame(CONTINUATION, words[at:], key=key)
        else:
            opcode = source.choice([CONTINUATION, BINARY, 3, CLOSE, PING, 15]) if form > 0.995 else TEXT
            yield frame(opcode, words, rsv=rsv, key=key)
        if source.random() < 0.1:
            yield frame(source.choice([PING, PONG]), source.randbytes(source.randrange(126)), key=key)

    def requests(self, source):
        """The requests of a connection."""
        requests = [self.request(source) for _ in range(source.randint(1, 12))]
        if source.random() < 0.8:
            number = source.randrange(len(requests))
            requests[number] = faults.any_fault(source, requests[number])
        return faults.rearrange(source, requests) if source.random() < 0.2 else requests

    def request(self, source):
        base = f"/api/v1/channels/{self.channel}"
        message = {"client_msg_id": f"{source.randrange(500)}", "text": "said"}
        login = {"login": "eve", "password": "not the one", "remember": True}
        method, target, body = source.choice([
            ("GET", "/health", None), ("HEAD", "/health", None), ("GET", "/", None), ("GET", "/nowhere", None),
            ("GET", "/api/v1/channels?limit=2", None), ("GET", base, None), ("GET", base + "/members", None),
            ("GET", base + "/messages?before=9&limit=3", None), ("POST", base + "/messages", message),
            ("PUT", base + "/read", {"message_number": 1}), ("GET", "/api/v1/ws", None), ("DELETE", base + "/read", None),
            ("POST", "/api/v1/auth/refresh", {"refresh_token": "A" * 43}), ("GET", "/api/v1/users/me", None),
            ("OPTIONS", "/api/v1/users/me", None), ("POST", "/api/v1/auth/login", login),
        ])
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}"]
        lines += UPGRADE if target.endswith("/ws") else source.sample(EXTRAS, source.randrange(3))
        data = b""
        if body:
            data = faults.misstate(source, body) if source.random() < 0.4 else json.dumps(body).encode()
            lines.append("Content-Type: application/json")
            if source.random() < 0.3:
                lines.append("Transfer-Encoding: chunked")
                data = b"%x;a=b\r\n%b\r\n0\r\nt: u\r\n\r\n" % (len(data), data)
            else:
                lines.append(f"Content-Length: {len(data)}")
        return "\r\n".join([*lines, "", ""]).encode() + data
