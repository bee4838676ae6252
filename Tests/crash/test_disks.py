"""What is made of a log of strace's, so that the row `failing-syncs` cannot be blind."""

from disks import Syncs

LOG = "/d/confab.db-wal"
BEGUN = f"7  10.5 fdatasync(6<{LOG}>"
FAILED = f"{BEGUN}) = -1 EIO (Input/output error) (INJECTED)\n"


def test_a_failed_sync_is_known_by_its_file():
    assert Syncs(FAILED).data_failed_at == 10.5
    apart = f"{BEGUN} <unfinished ...>\n8  10.6 fdatasync(9<{LOG}>) = 0\n"
    assert Syncs(apart).data_failed_at is None
    told = Syncs(apart + "7  10.7 <... fdatasync resumed>) = -1 EIO (Input/output error) (INJECTED)\n")
    assert told.failed == {LOG: 10.7} and told.asked_again == []


def test_the_next_sync_of_the_same_file_is_one_too_many():
    assert Syncs(FAILED + f"9  10.6 fdatasync(11<{LOG}> <unfinished ...>\n").asked_again == [LOG]


def test_that_of_another_file_is_not_whether_it_ends_or_begins_behind_it():
    beside = "8  10.4 fdatasync(9<{0}> <unfinished ...>\n".format("/d/search.db-wal")
    told = Syncs(beside + FAILED + "8  10.6 <... fdatasync resumed>) = 0\n8  10.7 fdatasync(9</d/search.db>) = 0\n")
    assert told.failed == {LOG: 10.5} and told.asked_again == []


def test_a_failed_sync_of_the_directory_is_none_of_the_data():
    assert Syncs("7  10.5 fdatasync(6</d>) = -1 EIO (Input/output error) (INJECTED)\n").data_failed_at is None
