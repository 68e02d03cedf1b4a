"""A model in words: its kind, its facts in one line, and everything that is known of it. No widgets here."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from app.core.models import Model
from app.studio import Found
from engines.files.headers import ENDINGS

NETWORKS = ("pipeline", "checkpoint", "denoiser")
STEERING = ("controlnet", "ip-adapter", "t2i-adapter")
PARTS = ("vae", "text-encoder", "image-encoder", "vocoder", "motion", "embedding", "upscaler")
ORDER = (*NETWORKS, "lora", *STEERING, *PARTS, "unknown", "broken")
ICONS = {
    **dict.fromkeys(NETWORKS, "layers"),
    **dict.fromkeys(STEERING, "control"),
    "lora": "adapter",
    "vae": "image",
    "text-encoder": "prompt",
    "image-encoder": "image",
    "vocoder": "audio",
    "motion": "video",
    "embedding": "prompt",
    "upscaler": "zoom-in",
    "broken": "error",
}


KINDS = {
    "pipeline": QT_TRANSLATE_NOOP("Models", "Model folder"),
    "checkpoint": QT_TRANSLATE_NOOP("Models", "Checkpoint"),
    "denoiser": QT_TRANSLATE_NOOP("Models", "Network alone"),
    "lora": QT_TRANSLATE_NOOP("Models", "LoRA"),
    "controlnet": QT_TRANSLATE_NOOP("Models", "ControlNet"),
    "ip-adapter": QT_TRANSLATE_NOOP("Models", "IP adapter"),
    "t2i-adapter": QT_TRANSLATE_NOOP("Models", "T2I adapter"),
    "vae": QT_TRANSLATE_NOOP("Models", "VAE"),
    "text-encoder": QT_TRANSLATE_NOOP("Models", "Text encoder"),
    "image-encoder": QT_TRANSLATE_NOOP("Models", "Image encoder"),
    "vocoder": QT_TRANSLATE_NOOP("Models", "Vocoder"),
    "motion": QT_TRANSLATE_NOOP("Models", "Motion module"),
    "embedding": QT_TRANSLATE_NOOP("Models", "Embedding"),
    "upscaler": QT_TRANSLATE_NOOP("Models", "Upscaler"),
    "broken": QT_TRANSLATE_NOOP("Models", "Cannot be read"),
    "unknown": QT_TRANSLATE_NOOP("Models", "Unknown"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Models", text)


def kind(model: Model) -> str:
    """The kind of `model` as a person calls it."""
    return _tr(str(KINDS.get(model.kind, "Unknown")))


def name(model: Model) -> str:
    """What it is listed as, without the ending that says only how it is stored."""
    stem, dot, ending = model.name.rpartition(".")
    return stem if model.form == "file" and dot + ending in ENDINGS else model.name


def icon(model: Model) -> str:
    """The name of the drawing of its kind."""
    return ICONS.get(model.kind, "info")


def size(model: Model) -> str:
    """'6.9 GB', as the language writes it."""
    return QLocale().formattedDataSize(model.bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat) if model.bytes else ""


def facts(model: Model) -> str:
    """Family, kind, precision and licence in one line, as far as they are known; 'VAE of Flux.1' says its kind."""
    family, word = "" if model.title == "unknown" else model.title, kind(model)
    told = word.casefold() in family.casefold()
    return " · ".join(filter(None, (family, "" if told else word, model.dtype, model.licence)))


def closed(model: Model) -> str:
    """Why it cannot be opened, as far as that is known without trying; '' where it may be."""
    if model.kind in PARTS:
        sentence = _tr("%1 is not opened by itself (%2): it is a part that models need.")
        return sentence.replace("%1", model.name).replace("%2", kind(model))
    if model.missing:
        sentence = _tr("%1 cannot be opened yet: %2.")
        return sentence.replace("%1", model.name).replace("%2", "; ".join(model.missing))
    return model.trouble


def note(found: Found) -> str:
    """What is wrong with it or missing, '' where nothing is."""
    if found.model.trouble:
        return found.model.trouble
    return ", ".join(found.lacks)


def details(found: Found) -> str:
    """The tooltip: all of it, with where it lies."""
    model = found.model
    lines = [model.name, " · ".join(filter(None, (facts(model), size(model)))), note(found)]
    lines += [_tr("Opened; Delete closes it")] if found.opened else []
    lines += [_tr("Called up by: %1").replace("%1", ", ".join(model.triggers))] if model.triggers else []
    lines += [_tr("Told by its name, since its content leaves that open")] if model.by_name else []
    lines += [_tr("Looks like the same file: %1").replace("%1", path) for path in found.copies]
    return "\n".join(filter(None, (*lines, model.path)))
