"""The command line over the real worker and the tiny engines: words, files, exit codes, and what it must not load."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import SCREENS, _is_command
from app.cli import main
from app.cli.flags import COMMANDS
from app.cli.make import compare
from app.cli.progress import bar, spoken
from app.core import library
from app.core import settings as settings_file
from app.core.job import Running
from app.core.store import Store
from engines.contract import Image, Param, Refused
from engines.files import assets, media
from engines.prompt.values import read_curve, read_value

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    return tmp_path / "home"


def pixels(path) -> np.ndarray:
    return media.read(path).pixels


def apple(out, *more) -> int:
    return main(["generate", "image/tiny", "a red apple", "--seed", "7", "--steps", "8", "-o", str(out), *more])


# ---------------------------------------------------------------- what it loads


def test_listing_engines_loads_neither_torch_nor_qt():
    code = (
        "import sys; from app.__main__ import main; rc = main(['engines']);"
        "bad = [m for m in ('torch', 'PySide6', 'transformers', 'diffusers') if m in sys.modules];"
        "sys.exit(f'{bad}' if bad else rc)"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    assert "image/tiny" in asked.stdout


def test_a_command_is_one_beside_a_file_of_its_name(tmp_path, monkeypatch, capsys):
    """And every command there is can be asked for help."""
    monkeypatch.chdir(tmp_path)
    for name in COMMANDS:
        (tmp_path / name).touch()
        assert _is_command(name)
        assert main([name, "--help"]) == 0
    assert "usage: darkroom generate" in capsys.readouterr().out


def test_without_a_screen_the_window_costs_one_sentence():
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    asked = subprocess.run([sys.executable, "-m", "app"], env=environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert asked.stderr.startswith("There is no screen here")


def test_a_folder_is_no_place_for_one_result(tmp_path, home, capsys):
    assert main(["generate", "image/tiny", "x", "-o", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_generating_loads_neither_torch_nor_qt(tmp_path):
    code = (
        "import sys; from app.__main__ import main;"
        f"rc = main(['generate', 'image/tiny', 'x', '--seed', '1', '-o', {str(tmp_path / 'x.png')!r}]);"
        "bad = [m for m in ('torch', 'PySide6') if m in sys.modules]; sys.exit(f'{bad}' if bad else rc)"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


# ---------------------------------------------------------------- making


def test_same_words_same_bytes_and_only_that_file(tmp_path, home, capsys):
    assert apple(tmp_path / "a.png") == 0
    assert apple(tmp_path / "b.png") == 0
    assert np.array_equal(pixels(tmp_path / "a.png"), pixels(tmp_path / "b.png"))
    assert capsys.readouterr().out.split() == [str(tmp_path / "a.png"), str(tmp_path / "b.png")]
    written = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".log"]
    assert {path.name for path in written} == {"steps.bin", "paces.json"}


@pytest.mark.parametrize(
    ("engine", "suffix"), [("image", ".png"), ("audio", ".wav"), ("video", ".mp4"), ("mesh", ".glb")]
)
def test_every_medium_goes_to_the_gallery_with_its_recipe(engine, suffix, home, capsys):
    assert main(["generate", f"{engine}/tiny", "a red thing", "--seed", "3"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.is_relative_to(home / "gallery")
    assert path.suffix == suffix
    assert json.loads(media.recipe_of(path))["request"]["seed"] == 3


def test_count_equals_singles_with_their_seeds(tmp_path):
    assert apple(tmp_path / "n.png", "--count", "3") == 0
    many = [pixels(tmp_path / f"n-{n}.png") for n in (1, 2, 3)]
    assert apple(tmp_path / "s-{seed}.png", "--count", "2") == 0
    assert np.array_equal(many[0], pixels(tmp_path / "s-7.png"))
    assert np.array_equal(many[1], pixels(tmp_path / "s-8.png"))
    assert not np.array_equal(many[0], many[2])


def test_json_tells_every_step_and_the_result(tmp_path, capsys):
    assert apple(tmp_path / "a.png", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["index"] for event in events if event["event"] == "step"] == list(range(1, 9))
    assert events[0]["event"] == "started"
    assert events[-1]["event"] == "result"
    assert events[-1]["path"] == str(tmp_path / "a.png")


def test_a_curve_changes_the_picture_and_a_flat_one_does_not(tmp_path):
    apple(tmp_path / "flat.png", "--guidance", "2.5")
    apple(tmp_path / "same.png", "--guidance", "0:2.5,1:2.5")
    apple(tmp_path / "curve.png", "--guidance", "0:7.5,0.4:1")
    assert np.array_equal(pixels(tmp_path / "flat.png"), pixels(tmp_path / "same.png"))
    assert not np.array_equal(pixels(tmp_path / "flat.png"), pixels(tmp_path / "curve.png"))
    recipe = json.loads(media.recipe_of(tmp_path / "curve.png"))
    assert recipe["request"]["curves"]["guidance"]["points"] == [[0.0, 7.5], [0.4, 1.0]]


def test_a_start_picture_and_its_strength_decide(tmp_path):
    media.write(tmp_path / "start.png", Image(np.full((64, 64, 3), 200, np.uint8)))
    flags = ["--init", str(tmp_path / "start.png"), "--strength"]
    assert apple(tmp_path / "little.png", *flags, "0.1") == 0
    assert apple(tmp_path / "much.png", *flags, "0.9") == 0
    assert not np.array_equal(pixels(tmp_path / "little.png"), pixels(tmp_path / "much.png"))


def test_every_step_is_written_as_a_preview(tmp_path):
    assert apple(tmp_path / "a.png", "--previews", str(tmp_path / "steps")) == 0
    assert sorted(path.name for path in (tmp_path / "steps").iterdir()) == [f"step-{n:03d}.png" for n in range(1, 9)]


# ---------------------------------------------------------------- branches and replays


def test_branch_without_a_change_is_the_parent_and_with_one_shares_the_first_steps(tmp_path):
    apple(tmp_path / "a.png", "--previews", str(tmp_path / "p"))
    assert main(["branch", str(tmp_path / "a.png"), "--step", "3", "-o", str(tmp_path / "same.png")]) == 0
    assert np.array_equal(pixels(tmp_path / "a.png"), pixels(tmp_path / "same.png"))
    words = ["branch", str(tmp_path / "a.png"), "a blue apple", "--step", "3", "-o", str(tmp_path / "other.png")]
    assert main(words) == 0
    assert not np.array_equal(pixels(tmp_path / "a.png"), pixels(tmp_path / "other.png"))
    recipe = json.loads(media.recipe_of(tmp_path / "other.png"))
    assert (recipe["step"], recipe["parent"]["request"]["prompt"]) == (3, "a red apple")


def test_replay_agrees_also_for_a_branch_whose_steps_are_gone(tmp_path, home, capsys):
    import shutil

    apple(tmp_path / "a.png")
    main(["branch", str(tmp_path / "a.png"), "a blue apple", "--step", "3", "-o", str(tmp_path / "b.png")])
    main(["branch", str(tmp_path / "b.png"), "a green apple", "--step", "5", "-o", str(tmp_path / "c.png")])
    shutil.rmtree(home / "data" / "steps")
    for name in ("a.png", "b.png", "c.png"):
        assert main(["replay", str(tmp_path / name)]) == 0
    assert capsys.readouterr().out.count("The bytes agree.") == 3
    assert not list((home / "data" / "steps").iterdir())


def test_steps_keep_to_their_budget_without_a_window_too(tmp_path, home):
    def sizes() -> dict[str, int]:
        return {path.parent.name: path.stat().st_size for path in folders.steps.glob("*/*.bin")}

    folders = settings_file.default_folders()
    assert apple(tmp_path / "one.png") == 0
    (one,) = sizes()
    library.thin_steps(folders, 0, one)
    assert sizes()[one]  # what was just made stays whole
    library.thin_steps(folders, 0, "another run")
    assert not sizes()
    assert apple(tmp_path / "two.png") == 0
    with Store(folders.database):  # a window has it open: it thins out itself
        library.thin_steps(folders, 0, "another run")
    assert sizes()


def test_replay_says_when_the_bytes_differ(tmp_path, capsys):
    apple(tmp_path / "a.png")
    recipe = media.recipe_of(tmp_path / "a.png")
    wrong = pixels(tmp_path / "a.png").copy()
    wrong[0, 0, 0] ^= 5
    media.write(tmp_path / "a.png", Image(wrong), recipe)
    assert main(["replay", str(tmp_path / "a.png"), "-o", str(tmp_path / "again.png")]) == 1
    assert "The bytes differ: the largest difference is" in capsys.readouterr().out
    assert (tmp_path / "again.png").exists()


def test_a_run_in_the_gallery_is_branched_by_name(tmp_path, capsys):
    assert main(["generate", "image/tiny", "a red apple", "--seed", "7", "--json"]) == 0
    run = json.loads(capsys.readouterr().out.splitlines()[-1])["run"]
    assert main(["branch", run, "--step", "4", "-o", str(tmp_path / "b.png")]) == 0
    assert main(["branch", "20990101-000000-000000", "--step", "4"]) == 3


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["generate", "image/none", "x"], 2, "no engine 'image/none'"),
        (["generate", "image/tiny", "x", "--size", "99999x99999"], 2, "cannot make 99999x99999"),
        (["generate", "image/tiny", "x", "--steps", "many"], 2, "steps must be a number"),
        (["generate", "image/tiny", "x", "--set", "colour=3"], 2, "no option 'colour'"),
        (["generate", "image/tiny", "x", "--guidance", "1:2,0:3"], 2, "positions must rise"),
        (["generate", "image/tiny", "x", "--seed", "-1"], 2, "seed -1 is out of range"),
        (["generate", "image/tiny", "x", "--init", "{tmp}/none.png"], 3, "none.png is not there"),
        (["generate", "image/tiny", "x", "--init", "{tmp}/broken.png"], 3, "broken.png"),
        (["generate", "image/tiny", "x", "-o", "{tmp}/no/x.png"], 3, "is not there"),
        (["generate", "image/tiny", "x", "-o", "{tmp}/x.wav"], 2, "image is saved as"),
        (["generate", "image/lacking", "x"], 4, "no/such.safetensors"),
        (["recipe", "{tmp}/plain.png"], 3, "carries no recipe"),
        (["replay", "{tmp}/plain.png"], 3, "carries no recipe"),
        (["train", "image/tiny"], 2, "no training recipe"),
        (["train", "image/sticker", "--out", "{tmp}", "--install"], 4, "no trained weights"),
        (["train", "image/none", "--install"], 2, "no engine 'image/none'"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_a_code(tmp_path, monkeypatch, capsys, words, code, said):
    lacking = (TINY / "picture.py").read_text().replace('"image/tiny"', '"image/lacking"')
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "lacking.py").write_text(
        lacking.replace('licence="MIT"', 'licence="MIT", weights=("no/such.safetensors",)')
    )
    monkeypatch.setenv("DARKROOM_PLUGINS", os.pathsep.join([str(TINY), str(tmp_path / "plugins")]))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    media.write(tmp_path / "plain.png", Image(np.zeros((4, 4, 3), np.uint8)))
    assert main([word.replace("{tmp}", str(tmp_path)) for word in words]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "x.wav").exists()


def test_weights_that_were_trained_take_the_place_of_the_shipped_ones_and_leave_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DARKROOM_OWN_ASSETS", str(settings_file.default_folders().own_assets))
    names = ("weights/sticker/flow.safetensors", "weights/sticker/autoencoder.safetensors")
    (tmp_path / "out").mkdir()
    for name in names:
        (tmp_path / "out" / name.rsplit("/", 1)[-1]).write_bytes(name.encode())
    shipped = {name: assets.path(name) for name in names}
    words = ["train", "image/sticker", "--out", str(tmp_path / "out")]
    assert main([*words, "--install"]) == 0
    assert all(assets.path(name).read_bytes() == name.encode() for name in names)
    assert main([*words, "--uninstall"]) == 0
    assert {name: assets.path(name) for name in names} == shipped
    assert "in use again" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["generate"], ["fly"], ["branch", "x.png"], ["generate", "a", "--size", "big"], []])
def test_wrong_words_are_answered_with_usage(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert "usage:" in said.out + said.err


@pytest.mark.parametrize("prompt", ["", "🍏🍎", "תפוח אדום", "a\nb", "x" * 5000])
def test_any_prompt_is_drawn(tmp_path, prompt):
    assert main(["generate", "image/tiny", prompt, "--seed", "1", "--steps", "2", "-o", str(tmp_path / "p.png")]) == 0
    assert json.loads(media.recipe_of(tmp_path / "p.png"))["request"].get("prompt", "") == prompt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleanly_and_leaves_nothing(tmp_path, home, number):
    words = ["generate", "image/tiny", "x", "--set", "slow=0.3", "--json", "-o", str(tmp_path / "x.png")]
    running = subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's `&` hands down "ignore"
    )
    for line in running.stdout:
        if '"step"' in line:
            break
    running.send_signal(number)
    began = time.monotonic()
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert time.monotonic() - began < 10
    assert "Traceback" not in out + err
    assert not list(tmp_path.glob("*.p*"))
    assert not list((home / "data" / "steps").iterdir())


def test_a_worker_that_dies_costs_one_sentence(tmp_path, monkeypatch, capsys):
    (tmp_path / "plugins").mkdir()
    dying = (TINY / "picture.py").read_text().replace('"image/tiny"', '"image/dying"')
    dying = dying.replace("time.sleep(options.slow)", "__import__('os').kill(__import__('os').getpid(), 9)")
    (tmp_path / "plugins" / "dying.py").write_text(dying)
    monkeypatch.setenv("DARKROOM_PLUGINS", str(tmp_path / "plugins"))
    assert main(["generate", "image/dying", "x", "-o", str(tmp_path / "x.png")]) == 5
    assert "SIGKILL" in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


# ---------------------------------------------------------------- asking


def test_every_family_and_medium_has_an_engine(capsys):
    assert main(["engines"]) == 0
    told = capsys.readouterr().out
    families = "flow matching,consistency,diffusion,score SDE,VAE,GAN,normalizing flow,autoregressive,energy-based"
    for word in (*families.split(","), "image", "audio", "video", "mesh"):
        assert f" {word} " in told, word


def test_engines_as_json_is_the_cards(capsys):
    assert main(["engines", "--json"]) == 0
    cards = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"image/tiny", "audio/tiny", "video/tiny", "mesh/tiny"} <= {card["info"]["name"] for card in cards}


def test_a_copied_engine_file_is_an_engine(tmp_path, monkeypatch, capsys):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "copy.py").write_text((TINY / "picture.py").read_text())
    monkeypatch.setenv("DARKROOM_PLUGINS", os.pathsep.join([str(TINY), str(tmp_path / "plugins")]))
    assert main(["generate", "image/copy", "x", "--seed", "1", "-o", str(tmp_path / "x.png")]) == 0


def test_recipe_is_printed_as_json_and_as_other_programs_write_it(tmp_path, capsys):
    apple(tmp_path / "a.png")
    capsys.readouterr()
    assert main(["recipe", str(tmp_path / "a.png")]) == 0
    assert json.loads(capsys.readouterr().out)["request"]["options"]["steps"] == 8
    assert main(["recipe", str(tmp_path / "a.png"), "--text"]) == 0
    assert "Steps: 8" in capsys.readouterr().out


def test_doctor_looks_at_everything(capsys):
    assert main(["doctor", "--json"]) in (0, 1)
    found = {json.loads(line)["what"] for line in capsys.readouterr().out.splitlines()}
    assert {
        "system",
        "memory",
        "config",
        "data",
        "gallery",
        "disk",
        "engine",
        "window",
        "engines in",
        "device",
    } <= found


# ---------------------------------------------------------------- small things


def test_values_are_read_by_the_declared_kind():
    assert read_value(Param("n", "int", 1), "12") == 12
    assert read_value(Param("x", "float", 1.0), "0.5") == 0.5
    assert read_value(Param("on", "bool", False), "yes") is True
    assert read_value(Param("how", "choice", "a", choices=("a", "b")), "b") == "b"
    assert read_value(Param("g", "float", 1.0, curve=True), "0:1,1:2,hold").shape == "hold"
    with pytest.raises(Refused):
        read_value(Param("on", "bool", False), "perhaps")
    with pytest.raises(Refused):
        read_curve("g", "0:1:2")


def test_the_bar_says_what_is_left():
    line = bar(Running("denoising", 0.5, 6, 12, 0.4, 3.0, 3.2))
    assert "6/12" in line
    assert "3.2 s left" in line
    assert (spoken(75), spoken(12.2)) == ("1 min 15 s", "12 s")


def test_compare_finds_the_largest_difference():
    a, b = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)
    b[1, 1, 1] = 9
    assert compare(Image(a), Image(a.copy())) is None
    assert compare(Image(a), Image(b)) == 9.0
    assert compare(Image(a), Image(np.zeros((3, 2, 3), np.uint8))) == float("inf")
