"""Faults planted in the server on purpose: each must be found, or nothing that was found out is worth anything."""

import os
import pathlib
import subprocess
import time

import power
from town import ROOT, expect, server

DEBUG_BINARY = pathlib.Path(os.environ.get("CONFAB_DEBUG") or ROOT / ".build" / "debug" / "confab")
SWITCH = "CONFAB_PLANTED_FAULT"


def talk(run, fault):
    """The verdict on a server with a fault, or without one, to which nothing happens."""
    town = run.town()
    host = server(town.data, program=DEBUG_BINARY, planted_fault=fault)
    host.start()
    load = town.load(host, cut=0.05)
    try:
        load.end(run.acks_min)
        return town.judge(host, acks=run.acks_min)
    finally:
        load.kill()
        host.kill()
        town.leave()


def controls(run, count):
    """The same short runs with each fault; and without one, which must pass."""
    told, acks = [], 0
    verdict = talk(run, "").require("the debug build without a fault")
    acks += verdict.acks
    for fault, rules in (("off-by-one", {"R1"}), ("dropped-fanout", {"R9"})):
        verdict = talk(run, fault)
        acks += verdict.acks
        expect(rules <= set(verdict.broken), f"{fault} was not found:\n{verdict.text}")
        told.append(f"{fault} by {' '.join(verdict.broken)}")
    for fault in ("", "early-reply", "sync-normal"):
        bad, recording, _ = power.cuts(
            run, count, modes=("none", "torn"), seconds=3, program=DEBUG_BINARY, planted_fault=fault)
        acks += recording.acks
        if fault:
            expect(bad, f"{fault} was not found in {count} power cuts")
            expect(any("is lost" in what for _, _, what in bad), f"{fault} lost nothing: {bad[0][2]}")
            told.append(f"{fault} by {len(bad)} of {count} power cuts")
        else:
            expect(not bad, f"the debug build without a fault: {bad[:1]}")
    release = pathlib.Path(server(run.place()).binary)
    expect(holds(DEBUG_BINARY) and not holds(release), f"{release} knows of {SWITCH}")
    return ", ".join(told) + "; the release build has no trace of them", len(told), acks


def holds(binary):
    """Whether a program has the switch's name in it."""
    return subprocess.run(["grep", "-q", SWITCH.encode(), str(binary)]).returncode == 0
