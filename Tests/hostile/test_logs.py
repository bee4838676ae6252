"""The server does not wait for whoever reads its log."""

import pytest

from abuse import logs, silent


@pytest.mark.parametrize("how", [logs.closed_pipe, logs.full_device, logs.full_pipe])
def test_nobody_waits_for_a_log_that_nobody_takes(how, folder):
    how(folder / "data", 300, **silent.certificate(folder)).check()
