"""Has testssl.sh look for everything it knows in the server's TLS. Says what it finds that is HIGH or CRITICAL; the
last line counts."""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

import certificate
from server import Server

BAD = {"HIGH", "CRITICAL", "FATAL"}
# Nobody vouches for a certificate that is made for the scan, and nobody could revoke it.
OF_THE_CERTIFICATE = {"cert_chain_of_trust", "cert_revocation"}
# What is there when a scan came to its end.
NEEDED = {
    "SSLv3", "TLS1_2", "TLS1_3", "cipher_order", "cert_trust", "heartbleed", "CCS", "ROBOT", "secure_client_renego",
    "LUCKY13", "RC4", "scanTime"}


def scan(address, report):
    """What testssl.sh found. Its exit status counts what it complains of, so it is not asked."""
    command = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--jsonfile", report, address]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=900)
    print(done.stdout)
    return json.loads(pathlib.Path(report).read_text())


def main():
    with tempfile.TemporaryDirectory() as directory:
        files = certificate.make(directory)
        server = Server(directory + "/data", "--tls-cert", str(files[0]), "--tls-key", str(files[1]))
        server.start()
        try:
            findings = scan(server.url.removeprefix("https://"), directory + "/report.json")
        finally:
            server.kill()
    missing = NEEDED - {finding["id"] for finding in findings}
    for name in sorted(missing):
        print("FAILED %s: was not looked at" % name)
    bad = [f for f in findings if f["severity"] in BAD and f["id"] not in OF_THE_CERTIFICATE]
    for finding in bad:
        print("FAILED %(id)s: %(severity)s, %(finding)s" % finding)
    print("%d findings passed, %d failed" % (len(findings) - len(bad), len(bad) + len(missing)))
    return bool(bad or missing)


raise SystemExit(main())
