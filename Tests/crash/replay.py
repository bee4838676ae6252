"""What a power cut could have left of a directory, from the record of what was done to it (recorder.c).

The disk is taken at its word and at nothing more: bytes are there for certain when a sync of their file has returned,
names when a sync of their directory has. What was written since may be there in any part: none, all, a random half
of the writes, or of each write some of its sectors of 512 bytes. Directories are kept in the order of their changes, up
to any point, as journals of file systems do.
"""

import collections
import dataclasses
import os
import pathlib
import struct

WRITE, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MAKE_DIRECTORY, LINK = range(1, 9)
HEAD = struct.Struct("<7Q")
SECTOR = 512
MODES = ("none", "all", "half", "torn")


@dataclasses.dataclass
class Op:
    kind: int
    begun: int
    ended: int
    inode: int
    offset: int
    a: bytes
    b: bytes


def read(path):
    """The record, in the order in which calls ended."""
    data, place, ops = pathlib.Path(path).read_bytes(), 0, []
    while place + HEAD.size <= len(data):
        kind, begun, ended, inode, offset, a, b = HEAD.unpack_from(data, place)
        place += HEAD.size
        if place + a + b > len(data):
            break
        ops.append(Op(kind, begun, ended, inode, offset, data[place:place + a], data[place + a:place + a + b]))
        place += a + b
    return ops


def is_kept(name):
    """What is mapped and shared, and made anew by whoever opens the database, is no part of it."""
    return not name.endswith("-shm")


class Disk:
    """A directory as the disk has it for certain, and what is on its way there."""

    def __init__(self, source):
        """As `source` is now, all of which is certain."""
        self.bytes = {}
        self.names = {"": os.stat(source).st_ino}
        self.directories = {os.stat(source).st_ino}
        self.waiting = collections.defaultdict(list)
        self.naming = []
        for path in pathlib.Path(source).rglob("*"):
            name, inode = str(path.relative_to(source)), path.lstat().st_ino
            if path.is_dir():
                self.names[name] = inode
                self.directories.add(inode)
            elif path.is_file() and is_kept(name):
                self.names[name] = inode
                self.bytes[inode] = path.read_bytes()

    def take(self, op):
        """Something has been done."""
        if op.kind in (WRITE, TRUNCATE):
            self.waiting[op.inode].append(op)
        elif op.kind == SYNC:
            if op.inode in self.directories:
                self._sync_names(op.a.decode())
            else:
                self.bytes[op.inode] = apply(self.bytes.get(op.inode, b""), self.waiting.pop(op.inode, []))
        else:
            if op.kind == MAKE_DIRECTORY:
                self.directories.add(op.inode)
            elif op.kind == CREATE:
                # An inode's number is used again.
                self.bytes.pop(op.inode, None)
                self.waiting.pop(op.inode, None)
            self.naming.append(op)

    def _sync_names(self, directory):
        rest = []
        for op in self.naming:
            touched = {os.path.dirname(op.a.decode())} | ({os.path.dirname(op.b.decode())} if op.b else set())
            if directory in touched:
                rename(self.names, op)
            else:
                rest.append(op)
        self.naming = rest

    def left(self, chance, mode, running=()):
        """What a cut at this moment leaves, by name; `running` are calls that had begun and not ended."""
        names, waiting = dict(self.names), {inode: list(ops) for inode, ops in self.waiting.items()}
        naming = list(self.naming)
        for op in running:
            if op.kind in (WRITE, TRUNCATE):
                waiting.setdefault(op.inode, []).append(op)
            elif op.kind != SYNC:
                naming.append(op)
        count = {"none": 0, "all": len(naming)}.get(mode, chance.randint(0, len(naming)))
        for op in naming[:count]:
            rename(names, op)
        files, directories = {}, {"": None}
        for name, inode in sorted(names.items()):
            if os.path.dirname(name) not in directories:
                continue
            if inode in self.directories:
                directories[name] = None
            elif is_kept(name):
                files[name] = apply(self.bytes.get(inode, b""), chosen(waiting.get(inode, []), chance, mode))
        return files, [name for name in directories if name]


def rename(names, op):
    name = op.a.decode()
    if op.kind in (CREATE, MAKE_DIRECTORY):
        names[name] = op.inode
    elif op.kind == RENAME:
        names.pop(name, None)
        names[op.b.decode()] = op.inode
    elif op.kind == LINK:
        names[op.b.decode()] = op.inode
    else:
        names.pop(name, None)


def apply(content, ops):
    content = bytearray(content)
    for op in ops:
        if op.kind == TRUNCATE:
            del content[op.offset:]
        elif op.a:
            content.extend(bytes(max(0, op.offset - len(content))))
            content[op.offset:op.offset + len(op.a)] = op.a
            continue
        content.extend(bytes(max(0, op.offset - len(content))))
    return bytes(content)


def chosen(ops, chance, mode):
    """Those of the unsynced changes that came to the disk all the same."""
    if mode in ("none", "all"):
        return ops if mode == "all" else []
    kept = []
    for op in ops:
        if op.kind != WRITE or mode == "half":
            if chance.random() < 0.5:
                kept.append(op)
            continue
        for start in range(0, len(op.a), SECTOR):
            if chance.random() < 0.5:
                kept.append(dataclasses.replace(op, offset=op.offset + start, a=op.a[start:start + SECTOR]))
    return kept


def lay(files, directories, place):
    """Writes a state into an empty directory."""
    place.mkdir(parents=True, mode=0o700)
    for name in sorted(directories):
        (place / name).mkdir(mode=0o700)
    for name, content in files.items():
        path = place / name
        path.write_bytes(content)
        path.chmod(0o600)
