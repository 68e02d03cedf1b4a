"""What the caption says of a subject: heading, note, buttons, progress. Pure: values in, values out."""

from typing import Any

import msgspec
from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.core.job import Cancelled, Failed, Job, Paused, Queued, Running

translate = QCoreApplication.translate
KEEP = ("drag", "send", "enlarge", "copy", "save", "export")


class Saying(Struct, frozen=True):
    """The caption's content. `progress` is a share, None for unknown, or False for no progress to speak of."""

    heading: str = ""
    note: str = ""
    buttons: tuple[str, ...] = ()
    progress: float | bool | None = False
    token: str = "dim"


def saying(subject: Any, job: Job | None) -> Saying:
    """What to say of `subject`, whose job is now `job`."""
    if subject.compare is not None and subject.step is None and not live(job):
        return Saying(
            translate("Stage", "Comparing two results"),
            translate("Stage", "Drag the divider, or use left and right"),
            ("uncompare",),
        )
    if subject.step is not None:
        return _scrubbed(subject, job)
    if subject.draft is not None:
        return Saying(subject.draft.prompt, translate("Stage", "live, not kept until you generate"), ("copy",))
    state = job.state if job else None
    if isinstance(state, Running):
        found = _running(state)
        extra = _TRUTH.get(subject.truth, ()) if not state.asked else ()
        return msgspec.structs.replace(found, buttons=(*extra, *found.buttons))
    if isinstance(state, Queued):
        return Saying(translate("Stage", "Waiting its turn"), translate("Stage", "in the queue"), ("cancel",))
    if isinstance(state, Paused):
        where = translate("Stage", "after step {0} of {1}").format(state.index, state.total) if state.index else ""
        return Saying(translate("Stage", "Paused"), where, ("resume", "cancel"), share(state.index, state.total))
    if isinstance(state, Failed):
        return Saying(
            job.request.prompt or translate("Stage", "Without a prompt") if job else "",
            translate("Stage", "failed"),
            (),
            False,
            "bad",
        )
    if isinstance(state, Cancelled):
        return Saying(translate("Stage", "Cancelled"), described(subject, job), ("again",))
    return _finished(subject, job)


def live(job: Job | None) -> bool:
    """Whether the run goes on, or will."""
    return job is not None and isinstance(job.state, Running | Queued | Paused)


def phase_words(name: str) -> str:
    """What an engine is busy with, for people."""
    names = {
        "loading": translate("Stage", "Loading the engine"),
        "encoding": translate("Stage", "Reading the prompt"),
        "denoising": translate("Stage", "Developing"),
        "decoding": translate("Stage", "Finishing"),
        "saving": translate("Stage", "Saving"),
    }
    return names.get(name, name.capitalize())


def left_words(seconds: float | None) -> str:
    """Seconds to go, rounded as people say them."""
    if seconds is None:
        return ""
    if seconds < 1.5:
        return translate("Stage", "about a second left")
    if seconds < 60:
        return translate("Stage", "about {0} s left").format(round(seconds))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return translate("Stage", "about {0} min {1:02d} s left").format(minutes, rest)
    return translate("Stage", "about {0} h {1:02d} min left").format(minutes // 60, minutes % 60)


def share(index: int, total: int) -> float | bool:
    """Steps done as a share, or False where there is no total."""
    return index / total if total else False


def _running(state: Running) -> Saying:
    if state.asked:
        words = translate("Stage", "Pausing") if state.asked == "pause" else translate("Stage", "Stopping")
        return Saying(words, translate("Stage", "after this step"), (), None)
    step = translate("Stage", "step {0} of {1}").format(state.index, state.total) if state.index else ""
    note = " · ".join(part for part in (step, left_words(state.left)) if part)
    known = share(state.index, state.total) if state.phase == "denoising" else None
    fraction = state.fraction if state.phase in ("loading", "saving") and state.fraction is not None else known
    return Saying(phase_words(state.phase), note, ("pause", "cancel"), None if fraction is False else fraction)


_TRUTH = {"can": ("decode",), "busy": ("undecode",)}


def _scrubbed(subject: Any, job: Job | None) -> Saying:
    row = next((row for row in subject.rows if row.index == subject.step), None)
    total = row.total if row else len(subject.rows)
    parts = []
    if row is not None:
        parts.append(translate("Stage", "noise level {0}").format(f"{row.level:.3g}"))
        if row.change is not None:
            parts.append(translate("Stage", "change {0} %").format(f"{row.change * 100:.1f}"))
    may = row is not None and row.resumable and bool(subject.run)
    buttons = (*_TRUTH.get(subject.truth, ()), *(("branch", "back") if may else ("back",)))
    if subject.truth == "yes":
        parts.append(translate("Stage", "as it truly is"))
    elif subject.truth == "busy":
        parts.append(translate("Stage", "decoding…"))
    progress = share(subject.step, total)
    return Saying(
        translate("Stage", "Step {0} of {1}").format(subject.step, total), " · ".join(parts), buttons, progress
    )


def _finished(subject: Any, job: Job | None) -> Saying:
    entry = subject.entry
    heading = entry.prompt if entry else job.request.prompt if job else ""
    if not heading and subject.path is not None:
        heading = subject.path.name
    keep: tuple[str, ...] = KEEP if subject.media is not None else ()
    if keep and file_of(subject, job) is None:
        keep = tuple(name for name in keep if name in ("copy", "send", "enlarge", "export"))
    keep = tuple(name for name in keep if name != "enlarge" or subject.medium == "image")
    return Saying(heading or translate("Stage", "Without a prompt"), described(subject, job), keep)


def described(subject: Any, job: Job | None) -> str:
    """Engine and seed, briefly."""
    entry = subject.entry
    if entry is None and job is None:
        return ""
    engine = entry.engine if entry else job.request.engine if job else ""
    seed = entry.seed if entry else job.request.seed if job else 0
    words = [engine, translate("Stage", "seed {0}").format(seed)]
    if entry is not None and entry.seconds:
        words.append(f"{entry.seconds:.1f} s")
    return " · ".join(words)


def file_of(subject: Any, job: Job | None) -> str | None:
    """The file of what is on the stage, once there is one."""
    if subject.path is not None:
        return str(subject.path)
    if subject.entry is not None:
        return str(subject.entry.path)
    path = getattr(job.state, "path", None) if job else None
    return str(path) if path else None
