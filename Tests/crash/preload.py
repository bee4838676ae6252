"""Libraries of ours that a server is started with (LD_PRELOAD), built from the C file of the same name beside this one."""

import pathlib
import subprocess

from town import ROOT


def build(name):
    """The library's path; built when there is none, or an old one."""
    source, library = pathlib.Path(__file__).parent / f"{name}.c", ROOT / ".build" / f"{name}.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        library.parent.mkdir(exist_ok=True)
        compiler = "clang" if subprocess.run(["which", "clang"], capture_output=True).returncode == 0 else "cc"
        subprocess.run(
            [compiler, "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(source),
             "-ldl", "-lpthread"], check=True)
    return library
