"""Who sends or takes a byte at a time is closed in time, and others do not wait for it."""

from abuse import slow


def test_a_request_whose_head_trickles_is_answered_408_when_its_time_is_over(start):
    slow.headers(start(http_head_milliseconds_max=1500), 300, every=0.5, seconds=1.5).check()


def test_a_request_whose_body_trickles_is_answered_408_when_its_time_is_over(start):
    slow.bodies(start(http_body_milliseconds_max=1500), 200, every=0.2, seconds=1.5).check()


def test_answers_that_nobody_takes_do_not_pile_up_and_end_the_connection(start):
    settings = {"stalled_milliseconds_max": 2000, "http_head_milliseconds_max": 2000}
    slow.slow_readers(start(rate_limits="off", **settings), 20, 2).check()


def test_a_reader_that_stands_still_is_closed_in_time_and_resumes_exactly_one_that_sips_is_not(start):
    server = start(stalled_milliseconds_max=4000, rate_limits="off")
    slow.stopped_readers(server, 10, 4, messages=200, sips=20).check()
