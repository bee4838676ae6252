"""The replay itself: what it makes of a few records, so that it cannot be blind."""

import random

from replay import CREATE, LINK, RENAME, SYNC, WRITE, Disk, Op, apply, chosen


def op(kind, inode, offset=0, a=b"", b=b"", at=0):
    return Op(kind, at, at, inode, offset, a, b)


def disk(tmp_path, **files):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    made = Disk(tmp_path)
    return made, {name: (tmp_path / name).stat().st_ino for name in files}


def left(made, mode):
    return made.left(random.Random(1), mode)[0]


def test_what_is_not_synced_is_lost_or_there(tmp_path):
    made, inodes = disk(tmp_path, a=b"old")
    made.take(op(WRITE, inodes["a"], 0, b"new"))
    assert left(made, "none") == {"a": b"old"}
    assert left(made, "all") == {"a": b"new"}
    made.take(op(SYNC, inodes["a"]))
    assert left(made, "none") == {"a": b"new"}


def test_a_name_waits_for_its_directory(tmp_path):
    made, _ = disk(tmp_path)
    made.take(op(CREATE, 77, a=b"x"))
    made.take(op(WRITE, 77, 0, b"content"))
    made.take(op(SYNC, 77, a=b"x"))
    assert left(made, "none") == {}
    assert left(made, "all") == {"x": b"content"}
    made.take(op(RENAME, 77, a=b"x", b=b"y"))
    made.take(op(SYNC, tmp_path.stat().st_ino))
    assert left(made, "none") == {"y": b"content"}


def test_a_second_name_is_of_the_same_bytes(tmp_path):
    made, inodes = disk(tmp_path, a=b"old")
    made.take(op(LINK, inodes["a"], a=b"a", b=b"b"))
    assert left(made, "none") == {"a": b"old"}
    made.take(op(SYNC, tmp_path.stat().st_ino))
    made.take(op(WRITE, inodes["a"], 0, b"new"))
    made.take(op(SYNC, inodes["a"]))
    assert left(made, "none") == {"a": b"new", "b": b"new"}


def test_a_torn_write_keeps_whole_sectors(tmp_path):
    write = op(WRITE, 1, 0, bytes([7]) * 4096)
    pieces = chosen([write], random.Random(3), "torn")
    assert 0 < len(pieces) < 8 and all(len(piece.a) == 512 for piece in pieces)
    assert set(apply(bytes(4096), pieces)) == {0, 7}
