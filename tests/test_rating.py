"""Rating sets as folders: blind whatever one looks at, safe whatever comes back, and raters' preferences recovered."""

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from app.core.lab.rating import folder, going, make, naming, plan, result, values
from app.core.lab.rating.folder import Ballot
from app.core.lab.rating.make import Group, Made, Source, Wish
from app.core.lab.rating.values import Set, Vote, Votes
from engines.contract import Refused
from engines.files import atomic, media
from tests import rating_kit as kit

KINDS = ("image", "audio", "video", "mesh")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.results(tmp_path_factory.mktemp("results"))


@pytest.fixture
def found(tmp_path: Path, source: Path) -> Made:
    return kit.made(tmp_path, source, seed=5)


# ---------------------------------------------------------------- blindness


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_sent_tells_a_setting(tmp_path: Path, kind: str) -> None:
    made = kit.made(tmp_path, kit.results(tmp_path / "in", count=4, kind=kind), seed=2)
    sent = [path for path in (tmp_path / "set").rglob("*") if path.is_file()]
    assert len([path for path in sent if path.parent.name == "media"]) == 8
    for path in sent:
        data = path.read_bytes() + str(path.relative_to(tmp_path)).encode()
        for word in (b"secret", b"steps", b"darkroom:", b"run-", b"parameters", str(tmp_path).encode()):
            assert word not in data.lower(), (path.name, word)
    assert all(media.recipe_of(path) is None for path in sent if path.parent.name == "media")
    assert made.key.set == folder.opened(tmp_path / "set")


def test_media_are_what_they_were(tmp_path: Path) -> None:
    for kind in KINDS:
        made = kit.made(tmp_path / kind, kit.results(tmp_path / "in" / kind, count=2, kind=kind))
        for name, origin in made.key.origins.items():
            shown = folder.shown(tmp_path / kind / "set", made.key.set, name)
            before = media.read(origin.path)
            for field in before.__struct_fields__:
                one = getattr(before, field)
                if isinstance(one, np.ndarray):
                    assert np.array_equal(one, getattr(shown, field)), (kind, field)


def test_the_order_of_names_and_of_the_plan_says_nothing(tmp_path: Path, source: Path) -> None:
    """Over many seeds a setting has either number, either side, and either place equally often."""
    sides, numbers = [], []
    groups = make.grouped(make.sources(source))
    for seed in range(40):
        place = tmp_path / str(seed)
        key = make.make(place / "set", place / "keys", groups, Wish(seed=seed), lambda *_: None).key
        four = [setting.name for setting in key.settings].index("steps 4")
        numbers.append(four)
        sides += [pair.first == four for pair in key.set.plan]
    assert 8 <= sum(numbers) <= 32
    assert abs(np.mean(sides) - 0.5) < 0.05


@pytest.mark.parametrize(("settings", "units"), [(2, 30), (2, 3), (3, 12), (5, 7), (9, 1)])
def test_the_plan_is_fair_at_every_look(settings: int, units: int) -> None:
    media = [[f"{k}-{n}" for n in range(units)] for k in range(settings)]
    design = plan.design_for(settings, units)
    pairs = plan.pairs(media, design, np.random.default_rng(1))
    together = settings * (settings - 1) // 2
    assert len(pairs) == design.most * together
    for votes in [*range(design.block, design.most, design.block), design.most]:
        met = np.zeros((settings, settings), int)
        left = np.zeros((settings, settings), int)
        for pair in pairs[: votes * together]:
            met[sorted((pair.first, pair.second))[0], sorted((pair.first, pair.second))[1]] += 1
            left[pair.first, pair.second] += 1
        assert set(met[np.triu_indices(settings, 1)]) == {votes}
        assert np.abs(left - left.T).max() <= 2  # as often left as right
    for pair in pairs:  # like with like, each no more than once from each side
        assert pair.left.split("-")[1] == pair.right.split("-")[1]
    assert len({(pair.left, pair.right) for pair in pairs}) == len(pairs)


