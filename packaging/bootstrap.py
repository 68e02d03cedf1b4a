"""Set Darkroom's environment up, then run the program or its checks. Standard library only.

The environment lives in .venv beside the README (or $DARKROOM_VENV). A stamp in it says what it was made from, so
that a second call starts at once and needs no network. PyTorch is chosen for the machine: see `install_torch`.
"""

import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("DARKROOM_VENV", ROOT / ".venv")).absolute()
TOOLS = VENV.parent / ".bootstrap"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
TORCH = "2.13.0"  # the release the checks run on; any from 2.6 on is accepted
# The checks compare with torch-fidelity, whose package demands torchvision for data sets that none of them reads: it is
# installed without what it depends on, and its modules are imported from there (engines/metrics/fidelity.py).
ALONE = {"test": "torch-fidelity==0.3.0"}
EXTRAS = {"train": "train", "bench": "test"}  # commands that need more than the program does
SHARING = 4  # processes, at most, that share the tests: each may hold a gigabyte
GIGABYTES = {"cpu": 4, "mps": 4, "cuda": 12, "rocm": 20}

# What a bare Debian or Ubuntu lacks for Qt: the file the loader asks for, and the package that has it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


class Trouble(Exception):
    """One sentence for the person at the keyboard."""


def main(words: list[str]) -> int:
    """`run [words]` or `test [words]`; the exit status of what was run, or 2 when setting up failed."""
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")  # networks with a certificate of their own
    try:
        verb, rest = words[0], words[1:]
        set_up("test" if verb == "test" else EXTRAS.get(rest[0], "") if rest else "")
        if verb == "test":
            return check(rest)
        return run(rest)
    except Trouble as trouble:
        print(f"Darkroom: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


# ---------------------------------------------------------------- the environment


def set_up(extra: str) -> None:
    """Make the environment unless the stamp says it is there already."""
    stamp = VENV / "darkroom.stamp"
    wanted = fingerprint()
    have = stamp.read_text().split() if stamp.exists() else []
    if have[:1] == [wanted] and (not extra or extra in have[1:]) and PYTHON.exists():
        return
    say("setting up (the first time takes a few minutes) ...")
    backend, torch = machine(), torch_version()
    check_room(1 if torch else GIGABYTES[backend])
    uv = find_uv()
    if not PYTHON.exists():
        make_environment(uv)
    if torch:
        say(f"PyTorch {torch} is there already.")
    else:
        install_torch(uv, backend)
    extras = sorted({*have[1:], extra} - {""})  # what was there before is brought up to date with the rest
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    # Compiled now, so that the first start is as quick as the next.
    command([uv, "pip", "install", "--compile-bytecode", "--python", PYTHON, "--editable", target], "install Darkroom")
    for package in (ALONE[one] for one in extras if one in ALONE):
        command(
            [uv, "pip", "install", "--no-deps", "--python", PYTHON, package], "install what the checks compare with"
        )
    attempt([PYTHON, "-m", "compileall", "-q", "-j", "0", ROOT / "app", ROOT / "engines"])
    stamp.write_text(" ".join([wanted, *extras]))
    say("ready.")


def make_environment(uv: str) -> None:
    """An empty environment with pip in it; half an environment is taken away again, and nothing else ever."""
    if (VENV / "pyvenv.cfg").exists():
        shutil.rmtree(VENV)  # an environment that has lost its Python
    elif VENV.exists() and (not VENV.is_dir() or any(VENV.iterdir())):
        raise Trouble(f"{VENV} has other things in it: set DARKROOM_VENV to a new or an empty folder.")
    try:
        command([uv, "venv", "--quiet", "--seed", "--python", sys.executable, VENV], "make the environment")
    except BaseException:
        if (VENV / "pyvenv.cfg").exists():
            shutil.rmtree(VENV, ignore_errors=True)
        raise


def fingerprint() -> str:
    """What the environment depends on: the project file, this file and the interpreter."""
    parts = [(ROOT / "pyproject.toml").read_bytes(), Path(__file__).read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def find_uv() -> str:
    """uv from the PATH, or fetched by pip into a folder of its own (works under externally managed Pythons)."""
    found = shutil.which("uv")
    own = TOOLS / ("bin/uv.exe" if WINDOWS else "bin/uv")
    if found or own.exists():
        return found or str(own)
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        raise Trouble(
            "neither uv nor pip is here: install one of them (on Debian and Ubuntu: apt install python3-pip)."
        )
    command(
        [*pip, "install", "--quiet", "--disable-pip-version-check", "--target", TOOLS, "uv>=0.8"],
        "fetch the installer uv",
    )
    return str(own)


def machine() -> str:
    """Which PyTorch this machine wants: 'cuda', 'rocm', 'mps' or 'cpu'."""
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else "cpu"
    if shutil.which("nvidia-smi") and not subprocess.run(["nvidia-smi", "-L"], capture_output=True).returncode:
        return "cuda"
    return "rocm" if Path("/dev/kfd").exists() else "cpu"


def torch_version() -> str:
    """The PyTorch of the environment; empty when it has none."""
    if not PYTHON.exists():
        return ""
    asked = subprocess.run([PYTHON, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True)
    return "" if asked.returncode else asked.stdout.strip()


def install_torch(uv: str, backend: str) -> None:
    """PyTorch for this machine.

    With a GPU uv picks the build for its driver. Without one the small CPU build is wanted: one that pip is
    configured to find on this machine, else the one PyTorch publishes, else what the registry has (large).
    """
    say(f"PyTorch for this machine: {backend}.")
    install = [uv, "pip", "install", "--python", PYTHON]
    if backend == "mps":
        return command([*install, "torch>=2.6"], "install PyTorch")
    plain = [PYTHON, "-m", "pip", "install", "--quiet"]
    if backend == "cpu":
        tries = [[*plain, f"torch=={TORCH}"]] if local_cpu_build() else []
        tries.append([*install, "--torch-backend=cpu", "torch>=2.6"])
    else:
        tries = [[*install, "--torch-backend=auto", "torch>=2.6"]]
    if any(attempt(words) for words in tries):
        return None
    say("PyTorch's own index is out of reach; taking the registry's build, which may be several gigabytes.")
    return command([*plain, "torch>=2.6"], "install PyTorch")


def local_cpu_build() -> bool:
    """True when pip, as configured here, would take a CPU build of PyTorch from a local file."""
    words = [PYTHON, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--report", "-", f"torch=={TORCH}"]
    asked = subprocess.run(words, capture_output=True, text=True)
    if asked.returncode:
        return False
    found = json.loads(asked.stdout)["install"][0]
    return found["download_info"]["url"].startswith("file:") or found["metadata"]["version"].endswith("+cpu")


def check_room(gigabytes: int) -> None:
    """Refuse before the disk is full, not after."""
    place = next(folder for folder in (VENV, *VENV.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 2**30
    if free < gigabytes:
        raise Trouble(
            f"{place} has {free:.1f} GB free and setting up needs {gigabytes} GB: free some, or set DARKROOM_VENV to a "
            "new folder on a larger disk."
        )


def command(words: list[object], what: str) -> None:
    """Run one step of setting up; its output is shown, its failure is one sentence."""
    if not attempt(words):
        raise Trouble(f"could not {what}: see the lines above. Setting up needs the network once; run this again then.")


def attempt(words: list[object]) -> bool:
    try:
        return not subprocess.run([str(word) for word in words]).returncode
    except OSError as error:
        raise Trouble(f"cannot start {words[0]}: {error.strerror}.") from error


def say(text: str) -> None:
    print(f"Darkroom: {text}", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- what is run in it


def run(words: list[str]) -> int:
    """The `darkroom` command; with no words, or files to open, it opens the window, which wants Qt's libraries."""
    if not words or Path(words[0]).is_file():
        need_qt_libraries()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # -P: a folder called app where the caller stands is not the program.
    return become([str(PYTHON), "-P", "-m", "app", *words])


def become(words: list[str]) -> int:
    """Run `words` in place of this process, so that signals reach it; where that cannot be, wait for it."""
    if not WINDOWS:
        sys.stdout.flush()
        os.execv(words[0], words)
    with subprocess.Popen(words) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # it has heard it too, and ends by itself


def check(words: list[str]) -> int:
    """Format, lint, import contracts, types, tests; the first that fails ends it."""
    need_qt_libraries()
    os.chdir(ROOT)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    python = str(PYTHON)
    steps = [
        [python, "-m", "ruff", "format", "--check", "--quiet", "."],
        [python, "-m", "ruff", "check", "--quiet", "."],
        [str(PYTHON.with_name("lint-imports")), "--no-cache"],
        [python, "-m", "mypy", "engines", "app"],
        # A file goes to one process, so that what its tests share is made once.
        [python, "-m", "pytest", "-n", str(min(SHARING, os.cpu_count() or 1)), "--dist", "loadfile", *words],
    ]
    for step in steps:
        say(" ".join(Path(word).name if word == step[0] else word for word in step))
        status = subprocess.run(step).returncode
        if status:
            return status
    return 0


def need_qt_libraries() -> None:
    """On Linux: the system libraries Qt loads. Installed when we are root on Debian, named otherwise."""
    if not sys.platform.startswith("linux"):
        return
    missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing the system libraries Qt needs: {' '.join(missing)}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        for words in (["apt-get", "update", "-qq"], install):
            subprocess.run(words, env=environment, stdout=subprocess.DEVNULL)
        missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if missing:
        raise Trouble(
            f"Qt needs system libraries that are not here: sudo apt install {' '.join(missing)} (Debian, Ubuntu)."
        )


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
