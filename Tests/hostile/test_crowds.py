"""Many at once: nobody waits for them longer than a little, and memory is bounded for all together."""

from abuse import crowded, together


def test_a_busy_channel_slows_nobody_else(start):
    crowded.busy_channel(start(rate_limits="off"), 200, 50, 2).check()


def test_those_who_missed_much_come_back_at_once_and_hear_everything(start):
    crowded.behind(start(rate_limits="off"), 50, 2500, 30).check()


def test_everything_that_costs_memory_at_once_stays_within_what_the_server_was_given(start):
    together.everything(start(**together.SETTINGS), 150, 30, 200, 3).check()