def test_a_seed_decides_the_plan(tmp_path: Path, source: Path) -> None:
    one, two, other = (
        kit.made(tmp_path / name, source, seed=seed).key.set for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one.plan == two.plan
    assert one.id != two.id
    assert one.plan != other.plan


# ---------------------------------------------------------------- settings and units


def test_results_are_put_together_by_what_differs(source: Path, tmp_path: Path) -> None:
    groups = make.grouped(make.sources(source))
    assert [(group.name, len(group.sources)) for group in groups] == [("steps 4", 12), ("steps 8", 12)]
    seeds = make.grouped(make.sources(kit.results(tmp_path / "one", steps=(4,), count=3)))
    assert [group.name for group in seeds] == ["seed 0", "seed 1", "seed 2"]
    plain = tmp_path / "plain"
    plain.mkdir()
    for name in ("b", "a"):
        media.write(plain / f"{name}.png", kit.medium("image", np.random.default_rng(ord(name))))
    assert [group.name for group in make.grouped(make.sources(plain))] == ["a", "b"]


def test_settings_are_called_by_what_tells_them_apart() -> None:
    turbo = {"engine": "turbo", "options.steps": 1}
    plain = {"engine": "plain", "options.steps": 16, "options.guidance": 4.0, "options.guide_to": 0.5}
    differ = ["options.guide_to", "engine", "options.steps", "options.guidance"]
    assert naming.named([turbo, plain], differ) == ["turbo, steps 1", "plain, steps 16"]
    other = plain | {"options.guide_to": 0.7}
    assert naming.named([plain, other], ["options.guide_to"]) == ["guide_to 0.5", "guide_to 0.7"]
    assert naming.named([turbo, plain, other], differ)[1:] == [
        "plain, steps 16, guide_to 0.5",
        "plain, steps 16, guide_to 0.7",
    ]
    assert naming.distinct(["a", "b", "a"]) == ["a (1)", "b", "a (2)"]


def test_what_is_usual_is_no_difference(tmp_path: Path) -> None:
    for n, more in enumerate(({}, {"strength": 0.6, "feather": 8})):
        asked = json.dumps({"request": {"engine": "e", "seed": n, **more}, "run": f"r{n}"})
        media.write(tmp_path / f"{n}.png", kit.medium("image", np.random.default_rng(n)), asked)
    assert [group.name for group in make.grouped(make.sources(tmp_path))] == ["seed 0", "seed 1"]


def test_like_meets_like_and_what_has_no_counterpart_is_left_out(source: Path) -> None:
    a, b = make.grouped(make.sources(source))
    notes: list[str] = []
    rows = make.matched([a, Group(b.name, b.sources[2:][::-1])], notes)
    assert [one.asked["seed"] for one in rows[0]] == [one.asked["seed"] for one in rows[1]] == list(range(2, 12))
    assert notes == ["2 results have no counterpart in every setting and are left out."]
    bare = [Group(name, tuple(Source(Path(f"{name}/{n}.png")) for n in range(3))) for name in "xy"]
    assert [one.path.stem for one in make.matched(bare, [])[1]] == ["0", "1", "2"]


def test_pairs_that_are_the_same_are_not_asked_about(tmp_path: Path, source: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(source, twin)
    shown = media.read(twin / "secret-steps-4-000.png")
    other = twin / "secret-steps-8-000.png"
    media.write(other, shown, media.recipe_of(other))
    made = kit.made(tmp_path, twin)
    assert len(made.key.set.media[0]) == 11
    assert any("bit for bit" in note for note in made.notes)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (lambda g: g[:1], "only one setting"),
        (lambda g: [g[0], Group(g[0].name, g[1].sources)], "same name"),
        (lambda g: [Group(str(n), g[0].sources[:1]) for n in range(70)], "70 settings"),
    ],
)
def test_what_cannot_be_rated_is_refused_before_anything_is_written(tmp_path, source, groups, sentence) -> None:
    found = make.grouped(make.sources(source))
    with pytest.raises(Refused, match=sentence):
        make.make(tmp_path / "set", tmp_path / "keys", groups(list(found)), Wish(), lambda *_: None)
    assert not (tmp_path / "set").exists()


# ---------------------------------------------------------------- votes


def test_a_rating_goes_on_where_it_ended_and_a_vote_can_be_taken_back(tmp_path: Path, found: Made) -> None:
    ballot = Ballot(tmp_path / "set", "Anna Müller")
    first = ballot.standing.ask
    ballot.say("first", 1.5)
    second = ballot.standing.ask
    again = Ballot(tmp_path / "set", "Anna Müller")
    assert again.standing.ask == second
    assert again.votes.said == ("first",)
    assert again.undo().ask == first
    with pytest.raises(Refused, match="no answer to take back"):
        again.undo()
    with pytest.raises(Refused, match="no answer here"):
        again.say("4")
    assert Ballot(tmp_path / "set", "Ben").standing.ask == first


