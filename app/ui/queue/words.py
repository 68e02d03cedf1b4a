"""A job in words and in a number: what the queue writes and how long its bar is. No widgets here."""

from PySide6.QtCore import QCoreApplication

from app.core.job import Cancelled, Done, Failed, Job, Paused, Queued, Running


def _tr(text: str) -> str:
    return QCoreApplication.translate("Queue", text)


def seconds(left: float) -> str:
    """A time to go that does not pretend to know more than it does: '8 s', '2 min', '1 h 05 min'."""
    if left < 90:
        return _tr("%1 s").replace("%1", str(max(1, round(left))))
    minutes = round(left / 60)
    if minutes < 60:
        return _tr("%1 min").replace("%1", str(minutes))
    return _tr("%1 h %2 min").replace("%1", str(minutes // 60)).replace("%2", f"{minutes % 60:02d}")


def state_words(job: Job) -> str:
    """The state of `job` in one line."""
    match job.state:
        case Queued():
            return _tr("Waiting")
        case Running() as running:
            return _running(running)
        case Paused(index=index, total=total):
            text = _tr("Paused after step %1 of %2") if index else _tr("Paused")
            return text.replace("%1", str(index)).replace("%2", str(total))
        case Done():
            return _tr("Done")
        case Failed(failure=failure):
            return failure.sentence
        case Cancelled():
            return _tr("Cancelled")
    raise TypeError(f"{job.state!r} is no state of a job")


def _running(state: Running) -> str:
    if state.asked:
        return _tr("Stopping …") if state.asked == "stop" else _tr("Pausing …")
    names = {"loading": _tr("Loading"), "encoding": _tr("Reading the prompt"), "denoising": _tr("Developing")}
    names |= {"decoding": _tr("Decoding"), "saving": _tr("Saving")}
    parts = [names.get(state.phase, state.phase)]
    if state.index and state.phase == "denoising":
        parts.append(_tr("step %1/%2").replace("%1", str(state.index)).replace("%2", str(state.total)))
    if state.left is not None:
        parts.append(_tr("%1 left").replace("%1", seconds(state.left)))
    return " · ".join(parts)


def progress(job: Job) -> float | None:
    """How full the bar is, in [0, 1]; None for a job without one."""
    match job.state:
        case Running(phase="decoding" | "saving"):
            return 1.0
        case Running(index=index, total=total) | Paused(index=index, total=total):
            return index / total if total else 0.0
    return None


def title(job: Job) -> str:
    """What a job is called: its prompt in one line, or its engine where there is none."""
    return " ".join(job.request.prompt.split()) or job.request.engine


def details(job: Job) -> str:
    """The tooltip: the request in short and the state."""
    request = job.request
    lines = [request.prompt or _tr("(no prompt)"), f"{request.engine} · {_tr('seed')} {request.seed}"]
    if request.size:
        lines[-1] += f" · {request.size[0]}×{request.size[1]}"
    if job.parent:
        lines.append(_tr("branches from step %1").replace("%1", str(job.parent_step)))
    return "\n".join([*lines, state_words(job)])


def deeds(job: Job) -> tuple[str, str]:
    """The names of the two buttons of a row: the first depends on the state, the second ends or removes it."""
    first = {
        Queued: "pause",
        Running: "pause",
        Paused: "resume",
        Done: "show",
        Failed: "again",
        Cancelled: "again",
    }[type(job.state)]
    return first, "stop" if isinstance(job.state, Running) else "remove"
