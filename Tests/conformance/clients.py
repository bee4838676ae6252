"""Clients that somebody else wrote, against the echo server: Python's websockets, and Node's own WebSocket where this
Node has one."""

import contextlib
import shutil
import subprocess

from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect

from cases import Case, documents, noise
from peer import expect

SIZES = (0, 1, 199, 200, 1000, 65536, 1 << 20)


def python_client(options, sizes):
    def run(url):
        factory = ClientPerMessageDeflateFactory(**options) if options is not None else None
        extensions = [factory] if factory else []
        with connect(url.replace("http:", "ws:"), compression=None, extensions=extensions, max_size=None) as peer:
            agreed = bool(peer.protocol.extensions)
            expect(agreed == (options is not None), "agreed on compression: %s" % agreed)
            for count in sizes:
                for message in (documents(count), noise(count)):
                    peer.send(message)
                    expect(peer.recv() == message, "%d bytes came back as others" % count)
                words = documents(count).decode()
                peer.send(words)
                expect(peer.recv() == words, "a text of %d bytes came back as another" % count)
            # In fragments, as an iterator is sent.
            peer.send(iter([words[:100], words[100:5000], words[5000:9000], ""]))
            expect(peer.recv() == words[:9000], "fragments came back as something else")

    return run


NODE = """
const socket = new WebSocket(process.argv[1]);
socket.binaryType = "arraybuffer";
// Node itself refuses what becomes larger than 4 MiB.
const sizes = [0, 1, 199, 200, 1000, 65536, 1 << 20];
const sent = sizes.flatMap((size) => ["grüße ".repeat(size).slice(0, size >> 1), new Uint8Array(size).fill(7)]);
let next = 0;
const fail = (why) => { console.log(why); process.exit(1); };
socket.onopen = () => {
  if (!socket.extensions.startsWith("permessage-deflate")) fail("no compression: " + socket.extensions);
  for (const message of sent) socket.send(message);
};
socket.onmessage = ({ data }) => {
  const wanted = sent[next++];
  const same = typeof wanted === "string" ? data === wanted
    : Buffer.compare(Buffer.from(data), Buffer.from(wanted)) === 0;
  if (!same) fail("message " + next + " came back as another");
  if (next === sent.length) socket.close(1000);
};
socket.onclose = ({ code }) => {
  if (next !== sent.length || code !== 1000) fail("closed with " + code + " after " + next);
};
"""


def node(words):
    return subprocess.run(
        ["node", "--experimental-websocket", *words], capture_output=True, text=True, timeout=120)


def node_client(url):
    done = node(["-e", NODE, "--", url.replace("http:", "ws:")])
    expect(done.returncode == 0, done.stdout + done.stderr)


def all_cases(full):
    sizes = SIZES * 2 + (16 << 20,) if full else SIZES
    cases = [Case("Python's websockets without compression", python_client(None, sizes))]
    variants = [
        {}, {"client_max_window_bits": True}, {"server_no_context_takeover": True}, {"client_no_context_takeover": True},
        {"server_max_window_bits": 9, "client_max_window_bits": 9}, {"server_max_window_bits": 8},
        {"server_max_window_bits": 12, "client_max_window_bits": 15, "server_no_context_takeover": True},
    ]
    for options in variants:
        cases.append(Case("Python's websockets with %s" % (options or "nothing asked"), python_client(options, sizes)))
    if shutil.which("node") and node(["-e", "new WebSocket('ws://127.0.0.1:1').onerror = () => {}"]).returncode == 0:
        cases.append(Case("Node's WebSocket", node_client))
    return cases


def prepared(url):
    return contextlib.nullcontext(url)