def test_a_crash_between_votes_or_in_one_loses_no_vote(tmp_path: Path, found: Made, monkeypatch) -> None:
    """Whatever step of writing a vote fails, the file holds the votes before it or the one more, whole."""
    ballot = Ballot(tmp_path / "set", "Anna")
    ballot.say("first")
    steps = ("os.replace", "os.fsync", "app.core.lab.rating.folder.atomic.write")
    for step in steps:
        before = Ballot(tmp_path / "set", "Anna").votes.said
        with monkeypatch.context() as patch:
            patch.setattr(step, _fails)
            with pytest.raises(Refused, match=r"was not saved"):
                Ballot(tmp_path / "set", "Anna").say("second")
        assert Ballot(tmp_path / "set", "Anna").votes.said == before
    assert ballot.say("tie").done == 2
    assert not list((tmp_path / "set" / "votes").glob("*.part"))


def _fails(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_the_rule_ends_a_rating_and_then_nothing_is_asked(tmp_path: Path, found: Made) -> None:
    ballot = kit.rated(tmp_path, found, (9.0, -9.0), np.random.default_rng(0))
    at = ballot.standing
    assert at.early
    assert at.left == 0
    assert at.done < len(found.key.set.plan)
    assert at.done % found.key.set.design.block == 0
    with pytest.raises(Refused, match="is over"):
        ballot.say("first")
    ballot.close()
    with pytest.raises(Refused, match="no answer can be taken back"):
        Ballot(tmp_path / "set", "Anna").undo()


def test_votes_after_the_end_do_not_count(tmp_path: Path, found: Made) -> None:
    ballot = kit.rated(tmp_path, found, (9.0, -9.0), np.random.default_rng(0))
    done, said = ballot.standing.done, ballot.votes.said
    assert going.standing(found.key.set, [*said, *["second"] * 5]).done == done


# ---------------------------------------------------------------- what comes back


def test_the_result_is_hidden_until_somebody_has_finished(tmp_path: Path, found: Made) -> None:
    ballot = Ballot(tmp_path / "set", "Anna")
    ballot.say("first")
    with pytest.raises(Refused, match="Nobody has finished"):
        result.outcome(found.key, [ballot.votes])
    kit.rated(tmp_path, found, (1.5, -1.5), np.random.default_rng(1), "Ben")
    told = result.outcome(found.key, list(folder.voted([tmp_path / "set"])))
    assert [(one.name, one.finished) for one in sorted(told.raters, key=lambda one: one.name)] == [
        ("Anna", False),
        ("Ben", True),
    ]
    assert "Not finished, so not counted: Anna" in told.sentence


def test_raters_are_merged_each_once_and_agreement_is_told(tmp_path: Path, found: Made) -> None:
    for n, name in enumerate(("Anna", "Ben", "Carl")):
        kit.rated(tmp_path, found, (3.0, -3.0), np.random.default_rng(n), name)
    shutil.copytree(tmp_path / "set" / "votes", tmp_path / "back")
    votes = list(folder.voted([tmp_path / "set", tmp_path / "back"]))
    assert len(votes) == 3
    told = result.outcome(found.key, votes)
    assert told.winner == "steps 4"
    assert told.alpha is not None
    assert told.alpha > 0.5
    assert told.rows[0].won == sum(one.votes for one in told.raters) - told.rows[0].lost
    assert json.loads(msgspec.json.encode(result.told(told)))["winner"] == "steps 4"
    assert result.table(told).splitlines()[1].startswith("steps 4,")
    assert told.recipe == next(s.recipe for s in found.key.settings if s.name == "steps 4")


def test_votes_of_another_set_are_refused(tmp_path: Path, source: Path, found: Made) -> None:
    kit.made(tmp_path / "other", source)
    votes = kit.rate(Ballot(tmp_path / "other" / "set", "Anna"), (1.0, 0.0), np.random.default_rng(0)).votes
    with pytest.raises(Refused, match="another rating set"):
        result.outcome(found.key, [votes])


# ---------------------------------------------------------------- hostile folders


def _spoilt(**fields: object):
    def spoil(place: Path) -> None:
        plain = json.loads((place / folder.SET).read_bytes())
        (place / folder.SET).write_text(json.dumps(plain | fields))

    return spoil


def _media(name: str):
    def spoil(place: Path) -> None:
        plain = json.loads((place / folder.SET).read_bytes())
        plain["media"][0][0] = name
        (place / folder.SET).write_text(json.dumps(plain))

    return spoil


def _linked(place: Path) -> None:
    one = next((place / "media").iterdir())
    one.unlink()
    one.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda place: (place / folder.SET).write_bytes(b"\x00\xffgarbage"), "no rating set that can be read"),
        (lambda place: (place / folder.SET).write_text("[" * 100000), "no rating set that can be read"),
        (lambda place: (place / folder.SET).unlink(), "is no rating set"),
        (lambda place: next((place / "media").iterdir()).unlink(), "1 of 24 media are missing"),
        (_linked, "1 of 24 media are missing"),
        (_spoilt(version=9), "newer Darkroom"),
        (_spoilt(plan=[]), "do not fit together"),
        (_spoilt(mode="knockout"), "do not fit together"),
        (_spoilt(design={"settings": 2, "block": 0, "most": 24}), "do not fit together"),
        (_spoilt(design={"settings": 2, "block": 1, "most": 10**9}), "do not fit together"),
        (_spoilt(id="../../etc"), "no rating set that can be read"),
        (_media("../../../etc/passwd"), "no rating set that can be read"),
        (_media("/etc/passwd"), "no rating set that can be read"),
        (_media("0" * 32 + ".png"), "do not fit together|missing"),
    ],
)
def test_a_folder_that_was_tampered_with_costs_one_sentence(tmp_path: Path, found: Made, spoil, sentence: str) -> None:
    spoil(tmp_path / "set")
    with pytest.raises(Refused, match=sentence):
        folder.opened(tmp_path / "set")


