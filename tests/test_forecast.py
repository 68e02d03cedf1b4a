"""What a request will take: learnt from runs, kept on the disk, and said in words that follow the draft."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import json
from pathlib import Path

import msgspec
import pytest

from app.cli import main
from app.cli.ahead import sentence
from app.core import forecast
from app.core.forecast import Forecast, Run
from app.core.job import Done
from app.ui.forecast import words
from app.ui.prompt import PromptPanel
from engines.contract import Adapter, Estimate, Image, Region, Request, check
from engines.files.steps import StepRow
from tests import fakes
from tests.studio_words import LONG
from tests.test_ui_live import gate, window  # noqa: F401  (fixtures)

pytest_plugins = ["tests.studio_kit"]

CARD = fakes.PICTURE
NONE = Estimate()
SIZES = ((16, 16), (32, 16), (32, 32), (64, 64))


def asked(**fields: object) -> Request:
    options = {"steps": 6, "guidance": 3.0, "sampler": "euler"} | dict(fields.pop("options", {}))  # type: ignore[call-overload]
    return Request(engine="image/fake", **({"size": (16, 16)} | fields), options=options)  # type: ignore[arg-type]


def ran(request: Request, pace: float = 1.0, rest: float = 2.0, loading: float = 0.0, **facts: object) -> Run:
    """A run that was watched: its steps, and what was said at its end."""
    steps = int(request.options["steps"])
    rows = [StepRow(n + 1, steps, 0.0, seconds=loading + pace * (n + 1)) for n in range(steps)]
    told = {"seconds": loading + pace * steps + rest, "loading": loading} | facts
    made = forecast.run_of(request, rows, told)  # type: ignore[arg-type]
    assert made is not None
    return made


def ahead(runs: list[Run], request: Request, told: Estimate = NONE, loaded: bool = True) -> Forecast:
    return forecast.forecast(runs, CARD, request, told, loaded=loaded)


# ---------------------------------------------------------------- what is learnt


def test_a_run_foretells_its_like_exactly() -> None:
    found = ahead([ran(asked(), 1.5, 2.0, 4.0, peak=7)], asked(), loaded=False)
    assert found == Forecast(pytest.approx(6 * 1.5 + 2.0), pytest.approx(4.0), 7)


@pytest.mark.parametrize("steps", [1, 3, 50])
def test_time_follows_the_steps(steps: int) -> None:
    assert ahead([ran(asked(), 1.5, 2.0)], asked(options={"steps": steps})).seconds == pytest.approx(1.5 * steps + 2)


@pytest.mark.parametrize("power", [0.5, 1.0, 1.5, 2.0])
def test_how_time_grows_with_size_is_learnt(power: float) -> None:
    runs = [ran(asked(size=size), 0.01 * (size[0] * size[1]) ** power, 0.0) for size in SIZES[:3]]
    assert ahead(runs, asked(size=SIZES[3])).seconds == pytest.approx(6 * 0.01 * (64 * 64) ** power, rel=1e-6)


@pytest.mark.parametrize("lengths", [(2.0,), (1.0, 2.0, 4.0)])
def test_a_run_along_time_takes_as_many_more_steps_as_it_is_longer(lengths: tuple[float, ...]) -> None:
    info = msgspec.structs.replace(CARD.info, along="frame", lengths=(0.5, 2.0, 60.0))
    card = msgspec.structs.replace(CARD, info=info)

    def walked(length: float) -> Run:
        count = round(4 * length)
        rows = [StepRow(n + 1, count, 0.0, seconds=1.5 * (n + 1)) for n in range(count)]
        made = forecast.run_of(asked(length=length), rows, {"seconds": 1.5 * count + length, "loading": 0.0})
        assert made is not None
        return made

    told = forecast.forecast([walked(length) for length in lengths], card, asked(length=8.0), NONE, loaded=True)
    assert told.seconds == pytest.approx(32 * 1.5 + 8.0)


def test_a_run_that_was_held_up_is_forgiven() -> None:
    runs = [ran(asked(), pace) for pace in (1.0, 1.1, 9.0, 0.9, 1.0)]
    assert ahead(runs, asked()).seconds == pytest.approx(6 * 1.0 + 2)


def test_another_sampler_counts_only_until_there_is_a_run_of_it() -> None:
    heun = asked(options={"sampler": "heun"})
    assert ahead([ran(asked())], heun).seconds == pytest.approx(8)
    assert ahead([ran(asked()), ran(heun, 2.0)], heun).seconds == pytest.approx(14)


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"prompt": "a boat"}, 1),
        ({"prompt": "a boat AND a bridge AND a boat"}, 2),  # what is said twice is asked once
        ({"prompt": "a boat AND a bridge", "regions": (Region("a tree"), Region("a cow"))}, 4),
        ({"prompt": "[a|b] boat AND a boat", "options": {"steps": 4}}, 1.5),  # every other step they are the same
    ],
)
def test_time_follows_the_texts_the_network_is_asked_for(fields: dict[str, object], texts: float) -> None:
    wanted = asked(**fields)
    steps = int(wanted.options["steps"])
    assert ahead([ran(asked())], wanted).seconds == pytest.approx(steps * texts + 2)
    runs = [ran(wanted, 1.7), ran(asked(prompt="a AND b AND c AND d AND e"))]
    assert ahead(runs, wanted).seconds == pytest.approx(steps * 1.7 + 2), "its own like tells more"


def test_how_time_grows_with_size_is_learnt_whatever_the_texts() -> None:
    runs = [ran(asked(size=(16, 16)), 1.0, 0.0), ran(asked(size=(32, 32), prompt="a AND b AND c"), 3 * 16.0, 0.0)]
    assert ahead(runs, asked(size=(64, 64))).seconds == pytest.approx(6 * 256.0)


def test_an_adapter_counts_as_its_like_took() -> None:
    worn = asked(adapters=(Adapter("ink"),))
    assert ahead([ran(asked())], worn).seconds == pytest.approx(8), "not known yet"
    runs = [ran(worn, 1.25), *(ran(asked()) for _ in range(9))]
    assert ahead(runs, asked(adapters=(Adapter("chalk"),))).seconds == pytest.approx(6 * 1.25 + 2)
    assert ahead(runs, asked()).seconds == pytest.approx(8)


def test_a_prompt_that_is_being_typed_is_no_trouble() -> None:
    assert ahead([ran(asked())], asked(prompt="[" * 4000)).seconds == pytest.approx(8)


def test_a_start_takes_as_many_steps_as_it_is_left() -> None:
    start = Image(fakes.picture(fakes.begin(asked())[0]).pixels)
    half = asked(start=start, strength=0.5)
    rows = [StepRow(n + 1, 3, 0.0, seconds=n + 1.0) for n in range(3)]
    run = forecast.run_of(half, rows, {"seconds": 3.0})
    assert run is not None
    assert ahead([run], asked(start=start, strength=1.0)).seconds == pytest.approx(6)


def test_nothing_is_learnt_of_a_run_that_went_on_or_changed_its_way() -> None:
    rows = [StepRow(1, 2, 0.5, seconds=1.0), StepRow(2, 2, 0.0, seconds=2.0)]
    state = fakes.Checkpoint(1, 2, 0.5, "fake", {})
    assert forecast.run_of(asked(resume=state), rows, {"seconds": 2.0}) is None
    assert forecast.run_of(asked(), rows, {"seconds": 2.0, "shortage": "Memory ran out."}) is None
    assert forecast.run_of(asked(), rows, {}) is None


def test_a_machine_that_has_changed_is_learnt_anew() -> None:
    runs = [ran(asked(), 9.0, device="cpu"), ran(asked(), 1.0, device="cuda")]
    assert ahead(runs, asked()).seconds == pytest.approx(8)


def test_the_draft_need_not_say_what_is_usual() -> None:
    assert ahead([ran(asked())], Request(engine="image/fake")).seconds == pytest.approx(8)


def test_memory_is_what_was_measured_for_the_same_else_what_the_headers_say() -> None:
    runs, told = [ran(asked(), peak=5)], Estimate(9, "In turns.")
    assert ahead(runs, asked(), told).memory == 5
    assert ahead(runs, asked(size=(32, 16)), told).memory == 9
    assert ahead(runs, asked(size=(32, 16)), Estimate(3)).memory == 5, "no other run was seen to take so little"
    assert ahead([], asked(), told) == Forecast(None, 0.0, 9, "In turns.")


def test_an_engine_of_one_step_has_only_a_rest() -> None:
    request = Request(engine="image/fake", size=(16, 16))
    run = forecast.run_of(request, [StepRow(1, 1, 0.0, seconds=0.5)], {"seconds": 0.7})
    assert run is not None
    assert (run.pace, run.rest) == (0.0, 0.7)


def test_only_so_much_is_remembered() -> None:
    runs: tuple[Run, ...] = ()
    for n in range(40):
        runs = forecast.learnt(runs, ran(asked(), float(n)))
    assert [run.pace for run in runs] == [pytest.approx(n) for n in range(16, 40)]
    for n in range(forecast.ENGINES + 5):
        runs = forecast.learnt(runs, msgspec.structs.replace(runs[-1], engine=f"image/{n}"))
    assert len({run.engine for run in runs}) == forecast.ENGINES
    assert "image/fake" not in {run.engine for run in runs}


def test_it_is_kept_and_a_broken_file_costs_nothing(tmp_path: Path) -> None:
    path, runs = tmp_path / "paces.json", (ran(asked()),)
    assert forecast.load(path) == ()
    forecast.save(path, runs)
    assert forecast.load(path) == runs
    path.write_bytes(path.read_bytes()[:-7])
    assert forecast.load(path) == ()


def test_an_estimate_needs_no_media() -> None:
    picture = fakes.picture(fakes.begin(asked())[0])
    control = fakes.ControlKind("edges", "image")
    full = asked(start=picture, mask=picture, controls=(forecast.Control(control.kind, picture),))
    mask = Image(picture.pixels[..., 0])
    more = {"adapters": (Adapter("a"),), "around": (1, 0, 0, 0), "last": picture, "regions": (Region("a", mask=mask),)}
    small = forecast.bare(msgspec.structs.replace(full, **more))
    assert (small.start, small.last, small.regions[0].mask) == (None, None, None)
    assert check(CARD, msgspec.structs.replace(small, controls=(), adapters=(), regions=())).around == (0, 0, 0, 0)
    assert small.controls[0].media.pixels.size == 3  # type: ignore[union-attr]
    assert small.adapters


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("found", "count", "text"),
    [
        (Forecast(), 1, "No earlier run yet: the first will tell the time"),
        (Forecast(None, 0, 3_100_000_000), 1, "No earlier run yet: the first will tell the time; 3.1 GB"),
        (Forecast(12.3, 0, 3_100_000_000), 1, "About 12 s, 3.1 GB"),
        (Forecast(12.3, 5.2, 240_000_000), 1, "About 12 s and 5 s to load, 240 MB"),
        (Forecast(12.0), 10, "About 2 min"),
        (Forecast(0.2, 0, 900), 1, "Under a second, 1 MB"),
    ],
)
def test_a_forecast_in_words(qapp: object, found: Forecast, count: int, text: str) -> None:
    assert words(found, count) == text


def test_the_line_follows_the_draft(window, gate, qtbot) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    studio, line = window.studio, window.findChild(PromptPanel).forecast
    assert line.isVisibleTo(window)
    qtbot.waitUntil(lambda: line.text() == "No earlier run yet: the first will tell the time; 3 MB", timeout=LONG)
    assert line.toolTip() == "All of it stays in memory."
    studio.edit(size=(32, 16))
    qtbot.waitUntil(lambda: line.text().endswith("5 MB"), timeout=LONG)
    gate.open()
    studio.edit(prompt="a boat")
    studio.generate()
    qtbot.waitUntil(lambda: any(isinstance(job.state, Done) for job in studio.jobs), timeout=LONG)
    qtbot.waitUntil(lambda: line.text().startswith("Under"), timeout=LONG)
    assert studio.foreseen.seconds == pytest.approx(0.1)
    studio.edit(options={"steps": 60})
    qtbot.waitUntil(lambda: studio.foreseen.seconds > 0.5, timeout=LONG)
    qtbot.waitUntil(lambda: line.text() == "About 1 s, 5 MB", timeout=LONG)
    studio.bridge.flush()
    assert [run.engine for run in forecast.load(studio.folders.paces)] == ["image/fake"]


def test_what_an_engine_has_to_say_is_heard(window, gate, qtbot) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    said: list[tuple[str, str]] = []
    window.studio.notice.connect(lambda kind, sentence: said.append((kind, sentence)))
    gate.open()
    window.studio.edit(prompt="short of it")
    window.studio.generate()
    qtbot.waitUntil(lambda: ("warning", "Memory ran out.") in said, timeout=LONG)


def test_what_the_command_line_says() -> None:
    told = Estimate(3_100_000_000, "All of the model stays on the GPU.", 24_000_000_000)
    found = Forecast(12.3, 5.0, told.memory, told.plan)
    text = "About 12 s and 5.0 s to load; 3.1 GB of memory, 24.0 GB free. All of the model stays on the GPU."
    assert sentence(found, told) == text
    assert sentence(Forecast(), NONE) == "No earlier run yet, so the first one will tell the time."


def test_the_command_line_tells_before_it_makes(tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(Path(__file__).parent / "tiny"))
    words_said = ["generate", "image/tiny", "a red apple", "--steps", "8", "--seed", "7"]
    assert main([*words_said, "--estimate"]) == 0
    assert "No earlier run yet" in capsys.readouterr().out
    assert main([*words_said, "-o", str(tmp_path / "apple.png")]) == 0
    capsys.readouterr()
    assert main([*words_said, "--estimate", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["event"] == "estimate"
    assert said["seconds"] > 0
    assert not list((tmp_path / "home" / "gallery").rglob("*.png")), "nothing was made"
