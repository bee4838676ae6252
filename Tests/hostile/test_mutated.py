"""Sound sessions with small faults in them; `make mutate` does the same for longer."""

import random

from mutate import Mutator
from sessions import Speaker

SEED = "short"


def test_sessions_with_faults_leave_the_server_sane(start):
    mutator = Mutator(start(rate_limits="off", scrypt_log_n=10), SEED)
    mutator.run(count=20_000)
    # The faults reach every layer, and most of what is said stays sound.
    reached = mutator.tally.keys()
    assert reached >= {"closed with 1002", "closed with 1007", "closed with 4000", "bad_request", "validation_failed"}
    assert reached >= {101, 200, 201, 400, 401, 404, 405, 422}
    assert mutator.tally["ok"] > 2_000


def test_faults_follow_from_the_seed():
    def said(seed):
        source = random.Random(seed)
        return [speaker.frames(source, None), speaker.requests(source)]

    speaker = Speaker("a.token.of-eve", "1_2", "0" * 16)
    assert said("1:7") == said("1:7") != said("1:8")