def test_a_medium_that_is_not_what_was_sent_is_refused(tmp_path: Path, found: Made) -> None:
    one, other = list((tmp_path / "set" / "media").iterdir())[:2]
    shutil.copyfile(other, one)
    with pytest.raises(Refused, match="is damaged"):
        folder.shown(tmp_path / "set", found.key.set, one.name)
    with pytest.raises(Refused, match="no medium"):
        folder.shown(tmp_path / "set", found.key.set, "../rating.json")


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        (b"", "no file of votes"),
        (b'{"set": 3}', "no file of votes"),
        ({"votes": [{"number": 1, "said": "first"}]}, "missing or twice"),
        ({"votes": [{"number": 0, "said": "left"}]}, "no file of votes"),
        ({"votes": [{"number": 0, "said": "5"}]}, "no answer to what was asked"),
        ({"set": "f" * 32}, "of another rating"),
        ({"version": 2}, "newer Darkroom"),
    ],
)
def test_votes_that_cannot_be_cost_one_sentence(tmp_path: Path, found: Made, votes, sentence: str) -> None:
    ballot = Ballot(tmp_path / "set", "Anna")
    ballot.say("first")
    plain = json.loads(ballot.path.read_bytes())
    ballot.path.write_bytes(votes if isinstance(votes, bytes) else json.dumps(plain | votes).encode())
    with pytest.raises(Refused, match=sentence):
        Ballot(tmp_path / "set", "Anna")


def test_a_raters_name_is_no_path(tmp_path: Path, found: Made) -> None:
    for name in ("../../evil", "/etc/passwd", "CON", "a/b\\c", "…", "x" * 300):
        ballot = Ballot(tmp_path / "set", name)
        ballot.say("tie")
        assert ballot.path.parent == tmp_path / "set" / "votes"
    with pytest.raises(Refused, match="who rates"):
        Ballot(tmp_path / "set", "  ")


# ---------------------------------------------------------------- other modes


@pytest.mark.parametrize("count", [2, 3, 5, 8, 13])
def test_a_knock_out_finds_the_best_of_those_who_never_lose(tmp_path: Path, count: int) -> None:
    made = kit.made(tmp_path, kit.results(tmp_path / "in", steps=(4,), count=count), mode="knockout", seed=3)
    strengths = [9.0 if s.name == "seed 1" else -n for n, s in enumerate(made.key.settings)]
    ballot, asked = Ballot(tmp_path / "set", "Anna"), 0
    while (ask := ballot.standing.ask) is not None:
        assert ballot.standing.left == count - 1 - asked
        ballot.say("first" if strengths[ask.settings[0]] > strengths[ask.settings[1]] else "second")
        asked += 1
    assert asked == count - 1
    told = result.outcome(made.key, [ballot.votes])
    assert told.winner == told.rows[0].name == "seed 1"


