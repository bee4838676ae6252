"""A mail server that others hand letters to: SMTP on loopback, over TLS from the first byte, by STARTTLS or without."""

import base64
import queue
import socket
import ssl
import threading


class PostOffice:
    """`letters` gets what was taken, `ended` how each connection ended: None, or why there was no TLS. `plain` has the
    lines that were said in plain sight. `judge`, where there is one, has the answer to each letter."""

    def __init__(self, certificate=None, implicit=False, user=None, judge=None):
        self.letters, self.ended, self.plain = queue.Queue(), queue.Queue(), []
        self.implicit, self.user, self.judge = implicit, user, judge
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if certificate:
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, host="127.0.0.1"):
        return f"{'smtps' if self.implicit else 'smtp'}://{host}:{self.port}"

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line):
        line.settimeout(20)
        try:
            if self.implicit:
                line = self.context.wrap_socket(line, server_side=True)
            self._talk(line)
            self.ended.put(None)
        except (OSError, EOFError) as error:
            self.ended.put(error)
        finally:
            line.close()

    def _talk(self, line):
        lines = Lines(line)
        lines.say("220 office ESMTP")
        letter = {"plain": [], "auth": None}
        while True:
            said = lines.next()
            is_plain = not isinstance(lines.socket, ssl.SSLSocket)
            if is_plain:
                self.plain.append(said)
            verb = said.split(b" ")[0].upper()
            if verb in (b"EHLO", b"HELO"):
                more = "250-AUTH PLAIN" if not is_plain else "250-STARTTLS" if self.context else "250-SIZE"
                lines.say("250-office", more, "250 8BITMIME")
            elif verb == b"STARTTLS":
                lines.say("220 go on")
                lines = Lines(self.context.wrap_socket(lines.socket, server_side=True))
            elif verb == b"AUTH":
                words = said.split(b" ")
                if len(words) < 3:
                    lines.say("334 ")
                    words.append(lines.next())
                letter["auth"] = base64.b64decode(words[2]).decode().split("\0")[1:]
                lines.say("235 ok")
            elif verb in (b"MAIL", b"RCPT"):
                letter[verb.decode().lower()] = said.split(b"<")[1].split(b">")[0].decode()
                lines.say("250 ok")
            elif verb == b"DATA":
                lines.say("354 go on")
                content = []
                while (part := lines.next()) != b".":
                    content.append(part)
                letter["content"] = b"\n".join(content).decode()
                answer = self.judge(letter) if self.judge else "250 taken"
                if answer.startswith("250"):
                    self.letters.put(letter)
                lines.say(answer)
            elif verb == b"QUIT":
                lines.say("221 bye")
                return
            else:
                lines.say("502 what?")


class Lines:
    def __init__(self, line):
        self.socket, self.rest = line, b""

    def next(self):
        while b"\r\n" not in self.rest:
            part = self.socket.recv(1 << 16)
            if not part:
                raise EOFError("the peer has gone")
            self.rest += part
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line

    def say(self, *lines):
        self.socket.sendall("".join(line + "\r\n" for line in lines).encode())
