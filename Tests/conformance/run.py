"""Runs cases: run.py SUITE [SUBJECT] [--full] [--only PREFIX] [--verbose]. The last line counts.

SUITE is `cases` with the address of an echo server, or `chat` or `clients`, which start confab themselves; `clients` is
given the directory of a certificate. Whom SSL_CERT_FILE vouches for is trusted over TLS."""

import argparse
import concurrent.futures
import importlib
import pathlib
import sys
import time
import traceback

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))


def attempt(case, subject):
    begun = time.monotonic()
    try:
        case.run(subject)
        fault = None
    except Exception:
        fault = traceback.format_exc(limit=-3)
    return case, fault, time.monotonic() - begun


def main():
    words = argparse.ArgumentParser()
    words.add_argument("suite", choices=["cases", "clients", "chat"])
    words.add_argument("subject", nargs="?")
    words.add_argument("--full", action="store_true")
    words.add_argument("--only", default="")
    words.add_argument("--verbose", action="store_true")
    asked = words.parse_args()
    suite = importlib.import_module(asked.suite)
    wanted = [case for case in suite.all_cases(asked.full) if case.name.startswith(asked.only)]
    failed = 0
    with suite.prepared(asked.subject) as subject, concurrent.futures.ThreadPoolExecutor(8) as pool:
        for case, fault, seconds in pool.map(attempt, wanted, [subject] * len(wanted)):
            failed += fault is not None
            if fault or asked.verbose:
                print("%s %s (%.2f s)" % ("FAILED" if fault else "ok", case.name, seconds))
            if fault:
                print(fault)
    print("%d cases passed, %d failed" % (len(wanted) - failed, failed))
    return failed > 0 or not wanted


raise SystemExit(main())
