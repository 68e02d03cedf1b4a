"""A short torture: the long one is `python -m tests.crash.torture --jobs 200`."""

import pytest

from tests.crash.torture import torture


@pytest.mark.timeout(240)
def test_two_dozen_jobs_through_kills_full_disks_and_bad_inputs():
    report, _ = torture(count=25, seed=5, kills=4)
    assert report.faults == {}
    assert sum(report.ends.values()) == 25
    assert report.app_kills + report.save_kills >= 2
    assert report.compared >= 10
