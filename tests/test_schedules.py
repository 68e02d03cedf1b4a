"""Laws of paths and schedules. Their agreement with diffusers is in tests/agreement.py."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys

import pytest

from engines.schedules import FLOW, PATHS, SCHEDULES, VE, VP, Path, below, levels, position, truncate

paths = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
every = pytest.mark.parametrize("name", sorted(SCHEDULES))


@paths
@every
@pytest.mark.parametrize("steps", [1, 2, 3, 24, 200])
def test_levels_fall_from_high_to_zero(name: str, path: Path, steps: int) -> None:
    found = levels(name, steps, path)
    assert len(found) == steps + 1
    assert found[-1] == 0.0
    assert all(a > b for a, b in itertools.pairwise(found))
    assert found[0] == {"ve": 80.0, "vp": 0.9999, "flow": 1.0}[path.name]


@every
def test_flow_time_begins_at_pure_noise_exactly(name: str) -> None:
    assert levels(name, 12)[0] == 1.0


@paths
@every
def test_bounds_are_hit(name: str, path: Path) -> None:
    found = levels(name, 9, path, high=0.9, low=0.05)
    low = 0.9 * (3.0 * 0.05 / 0.9) / (1.0 + 2.0 * 0.05 / 0.9) if name == "shifted" else 0.05
    assert found[0] == pytest.approx(0.9, abs=1e-15)
    assert found[-2] == pytest.approx(low, abs=1e-15)


@paths
def test_a_path_knows_its_angle_time_and_ratio(path: Path) -> None:
    for level in (1e-4, 0.1, 0.5, 0.9, 0.999):
        alpha = path.alpha(level)
        assert path.at_angle(path.angle(level)) == pytest.approx(level, rel=1e-9)
        assert math.tan(path.angle(level)) == pytest.approx(level / alpha, rel=1e-9)
        assert path.logsnr(level) == pytest.approx(math.log(alpha / level), rel=1e-12)
        assert path.mix(2.0, -3.0, level) == pytest.approx(2.0 * alpha - 3.0 * level)
        step = 1e-6
        a, c = path.rates(path.tau(level))
        ahead = path.tau(level + step) - path.tau(level)
        assert a == pytest.approx((path.alpha(level + step) - alpha) / ahead, abs=1e-3)
        assert c == pytest.approx(step / ahead, abs=1e-3)
    assert path.logsnr(0.0) == math.inf


def test_pure_noise_is_at_the_top_of_vp_and_flow() -> None:
    for path in (VP, FLOW):
        assert path.alpha(path.top) == 0.0
        assert path.logsnr(path.top) == -math.inf


def test_the_same_signal_to_noise_on_every_path() -> None:
    cosines = {
        path.name: levels("cosine", 20, path, high=path.at_angle(1.5), low=path.at_angle(0.01))
        for path in (VE, VP, FLOW)
    }
    for ve, vp, flow in zip(*cosines.values(), strict=True):
        assert VE.angle(ve) == pytest.approx(VP.angle(vp), abs=1e-12)
        assert VE.angle(ve) == pytest.approx(FLOW.angle(flow), abs=1e-12)


def test_shift_multiplies_noise_to_signal() -> None:
    plain, moved = levels("linear", 10), levels("shifted", 10, shift=5.0)
    for t, u in zip(plain[1:-1], moved[1:-1], strict=True):
        assert u / (1.0 - u) == pytest.approx(5.0 * t / (1.0 - t))
    assert levels("shifted", 10, shift=1.0) == pytest.approx(plain)


def test_karras_takes_its_rho() -> None:
    assert levels("karras", 10, VE, rho=1.0) == pytest.approx(levels("linear", 10, VE))


@pytest.mark.parametrize(
    ("name", "steps", "options", "says"),
    [
        ("nobody", 4, {}, "no schedule is called 'nobody'"),
        ("linear", 0, {}, "at least one step"),
        ("linear", 4, {"high": 1.5}, r"within \(0, 1\]"),
        ("linear", 4, {"high": 0.1, "low": 0.2}, "fall from high to low"),
        ("shifted", 4, {"shift": 0.0}, "shift must be above 0"),
    ],
)
def test_wrong_arguments_are_named(name: str, steps: int, options: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        levels(name, steps, **options)


def test_a_ratio_needs_some_signal() -> None:
    with pytest.raises(ValueError, match="needs some signal"):
        levels("karras", 4, VP, high=1.0)


def test_truncate_keeps_the_clean_end() -> None:
    whole = levels("linear", 20)
    assert truncate(whole, 1.0) == whole
    assert truncate(whole, 0.3) == whole[-7:]
    assert truncate(whole, 0.001) == whole[-2:]
    assert truncate(whole, 0.0) == (0.0,)
    with pytest.raises(ValueError, match="strength"):
        truncate(whole, 1.2)


def test_below_begins_where_the_run_is() -> None:
    assert below((1.0, 0.5, 0.25, 0.0), 0.4) == (0.4, 0.25, 0.0)
    assert below((1.0, 0.5, 0.25, 0.0), 0.25) == (0.25, 0.0)
    assert below((1.0, 0.5, 0.0), 0.0) == (0.0,)


def test_position_runs_from_the_first_step_to_the_last() -> None:
    whole = levels("shifted", 5)
    assert [position(whole, level) for level in whole] == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0, 1.0])
    assert position(whole, (whole[1] + whole[2]) / 2) == pytest.approx(0.375)
    assert position((1.0, 0.0), 0.5) == 0.0


def test_levels_need_no_torch() -> None:
    words = "import sys, engines.schedules; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
