"""Who sends as much as a connection carries gets only what is allowed, and others do not wait for it."""

from abuse import floods, logins, storm


def test_pongs_that_nobody_takes_do_not_pile_up_and_end_the_connection(start):
    floods.deaf_pings(start(stalled_milliseconds_max=2000), 2, 2).check()


def test_who_takes_his_pongs_may_ping_as_much_as_he_likes(start):
    floods.pings(start(), 1).check()


def test_a_flood_of_any_command_is_bounded(start):
    rows = floods.commands(start(), 0.5)
    assert not any(row.faults for row in rows), "\n".join(map(str, rows))


def test_everybody_who_is_cut_off_at_once_comes_back_at_once_and_misses_nothing(start):
    storm.reconnects(start(), 500, 20).check()


def test_many_logins_at_once_do_not_hold_up_those_who_chat(start):
    logins.flood(start(password_queue_max="40"), 100, 60).check()
