"""What everything else here rests on."""

import urllib.request


def test_a_server_that_nobody_hurts_is_healthy(server):
    with urllib.request.urlopen(server.url + "/health", timeout=10) as answer:
        assert answer.status == 200
