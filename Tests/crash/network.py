"""Networks that lose, delay, cut and clog (rows O06 to O09).

Packets are dropped by nftables in a network of our own (ip netns), so as root, and nobody else's are touched. Where
delays are wanted, a proxy of ours holds the bytes back: kernels without netem cannot, and TCP shows its peers no more
of a network that reorders packets than that they come late.
"""

import asyncio
import contextlib
import os
import random
import subprocess
import threading
import time

from town import expect, server, wait_until

# So short that a partition is noticed within a test's time; the full 25 s, and the 30 s for who takes nothing, differ
# in nothing else.
HEARTBEAT_MILLISECONDS = 1_000
STALLED_MILLISECONDS = 2_000


class Net:
    """A network with nothing in it but a loopback, where rules are for what is put into it."""

    def __init__(self):
        self.name = f"confab-crash-{os.getpid()}"
        self.prefix = ["ip", "netns", "exec", self.name]

    def __enter__(self):
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        self.run("ip", "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.name], check=True)

    def run(self, *words, given=None):
        return subprocess.run([*self.prefix, *words], input=given, check=True, capture_output=True, text=True).stdout

    def drop(self, *what):
        """What of arriving packets is dropped, from now on and nothing else; each is counted."""
        rules = "".join(f"{rule} counter drop\n" for rule in what)
        self.run("nft", "-f", "-", given=f"""flush ruleset
            table inet crash {{
                set clogged {{ type inet_service; }}
                chain in {{ type filter hook input priority 0;
                {rules} }}
            }}""")

    @property
    def dropped(self):
        words = self.run("nft", "list", "ruleset").split()
        return sum(int(count) for word, count in zip(words, words[1:]) if word == "packets")

    def peers(self, port):
        """The ports of those who are connected to a port, as the server's side sees it."""
        lines = self.run("ss", "-tnH", "state", "established", f"( sport = :{port} )").splitlines()
        return {int(line.split()[3].rsplit(":", 1)[1]) for line in lines}


class Delayer(threading.Thread):
    """Stands between clients and a server, and holds back every piece that comes by, in each direction by itself."""

    def __init__(self, port, seed):
        super().__init__(daemon=True)
        self.port, self.chance = port, random.Random(seed)
        self.url, self.pieces = None, 0
        self.ready, self.loop = threading.Event(), asyncio.new_event_loop()

    def run(self):
        asyncio.set_event_loop(self.loop)
        made = self.loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{made.sockets[0].getsockname()[1]}"
        self.ready.set()
        self.loop.run_forever()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join()

    async def _meet(self, reader, writer):
        try:
            other, onward = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._carry(reader, onward), self._carry(other, writer), return_exceptions=True)

    async def _carry(self, reader, writer):
        """Pieces leave in their order, each 200 +- 100 ms after it came; of a hundred, two come as late as those do
        that were lost on the way and sent again."""
        queue = asyncio.Queue()

        async def deliver():
            while (piece := await queue.get()) is not None:
                due, content = piece
                await asyncio.sleep(max(0, due - self.loop.time()))
                writer.write(content)
                await writer.drain()
            writer.close()

        delivering = asyncio.ensure_future(deliver())
        with contextlib.suppress(OSError):
            while content := await reader.read(65_536):
                late = 0.4 if self.chance.random() < 0.02 else 0
                await queue.put((self.loop.time() + self.chance.uniform(0.1, 0.3) + late, content))
                self.pieces += 1
        await queue.put(None)
        with contextlib.suppress(OSError):
            await delivering


def network(run, seconds):
    """Loss, delays, a partition in one direction and clogs, one after another, under load."""
    told, acks, fired = [], 0, 0
    for fault in (losing, partitioned, clogging):
        with Net() as net:
            town = run.town()
            town.prefix = net.prefix
            host = server(town.data, net.prefix, heartbeat_milliseconds=HEARTBEAT_MILLISECONDS,
                          stalled_milliseconds_max=STALLED_MILLISECONDS)
            host.start()
            load = town.load(host, cut=0.02)
            try:
                wait_until(lambda: len(net.peers(host.port)) >= 10, 10, "clients")
                said, count = fault(run, net, host, load, seconds)
                net.drop()
                load.end(run.acks_min // 3)
            finally:
                load.kill()
                host.kill()
        expect(count > 0, f"{fault.__name__} dropped nothing")
        acks, fired = acks + load.acks, fired + count
        told.append(said)
        town.prefix = []
        town.judge().require(fault.__name__)
        town.leave()
    said, count, more = delayed(run, seconds)
    acks, fired = acks + more, fired + count
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    return "; ".join([*told, said, f"{acks} acknowledged"]), fired, acks


def losing(run, net, host, load, seconds):
    """30 % of all packets are lost, and it goes on all the same."""
    before = load.acks
    net.drop("numgen random mod 100 < 30")
    time.sleep(seconds)
    passed = load.acks - before
    expect(passed > 0, "nothing was acknowledged while packets were lost")
    lost = net.dropped
    return f"{lost} packets lost, {passed} acknowledged meanwhile", lost


def partitioned(run, net, host, load, seconds):
    """What half of the clients say does not arrive: the server lets go of them, and goes on with the others."""
    net.drop(f"tcp dport {host.port} tcp sport & 2 == 2")
    cut = {port for port in net.peers(host.port) if port & 2}
    begun, before = time.monotonic(), load.acks
    wait_until(lambda: not cut & net.peers(host.port), 5 * (HEARTBEAT_MILLISECONDS + STALLED_MILLISECONDS) / 1_000,
               "the server holds on to who is cut off", every=0.1)
    freed = time.monotonic() - begun
    time.sleep(max(0, seconds - freed))
    expect(len(cut) > 0, "nobody was cut off")
    expect(load.acks > before, "the others were cut off as well")
    return f"{len(cut)} clients cut off in one direction, let go of after {freed:.1f} s", net.dropped


def clogging(run, net, host, load, seconds):
    """One connection after another is clogged in both directions, and they come free in another order."""
    net.drop("tcp sport @clogged", "tcp dport @clogged")
    chance = random.Random(run.seed)
    ports = sorted(net.peers(host.port))
    for order, verb in ((ports, "add"), (chance.sample(ports, len(ports)), "delete")):
        for port in order:
            net.run("nft", verb, "element", "inet", "crash", "clogged", f"{{ {port} }}")
            time.sleep(seconds / 2 / len(ports))
    return f"{len(ports)} connections clogged one by one", net.dropped


def delayed(run, seconds):
    town = run.town()
    host = server(town.data)
    host.start()
    delayer = Delayer(host.port, run.seed)
    delayer.start()
    delayer.ready.wait(10)
    load = town.load(delayer, cut=0.02)
    try:
        time.sleep(seconds)
        load.end(run.acks_min // 3)
        verdict = town.judge(host).require("delays")
    finally:
        load.kill()
        host.kill()
        delayer.stop()
    town.leave()
    expect(delayer.pieces > 0, "nothing was delayed")
    return f"{delayer.pieces} pieces delayed by 100 to 700 ms", delayer.pieces, verdict.acks
