"""The machine under the engines: its devices and threads, and how work on it is interrupted.

Nothing here imports torch before somebody asks for a device.
"""

import gc
import os
import platform
import sys
import threading
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from engines.contract import Stopped, Value


def settle() -> None:
    """Fix what must be fixed before torch is imported: threads ($DARKROOM_THREADS) and reproducible kernels."""
    count = str(threads())
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = count
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")  # with AVX-512 a sum depends on where in memory its numbers lie
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def threads() -> int:
    """How many threads to compute with: $DARKROOM_THREADS, else $OMP_NUM_THREADS, else the physical cores."""
    for name in ("DARKROOM_THREADS", "OMP_NUM_THREADS"):
        word = os.environ.get(name, "")
        if word.isdigit() and int(word) > 0:
            return int(word)
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))


def best() -> str:
    """The device engines compute on: $DARKROOM_DEVICE, else 'cuda', 'mps' or 'cpu'. Imports torch."""
    import torch

    wish = os.environ.get("DARKROOM_DEVICE", "")
    if wish:
        return wish
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def kind() -> str:
    """The kind of the device engines compute on: 'cpu', 'cuda', 'mps'. Imports torch."""
    return best().split(":")[0]


def free(held: int = 0) -> int:
    """Bytes of memory that may be used on the device engines compute on, `held` of them being in use by what is asked
    for. $DARKROOM_MEMORY in gigabytes is the most of it that engines may use. Imports torch.
    """
    import psutil
    import torch

    place = kind()
    if place == "cuda":
        found = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    elif place == "mps":
        found = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    else:
        found = psutil.virtual_memory().available
    most = number("DARKROOM_MEMORY") * 1e9 or float("inf")
    return int(min(found + held, most))


def number(name: str) -> float:
    """The number in the environment variable `name`; 0 where there is none."""
    word = os.environ.get(name, "")
    return float(word) if word.replace(".", "", 1).isdigit() else 0.0


def peak(anew: bool = False) -> int:
    """The most bytes that were in use at once on the device, since this was last asked `anew`; of a CPU's memory by
    this process, where the system tells. 0 where it does not.
    """
    torch = _torch()
    if torch is not None and torch.cuda.is_initialized():
        if anew:
            torch.cuda.reset_peak_memory_stats()
        return int(torch.cuda.max_memory_allocated())
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")  # proc(5): the high-water mark begins anew
        told = Path("/proc/self/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


def brief(device: Any) -> Any:
    """The torch dtype networks are trained in on `device`: bfloat16 where its arithmetic is in hardware, else float32.

    Emulated, as on CPUs without AVX512-BF16 or AMX, bfloat16 takes about twice the time of float32.
    """
    import torch

    kind = torch.device(device).type
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported") if kind == "cpu" else ()
    quick = any(getattr(torch.cpu, name, bool)() for name in asked)
    return torch.bfloat16 if quick else torch.float32


def autocast(device: Any) -> Any:
    """A context in which networks compute in `brief(device)`."""
    import torch

    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=brief(device) is torch.bfloat16)


def warm() -> None:
    """Do the heavy imports."""
    import torch

    torch.set_num_threads(threads())
    if best() == "cuda":
        torch.zeros(1, device="cuda")


def versions() -> dict[str, str]:
    """Versions of what decides the numbers, read without importing any of it."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for package in ("numpy", "torch", "diffusers", "transformers", "darkroom"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass
    return found


def facts() -> dict[str, Value]:
    """What a recipe records of the machine: versions in use, threads, and the device when torch is at work."""
    known: dict[str, Value] = {"numpy": metadata.version("numpy"), "threads": threads(), "device": "cpu"}
    torch = _torch()
    if torch is not None:
        known |= {"torch": str(torch.__version__), "threads": torch.get_num_threads(), "device": best()}
        if known["device"] == "cuda":
            known["gpu"] = torch.cuda.get_device_name(0)
    return known


def interrupt(thread: int) -> Callable[[], None]:
    """From now on every network called in `thread` (an ident) raises Stopped; call the answer to end that.

    A global forward pre-hook, there only while somebody waits for a stop, so that a run without one pays nothing.
    """
    modules: Any = sys.modules.get("torch.nn.modules.module")
    register = getattr(modules, "register_module_forward_pre_hook", None)
    if register is None:
        return lambda: None

    def stop(module: Any, inputs: Any) -> None:
        if threading.get_ident() == thread:
            raise Stopped

    return register(stop).remove


def tidy() -> None:
    """Give memory back between jobs and undo modes that a stopped library call may have left on.

    What has survived is not looked at again: libraries and loaded engines are some 400,000 objects, which a collection
    takes 0.2 s for. `thaw` lets go of that when an engine is dropped.
    """
    gc.collect()
    gc.freeze()
    torch = _torch()
    if torch is None:
        return
    torch.set_grad_enabled(True)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def thaw() -> None:
    """Let the next `tidy` look at everything again: something large is no longer used."""
    gc.unfreeze()


def out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out, in whichever way the libraries say it."""
    words = str(error).lower()
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    said = "out of memory" in words or "can't allocate memory" in words or "not enough memory" in words
    return named or (isinstance(error, RuntimeError) and said)


def _torch() -> Any:
    """torch, when it is imported to the end (another thread may still be at it), or None."""
    torch: Any = sys.modules.get("torch")
    return torch if torch is not None and hasattr(torch, "set_num_threads") and hasattr(torch, "__version__") else None
