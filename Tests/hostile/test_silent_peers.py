"""Who connects and says nothing costs next to nothing, and not for long."""

import pytest

from abuse import handshakes, silent


@pytest.fixture
def certificate(folder):
    return silent.certificate(folder)


def test_a_stranger_who_says_nothing_is_closed_in_time(start):
    silent.strangers(start(http_head_milliseconds_max=1500), 500, 1.5).check()


def test_a_stranger_who_says_nothing_is_closed_in_time_where_TLS_is_spoken(start, certificate):
    silent.strangers(start(tls_handshake_milliseconds_max=1500, **certificate), 500, 1.5).check()


def test_a_huge_ClientHello_is_given_no_memory_when_it_is_announced(start, certificate):
    silent.announced_hellos(start(tls_handshake_milliseconds_max=1500, **certificate), 200, 1.5).check()


def test_a_flood_of_handshakes_leaves_others_their_chat(start, certificate):
    handshakes.flood(start(**certificate), 2, 2).check()


def test_without_descriptors_for_more_the_rest_waits_and_nothing_spins(start):
    silent.crowded_out(start()).check()
