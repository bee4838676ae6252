import Testing

/// Chat over wss by Python's `websockets` (`scripts/test` installs it).
@Suite("Chat over TLS", .enabled(if: TLSServer.hasWebSockets)) struct SecureChatTests {
    private func tell(_ story: String, showing names: [String] = []) throws -> [String] {
        let server = try TLSServer(showing: names)
        let tokens = try server.makeUsers(["ann", "bob"])
        return try server.tell(
            Self.prelude + story, with: ["\(server.process.pid)"] + tokens, python: TLSServer.pythonWithWebSockets)
    }

    @Test func `two people chat over wss`() throws {
        let told = try tell(
            """
            ann, bob = Person(WORDS[1], origin=f"https://localhost:{PORT}"), Person(WORDS[2])
            opened = ann.call("channel.open", username="bob")["data"]["channel"]
            print(ann.say(opened, "hello")["message_number"], bob.hear())
            print(bob.say(opened, "hello yourself")["message_number"], ann.hear("hello yourself"))
            try:
                Person(WORDS[1], origin="https://elsewhere.example")
            except Exception as error:
                print(error.response.status_code)
            await_for(ann.socket.close())
            print(ann.socket.close_code)
            """)
        #expect(told == ["1 hello", "2 hello yourself", "403", "1000"])
    }

    @Test func `large messages pass both ways, and a slow reader gets all of them in order`() throws {
        let told = try tell(
            """
            ann, bob = Person(WORDS[1]), SlowPerson(WORDS[2])
            opened = ann.call("channel.open", username="bob")["data"]["channel"]
            texts = [chr(97 + index % 26) * 16384 for index in range(300)]
            # Bob reads nothing meanwhile: five megabytes, much more than is queued for him.
            for text in texts:
                ann.say(opened, text)
            print([bob.hear() for _ in texts] == texts)
            page = ann.call("history.get", channel=opened, limit=200)["data"]["messages"]
            # A page ends at a mebibyte.
            print(len(page) > 50 and [message["text"] for message in page] == texts[-len(page):])
            """)
        #expect(told == ["True", "True"])
    }

    @Test func `a chat goes on while the certificate is changed`() throws {
        let told = try tell(
            """
            import os, signal
            ann, bob = Person(WORDS[1]), Person(WORDS[2])
            opened = ann.call("channel.open", username="bob")["data"]["channel"]
            for index in range(20):
                if index % 4 == 0:
                    os.kill(int(WORDS[0]), signal.SIGHUP)
                ann.say(opened, f"message {index}")
                assert bob.hear() == f"message {index}"
                assert ask(secure()) == "200"
            print("all heard")
            """)
        #expect(told == ["all heard"])
    }

    private static let prelude = """
        import asyncio
        from websockets.asyncio.client import connect as connect_socket

        LOOP = asyncio.new_event_loop()

        def await_for(what):
            return LOOP.run_until_complete(asyncio.wait_for(what, 20))

        class Person:
            def __init__(self, token, origin=None):
                # On one thread: Python lets two of them use one TLS connection at once, which OpenSSL does not.
                async def open():
                    return await connect_socket(
                        f"wss://localhost:{PORT}/api/v1/ws", host="127.0.0.1", ssl=context(), origin=origin,
                        max_size=None, proxy=None, ping_interval=None, subprotocols=["chat.v1"])
                self.socket = await_for(open())
                self.start(token)
            def send(self, text):
                await_for(self.socket.send(text))
            def recv(self):
                return await_for(self.socket.recv())
            def start(self, token):
                self.count = 0
                self.heard = []
                assert self.frame()["type"] == "hello"
                assert self.call("identify", token=token)["ok"]
            def frame(self):
                return json.loads(self.recv())
            def call(self, type, **data):
                self.count += 1
                self.send(json.dumps({"id": self.count, "type": type, "data": data}))
                while (frame := self.frame()).get("id") != self.count:
                    self.heard.append(frame)
                assert frame["ok"], frame
                return frame
            def say(self, channel, text):
                return self.call("message.send", channel=channel, client_msg_id=f"m-{self.count}", text=text)["data"]
            def hear(self, awaited=None):
                while True:
                    frame = self.heard.pop(0) if self.heard else self.frame()
                    if frame["type"] == "message.created" and awaited in (None, frame["data"]["text"]):
                        return frame["data"]["text"]

        class SlowPerson(Person):
            # Nothing is read before it is asked for.
            def __init__(self, token):
                plain = connect()
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                self.tls = context().wrap_socket(plain, server_hostname="localhost")
                self.reader = self.tls.makefile("rb", buffering=4096)
                self.tls.sendall(
                    b"GET /api/v1/ws HTTP/1.1\\r\\nHost: localhost\\r\\n"
                    b"Upgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                    b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n")
                while self.reader.readline() != b"\\r\\n":
                    pass
                self.start(token)
            def send(self, text):
                # Masked with zeros, which change nothing.
                self.tls.sendall(b"\\x81\\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text.encode())
            def recv(self):
                length = self.reader.read(2)[1]
                if length > 125:
                    length = int.from_bytes(self.reader.read(2 if length == 126 else 8), "big")
                return self.reader.read(length)


        """
}
