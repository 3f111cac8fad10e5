"""``load`` and ``save``: models in files, through the second library, ``splat_files.h``."""

from __future__ import annotations

import ctypes
import os
import threading
import warnings
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_size_t, c_uint32, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from . import _library
from ._library import Handle, Structure, pointer
from ._scene import Floats, check_choice, check_shape

ABI_VERSION = 1
ERROR_CONTENT, ERROR_NOT_FOUND, ERROR_WRITE = 4, 5, 6
FORMATS = ("ply", "compressed-ply", "splat", "spz", "sog", "glb", "gltf", "ksplat", "points")


class Info(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("count", c_size_t),
        ("dropped", c_size_t),
        ("sh_degree", c_int32),
        ("flags", c_uint32),
        ("origin", c_double * 3),
        ("up", c_double * 3),
        ("format", c_char_p),
        ("warnings", c_char_p),
    ]


class Arrays(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("count", c_size_t),
        ("means", c_void_p),
        ("quaternions", c_void_p),
        ("scales", c_void_p),
        ("opacities", c_void_p),
        ("colors", c_void_p),
        ("sh_rest", c_void_p),
    ]


class WriteOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("flags", c_uint32),
        ("spz_version", c_int32),
        ("sh_bits", c_int32),
        ("threads", c_int32),
        ("format", c_char_p),
    ]


@dataclass
class Gaussians:
    """A model: parameters of N Gaussians as training has them, and what a file says besides."""

    means: Floats
    """Centres, world units. [N, 3]"""
    quats: Floats
    """Rotations w, x, y, z, of any length. [N, 4]"""
    log_scales: Floats
    """Natural logarithms of the standard deviations along the own axes. [N, 3]"""
    opacity_logits: Floats
    """log(o / (1 - o)) of the opacities o. [N]"""
    sh: Floats
    """Coefficients of the harmonics, as ``render`` takes them with ``sh_degree``. [N, K, 3]"""
    antialiased: bool = False
    """Whether the model looks right only with ``rasterize_mode="antialiased"``."""
    origin: Tuple[float, float, float] = (0.0, 0.0, 0.0)
    """What must be added to ``means`` for the world's coordinates; only maps have one."""
    up: Optional[Tuple[float, float, float]] = None
    """The unit vector that is up, if the file says."""
    format: Optional[str] = None
    """The format of the file that was read: one of ``FORMATS``."""
    dropped: int = 0
    """How many Gaussians were left out because they are not finite."""

    @property
    def sh_degree(self) -> int:
        """The degree of the harmonics, 0 to 4."""
        return int(round(self.sh.shape[1] ** 0.5)) - 1

    @property
    def scales(self) -> Floats:
        """Standard deviations along the own axes, world units. [N, 3]"""
        return np.exp(self.log_scales)

    @property
    def opacities(self) -> Floats:
        """0 to 1. [N]"""
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-self.opacity_logits))

    def arguments(self) -> Dict[str, Any]:
        """The model as arguments of ``render``: ``render(**model.arguments(), viewmats=...)``."""
        return dict(
            means=self.means,
            quats=self.quats,
            scales=self.scales,
            opacities=self.opacities,
            colors=self.sh,
            sh_degree=self.sh_degree,
            rasterize_mode="antialiased" if self.antialiased else "classic",
        )

    def __len__(self) -> int:
        return len(self.means)


_lock = threading.Lock()
_loaded: Optional[ctypes.CDLL] = None


def _library_of_files() -> ctypes.CDLL:
    """The library, which is loaded when it is first needed.

    It is the one that ``SPLAT_FILES_LIBRARY`` names, or else the one in the package, or else the
    system's.
    """
    global _loaded
    with _lock:
        if _loaded is None:
            _loaded = _load()
        return _loaded


def _load() -> ctypes.CDLL:
    own = Path(__file__).with_name("libsplat_files.so")
    path = os.environ.get("SPLAT_FILES_LIBRARY") or (
        str(own) if own.exists() else "libsplat_files.so.0"
    )
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(
            f"splat3d.load and save need the library {path}, which cannot be loaded: {error}; "
            "SPLAT_FILES_LIBRARY names another"
        ) from None
    library.splat_files_abi_version.restype = c_uint32
    version = library.splat_files_abi_version()
    if version != ABI_VERSION:
        raise ImportError(
            f"{path}: the version of the interface is {version}; expected {ABI_VERSION}"
        )
    library.splat_files_last_error.restype = c_char_p
    for name, arguments in {
        "read": [c_char_p, POINTER(c_void_p)],
        "read_bytes": [c_char_p, c_size_t, c_char_p, POINTER(c_void_p)],
        "describe": [c_void_p, POINTER(Info)],
        "copy": [c_void_p, POINTER(Arrays)],
        "write": [c_char_p, POINTER(_library.Gaussians), POINTER(WriteOptions)],
    }.items():
        function = getattr(library, f"splat_files_{name}")
        function.restype = c_int32
        function.argtypes = arguments
    library.splat_files_free.restype = None
    library.splat_files_free.argtypes = [c_void_p]
    return library


