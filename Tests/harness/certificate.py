"""A certificate for this machine that a test makes for itself: certificate.py DIRECTORY."""

import pathlib
import subprocess
import sys


def make(directory, names="DNS:localhost,IP:127.0.0.1"):
    """Makes localhost.crt and localhost.key in `directory`, for a server on 127.0.0.1 or whom `names` (OpenSSL's
    subjectAltName) names; returns the two paths.

    Clients trust it when SSL_CERT_FILE names it: OpenSSL, and so Python, reads that by itself."""
    certificate, key = (pathlib.Path(directory) / name for name in ("localhost.crt", "localhost.key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-days", "90", "-subj", "/CN=localhost", "-newkey", "ec",
         "-pkeyopt", "ec_paramgen_curve:P-256", "-addext", f"subjectAltName={names}",
         # Some clients insist that who signs says so, even where it is only itself.
         "-addext", "keyUsage=critical,digitalSignature,keyCertSign", "-keyout", key, "-out", certificate],
        check=True, stderr=subprocess.PIPE)
    return certificate, key


if __name__ == "__main__":
    make(sys.argv[1])
