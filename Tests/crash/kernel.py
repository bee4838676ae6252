"""Power cuts of a real kernel (row D08): server and clients run in a User Mode Linux, whose disk is a file with an ext4
in it, and whose process is killed. What the clients were told is written outside of it."""

import json
import os
import random
import shlex
import signal
import subprocess
import time

import controls
from town import CLIENTS, LOADTEST, Town, expect, lines, server, wait_until

IMAGE_BYTES = 192 << 20
GUEST = """#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc && mount -t tmpfs tmpfs /run && mknod /run/disk b 98 0 && ip link set lo up || exit 1
mount -t ext4 /run/disk {disk} || exit 1
export {variables}
{serve} >{place}/server.log 2>&1 &
until (: </dev/tcp/127.0.0.1/8080) 2>/dev/null; do sleep 0.1; done
{load} >{place}/load.log 2>&1
sleep 1000
"""


def guest(town, place, **settings):
    """Starts a kernel on a disk that has the town's data."""
    disk, image, script = place / "disk", place / "image", place / "init"
    disk.mkdir()
    (place / "content").mkdir()
    os.rename(town.data, place / "content" / "data")
    with open(image, "wb") as file:
        file.truncate(IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", str(place / "content"), str(image)], check=True)
    host = server(disk / "data", **settings)
    serve = [host.binary, "serve", "--dev", "--listen", "127.0.0.1:8080", "--data", str(disk / "data")]
    load = [LOADTEST, "history", "--url", "http://127.0.0.1:8080", "--tokens", str(town.tokens), "--out",
            str(town.history), "--clients", str(CLIENTS), "--seconds", "3600", "--rate", "600", "--cut-after-send",
            "0.05"]
    script.write_text(GUEST.format(
        disk=disk, place=place, serve=shlex.join(serve), load=shlex.join(load),
        variables=" ".join(f"{name}={value}" for name, value in host.variables.items())))
    script.chmod(0o755)
    with open(place / "console", "wb") as console:
        return subprocess.Popen(
            ["linux.uml", "mem=512M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw", f"init={script}",
             "con=null", "con0=null,fd:1", f"ubd0={image}"],
            stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, start_new_session=True,
            env=os.environ | {"TMPDIR": str(place)})


def cuts(run, count):
    """Cuts under load; what was acknowledged is there when the disk is mounted again. The debug build with a fault,
    whose commits are not synced, loses something."""
    chance, acks = random.Random(run.seed), 0
    quota = max(run.acks_min // count, 100)
    for number in range(count):
        acks += cut(run, chance, quota).require(f"power cut {number} of a kernel, seed {run.seed}").acks
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    lossy = cut(run, chance, 1_000, program=controls.DEBUG_BINARY, planted_fault="sync-normal")
    expect({"R4", "R8"} & set(lossy.broken), f"commits that are not synced were not found out:\n{lossy.text}")
    return (f"{count} kernels cut off, {acks} acknowledged; commits that are not synced found by "
            f"{' '.join(lossy.broken)}"), count, acks


def cut(run, chance, quota, **settings):
    """What the checker says of what one cut leaves."""
    town, place = run.town(), run.place()
    place.mkdir()
    kernel = guest(town, place, **settings)
    try:
        def answered():
            expect(kernel.poll() is None, f"the kernel ended: {(place / 'console').read_text()[-2_000:]}")
            return town.history.exists() and town.history.read_bytes().count(b'"op":"ack"') >= quota

        wait_until(answered, 120, "acknowledgements", every=0.1)
        time.sleep(chance.uniform(0, 1))
    finally:
        # It leaves helpers behind when it is killed alone.
        os.killpg(kernel.pid, signal.SIGKILL)
        kernel.wait()
    left = Town(place / "left")
    left.folder.mkdir()
    subprocess.run(["mount", "-o", "loop", str(place / "image"), str(place / "disk")], check=True)
    try:
        subprocess.run(["cp", "-a", str(place / "disk" / "data"), str(left.data)], check=True)
    finally:
        subprocess.run(["umount", str(place / "disk")], check=True)
    (left.data / "control.sock").unlink(missing_ok=True)
    # The last line may be half of one.
    left.history.write_text("".join(json.dumps(entry) + "\n" for entry in lines(town.history)))
    left.tokens.write_bytes(town.tokens.read_bytes())
    verdict = left.judge()
    subprocess.run(["rm", "-rf", str(place), str(town.folder)], check=True)
    return verdict