def _check(library: ctypes.CDLL, status: int) -> None:
    """Raises what a status says."""
    if status == _library.OK:
        return
    message = library.splat_files_last_error().decode(errors="replace")
    errors = {
        _library.ERROR_ARGUMENT: ValueError,
        _library.ERROR_MEMORY: MemoryError,
        ERROR_CONTENT: ValueError,
        ERROR_NOT_FOUND: FileNotFoundError,
        ERROR_WRITE: OSError,
    }
    raise errors.get(status, RuntimeError)(message)


def load(
    source: Union[str, "os.PathLike[str]", bytes], name: str = "model"
) -> Gaussians:
    """Reads a model from a file of any format, a zip archive with one, or a SOG folder.

    Args:
        source: a path, or the bytes of a file.
        name: the file's name where ``source`` is bytes: for messages, and for its ending where
            the bytes bear no mark of a format (".splat").

    Returns:
        The model. What was read in another way than the file says is a warning.

    Raises:
        FileNotFoundError: the file does not exist or cannot be opened.
        ValueError: the file's content is wrong; the message says where and how.
        ImportError: there is no library for files.
    """
    library = _library_of_files()
    value = c_void_p()
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        status = library.splat_files_read_bytes(data, len(data), os.fsencode(name), byref(value))
    else:
        status = library.splat_files_read(os.fsencode(source), byref(value))
    _check(library, status)
    model = Handle(value, library.splat_files_free)

    info = Info()
    _check(library, library.splat_files_describe(model.value, byref(info)))
    count, coefficients = info.count, (info.sh_degree + 1) ** 2
    gaussians = Gaussians(
        means=np.empty((count, 3), np.float32),
        quats=np.empty((count, 4), np.float32),
        log_scales=np.empty((count, 3), np.float32),
        opacity_logits=np.empty(count, np.float32),
        sh=np.empty((count, coefficients, 3), np.float32),
        antialiased=bool(info.flags & _library.ANTIALIASED),
        origin=tuple(info.origin),
        up=tuple(info.up) if any(info.up) else None,
        format=info.format.decode() if info.format else None,
        dropped=info.dropped,
    )
    arrays = Arrays(
        count=count,
        means=pointer(gaussians.means),
        quaternions=pointer(gaussians.quats),
        scales=pointer(gaussians.log_scales),
        opacities=pointer(gaussians.opacity_logits),
        colors=pointer(gaussians.sh),
    )
    _check(library, library.splat_files_copy(model.value, byref(arrays)))
    for line in (info.warnings or b"").decode(errors="replace").splitlines():
        warnings.warn(line, stacklevel=2)
    return gaussians


def save(
    gaussians: Gaussians,
    path: Union[str, "os.PathLike[str]"],
    *,
    format: Optional[str] = None,
    spz_version: int = 3,
    sh_bits: int = 8,
) -> None:
    """Writes a model to a file, whose ending chooses the format unless ``format`` does.

    What a format cannot hold is left out or rounded. ``origin`` and ``up`` are not written.

    Args:
        gaussians: the model; its arrays may be of any type of real numbers.
        path: of the file, or of a folder for SOG, which then ends with a slash.
        format: "ply", "compressed-ply", "splat", "spz", "sog", "glb", "gltf", "ksplat" or
            "points", as far as they can be written.
        spz_version: of an SPZ file, 3 or 4.
        sh_bits: of each coefficient after the constant one in an SPZ file, 1 to 8.

    Raises:
        ValueError: an array has another shape than expected, or an option another value.
        OSError: the file cannot be written. Nothing is left of it, and a former file is unchanged.
        ImportError: there is no library for files.
    """
    library = _library_of_files()
    if format is not None:
        check_choice("format", format, FORMATS)

    def array(name: str, *shape: Union[int, str]) -> NDArray[np.float32]:
        value = np.asarray(getattr(gaussians, name))
        check_shape(name, value.shape, shape)
        return np.ascontiguousarray(value, np.float32)

    means = array("means", "N", 3)
    count = len(means)
    quats = array("quats", count, 4)
    scales = array("log_scales", count, 3)
    opacities = array("opacity_logits", count)
    sh = array("sh", count, "K", 3)
    if sh.shape[1] not in (1, 4, 9, 16, 25):
        raise ValueError(f"sh has shape {sh.shape}; expected 1, 4, 9, 16 or 25 coefficients")
    given = _library.Gaussians(
        count=count,
        sh_degree=gaussians.sh_degree,
        means=pointer(means),
        quaternions=pointer(quats),
        scales=pointer(scales),
        opacities=pointer(opacities),
        colors=pointer(sh),
    )
    options = WriteOptions(
        flags=_library.ANTIALIASED if gaussians.antialiased else 0,
        spz_version=spz_version,
        sh_bits=sh_bits,
        format=None if format is None else format.encode(),
    )
    _check(library, library.splat_files_write(os.fsencode(path), byref(given), byref(options)))
