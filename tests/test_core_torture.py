"""Short tortures: the long ones are `python -m tests.crash.torture --jobs 200`, with `--studio` or without."""

import pytest

from tests.crash.torture import torture


@pytest.mark.timeout(240)
def test_two_dozen_jobs_through_kills_full_disks_and_bad_inputs():
    report, _ = torture(count=25, seed=5, kills=4)
    assert report.faults == {}
    assert sum(report.ends.values()) == 25
    assert report.app_kills + report.save_kills >= 2
    assert report.compared >= 10


@pytest.mark.timeout(240)
def test_a_few_jobs_through_the_studio_itself():
    report, _ = torture(count=8, seed=5, kills=1, studio=True)
    assert report.faults == {}
    assert sum(report.ends.values()) == 8
    assert report.app_kills + report.save_kills >= 1
    assert not any("already open" in sentence for sentence in report.sentences)
