"""Python's wsproto, which makes and reads bytes and leaves the socket to us."""

import socket
import ssl
import urllib.parse

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from peer import expect

SECONDS = 30


class Client:
    name = "wsproto"

    def __init__(self, url):
        address = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), SECONDS)
        if address.scheme == "wss":
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=address.hostname)
        self.connection, self.events = WSConnection(ConnectionType.CLIENT), []
        self.write(Request(
            host=address.netloc, target=address.path, subprotocols=["chat.v1"], extensions=[PerMessageDeflate()]))
        accepted = self.next()
        expect(isinstance(accepted, AcceptConnection), "not accepted: %s" % accepted)
        expect(accepted.extensions, "no compression was agreed on")
        self.subprotocol = accepted.subprotocol

    def write(self, event):
        self.socket.sendall(self.connection.send(event))

    def next(self):
        while not self.events:
            data = self.socket.recv(1 << 16)
            expect(data, "the connection was cut off")
            self.connection.receive_data(data)
            self.events.extend(self.connection.events())
        return self.events.pop(0)

    def send(self, text):
        self.write(TextMessage(text))

    def receive(self):
        pieces = []
        while not pieces or not pieces[-1].message_finished:
            pieces.append(self.next())
            expect(isinstance(pieces[-1], TextMessage), "no text came but %s" % pieces[-1])
        return "".join(piece.data for piece in pieces)

    def close(self):
        self.write(CloseConnection(1000))
        end = self.next()
        expect(isinstance(end, CloseConnection) and end.code == 1000, "closed with %s" % end)
        self.socket.close()
