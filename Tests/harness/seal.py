"""Data files that a test has written to by SQLite of its own: the server holds every page to a checksum."""

import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).with_name("seal.c")
PROGRAM = SOURCE.parents[2] / ".build" / "seal"


def seal(path):
    """Gives each page its checksum. Nothing has the file open, and it has no write-ahead log."""
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(exist_ok=True)
        compiler = "clang" if subprocess.run(["which", "clang"], capture_output=True).returncode == 0 else "cc"
        subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(PROGRAM), str(SOURCE)], check=True)
    assert not pathlib.Path(f"{path}-wal").exists(), "what is in the log would be sealed by nobody"
    subprocess.run([str(PROGRAM), str(path)], check=True)
