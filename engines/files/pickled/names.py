"""Which names in a pickle mean weights, which are harmless leftovers, and which make a file unwelcome.

Nothing here is ever looked up or imported: a name stays a text. The lists only decide whether a file is read, what is
dropped from it, and what its refusal says.
"""

import sys

_KINDS = {"Float": "F32", "Double": "F64", "Half": "F16", "BFloat16": "BF16", "Long": "I64", "Int": "I32"}
_KINDS |= {"Short": "I16", "Char": "I8", "Byte": "U8", "Bool": "BOOL", "ComplexFloat": "C64"}
_BYTES = ("torch.storage.UntypedStorage", "torch.UntypedStorage", "torch.storage._UntypedStorage")

STORAGES = {f"{place}.{kind}Storage": dtype for kind, dtype in _KINDS.items() for place in ("torch", "torch.cuda")}
"""What a storage's class says about its numbers, in the letters of safetensors."""
STORAGES |= dict.fromkeys(_BYTES, "U8")

DTYPES = {"torch.float32": "F32", "torch.float64": "F64", "torch.float16": "F16", "torch.bfloat16": "BF16"}
DTYPES |= {"torch.int64": "I64", "torch.int32": "I32", "torch.int16": "I16", "torch.int8": "I8", "torch.bool": "BOOL"}
DTYPES |= {"torch.uint8": "U8", "torch.uint16": "U16", "torch.uint32": "U32", "torch.uint64": "U64"}
DTYPES |= {"torch.complex64": "C64", "torch.float8_e4m3fn": "F8_E4M3", "torch.float8_e5m2": "F8_E5M2"}
DTYPES |= {"torch.float8_e8m0fnu": "F8_E8M0", "torch.float8_e4m3fnuz": "F8_E4M3FNUZ"}
DTYPES |= {"torch.float8_e5m2fnuz": "F8_E5M2FNUZ"}

DICTS = {"collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict"}
DICTS |= {"__builtin__.dict"}

_BUILT_IN = "object list tuple set frozenset int long float str unicode bytes bytearray bool complex range xrange slice"
_PATHS = ("PosixPath", "WindowsPath", "Path", "PurePath", "PurePosixPath", "PureWindowsPath")
INSTANCE = {"copyreg._reconstructor", "copy_reg._reconstructor"}
"""Makes an empty object of the class it is given."""

_DROPPED = {f"{place}.{name}" for place in ("builtins", "__builtin__") for name in _BUILT_IN.split()}
_DROPPED |= {f"{place}.{name}" for place in ("pathlib", "pathlib._local") for name in _PATHS}
_DROPPED |= {f"datetime.{name}" for name in ("datetime", "date", "time", "timedelta", "timezone")}
_DROPPED |= {"argparse.Namespace", "types.SimpleNamespace", "decimal.Decimal", "fractions.Fraction", "uuid.UUID"}
_DROPPED |= {"collections.deque", "_codecs.encode", "torch.device", "torch.serialization._get_layout"}
_DROPPED |= {"numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"}

_UNREAD = {f"numpy.{core}.{name}" for core in ("core", "_core") for name in ("multiarray._reconstruct",)}
_UNREAD |= {f"numpy.{core}.numeric._frombuffer" for core in ("core", "_core")}
_UNREAD |= {f"torch._utils._rebuild_{kind}" for kind in ("qtensor", "sparse_tensor", "nested_tensor")}
_UNREAD |= {f"torch._utils._rebuild_{kind}" for kind in ("meta_tensor_no_storage", "wrapper_subclass")}
_UNREAD |= {f"torch._utils._rebuild_device_tensor_from_{kind}" for kind in ("numpy", "cpu_tensor")}

_LEFTOVERS = {"pytorch_lightning", "lightning", "lightning_fabric", "omegaconf"}  # trainers' notes beside the weights
_TYPING = {"typing", "enum"}  # classes named beside them
_OLD = {"__builtin__", "copy_reg", "cPickle", "commands", "exceptions", "popen2", "urllib2", "cStringIO", "pipes"}
_OWN = set(sys.stdlib_module_names) | set(sys.builtin_module_names) | _OLD

_REACH = {"os", "posix", "nt", "subprocess", "sys", "builtins", "importlib", "runpy", "shutil", "socket", "ctypes"}


def unwelcome(name: str) -> bool:
    """Whether a file that only names this is refused: all of Python's own modules but a few plain types."""
    root, *path = name.split(".")
    if _REACH & set(path):  # 'omegaconf.os.system': through another module
        return True
    return root in _OWN and root not in _TYPING and name not in DICTS | INSTANCE | _DROPPED


def dropped(name: str) -> bool:
    """Whether what a call of this gives is left out of the weights without a word."""
    return name in _DROPPED or name.partition(".")[0] in _LEFTOVERS | _TYPING


def unread(name: str) -> bool:
    """Whether a call of this gives numbers of a kind that is not read; fatal only where the weights need them."""
    return name in _UNREAD
