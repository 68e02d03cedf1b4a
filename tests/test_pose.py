"""Poses: the skeleton's colours, points that are not there, and JSON, ours and OpenPose's."""

import msgspec
import numpy as np
import pytest

from engines.contract import Image, Refused
from engines.control import pose
from engines.control.preprocess import preprocess


def test_a_skeleton_has_the_fields_colours() -> None:
    """Colours and limbs as OpenPose's drawings have them: the hue goes round in steps of 1/18."""
    import colorsys

    made = pose.drawn(pose.Pose((pose.STANDING,)), (400, 600)).pixels
    places = [(round(x * 400), round(y * 600)) for x, y in (point for point in pose.STANDING.points if point)]
    for number, (x, y) in enumerate(places):
        hue = [255 * part for part in colorsys.hsv_to_rgb(number / 18, 1, 1)]
        assert np.abs(made[y, x] - np.array(hue)).max() <= 1, pose.POINTS[number]
    arm = (np.array(places[2]) + places[3]) // 2  # right upper arm: the third limb
    assert tuple(made[arm[1], arm[0]]) == (153, 102, 0)
    leg = (np.array(places[11]) + places[12]) // 2  # left thigh: the eleventh
    assert tuple(made[leg[1], leg[0]]) == (0, 102, 153)
    assert (made.any(-1)).mean() < 0.05


def test_points_not_seen_and_outside_are_no_trouble() -> None:
    far = pose.Body(tuple((3.0, -2.0) if n % 2 else None for n in range(18)))
    assert not pose.drawn(pose.Pose((far,)), (64, 48)).pixels.any()
    hand = pose.Body((None,) * 4 + ((0.5, 0.5),) + (None,) * 13)
    made = pose.drawn(pose.Pose((hand,)), (65, 65), 3.0).pixels
    assert made.any(-1).sum() == pytest.approx(np.pi * 9, rel=0.2)


def test_poses_are_json_and_openposes_are_read() -> None:
    people = pose.Pose((pose.STANDING, pose.Body((None,) * 18)))
    assert pose.read(people.dumps()) == people
    rows = [part for x, y in (p for p in pose.STANDING.points if p) for part in (x * 512, y * 768, 0.9)]
    rows[3 * 4 : 3 * 5] = [0, 0, 0]
    theirs = {"people": [{"pose_keypoints_2d": rows}], "canvas_width": 512, "canvas_height": 768}
    for written in (theirs, [theirs]):
        read = pose.read(msgspec.json.encode(written)).bodies[0].points
        assert read[4] is None
        given = [p for n, p in enumerate(pose.STANDING.points) if n != 4]
        assert np.abs(np.array([p for p in read if p]) - np.array(given)).max() < 1e-12
    sheet = preprocess("pose", Image(np.zeros((60, 40, 3), np.uint8)), {"people": people.dumps(), "stick": 2.0})
    assert np.array_equal(sheet.pixels, pose.drawn(people, (40, 60), 2.0).pixels)
    assert np.array_equal(preprocess("pose", sheet).pixels, sheet.pixels)


@pytest.mark.parametrize(
    "text",
    ["", "{}x", "[1]", '{"bodies":[{"points":[[0,0]]}]}', '{"bodies":1}', '{"people":[{"pose_keypoints_2d":[1,2]}]}',
     '{"people":[],"canvas_width":0}', '{"bodies":[{"points":[[1e9,0],' + ",".join(["null"] * 17) + "]}]}", "[" * 5000],
)  # fmt: skip
def test_what_is_no_pose_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        pose.read(text)
    assert caught.value.failure.kind == "bad-request"