def test_in_a_knock_out_a_tie_is_drawn_and_both_bad_leave(tmp_path: Path) -> None:
    made = kit.made(tmp_path, kit.results(tmp_path / "in", steps=(4,), count=5), mode="knockout", seed=3).key
    for words in (["both bad"] * 9, ["tie"] * 9):
        said: list[values.Said] = []
        while going.standing(made.set, said).ask is not None:
            said.append(words[len(said)])  # type: ignore[arg-type]
        assert going.standing(made.set, said).done == len(said) <= 4
        votes = Votes(set=made.set.id, rater="A", session=values.fresh(), votes=_votes(said))
        told = result.outcome(made, [votes])
        assert bool(told.winner) == (words[0] == "tie") or going.bracket(made.set, said).last is not None


def _votes(said: list[values.Said]) -> tuple[Vote, ...]:
    return tuple(Vote(n, word) for n, word in enumerate(said))


def test_stars_are_means_with_bounds_and_go_back_to_the_history(tmp_path: Path, source: Path) -> None:
    made = kit.made(tmp_path, source, mode="stars").key
    origin = {name: one.run for name, one in made.origins.items()}
    for rater, shift in (("Anna", 0), ("Ben", 1)):
        ballot = Ballot(tmp_path / "set", rater)
        while (ask := ballot.standing.ask) is not None:
            eight = origin[ask.media[0]].startswith("run-8")
            ballot.say(str(min(5, (4 if eight else 2) + shift * (ask.number % 2))))  # type: ignore[arg-type]
    told = result.outcome(made, list(folder.voted([tmp_path / "set"])))
    assert told.winner == "steps 8"
    assert told.alpha is not None
    assert 0 < told.alpha < 1
    assert told.rows[0].low <= told.rows[0].value <= told.rows[0].high
    assert set(told.stars) == set(origin.values())
    assert sum(told.stars[run] for run in told.stars if run.startswith("run-8")) / 12 == pytest.approx(
        told.rows[0].value
    )


# ---------------------------------------------------------------- preferences recovered


def _recovered(place: Path, source: Path, times: int, seed: int) -> int:
    """How many of so many ratings, each a set with a plan of its own, through the files, bound the rater's truth."""
    rng, held = np.random.default_rng(seed), 0
    first = kit.made(place, source, seed=0, most=30).key
    for n in range(times):
        design = plan.design_for(2, len(first.set.media[0]), 30)
        drawn = plan.pairs(first.set.media, design, np.random.default_rng([seed, n]))
        made: Set = msgspec.structs.replace(first.set, id=values.fresh(), plan=drawn)
        key = msgspec.structs.replace(first, set=made)
        atomic.write(place / "set" / folder.SET, msgspec.json.encode(made))
        atomic.write(place / "key.json", msgspec.json.encode(key))
        shutil.rmtree(place / "set" / folder.VOTES, ignore_errors=True)
        difference = float(rng.uniform(-2.5, 2.5))
        truth = dict(zip(("steps 4", "steps 8"), (difference / 2, -difference / 2), strict=True))
        kit.rate(Ballot(place / "set", "Simulated"), [truth[s.name] for s in key.settings], rng)
        told = result.outcome(folder.read_key(place / "key.json"), list(folder.voted([place / "set"])))
        one = told.against[0]
        held += one.low <= truth[one.a] - truth[one.b] <= one.high
    return held


def test_simulated_raters_are_recovered(tmp_path: Path, source: Path) -> None:
    assert 54 <= _recovered(tmp_path, source, 60, 1) <= 60


@pytest.mark.slow
def test_coverage_is_what_it_is_said_to_be_over_a_thousand_ratings(tmp_path: Path) -> None:
    """Stopping rule included, each rating through a set, a plan and a file of votes."""
    source = kit.results(tmp_path / "in", count=30)
    held = _recovered(tmp_path, source, 1000, 2)
    print(f"{held} of 1000 intervals held")
    assert 930 <= held <= 970
