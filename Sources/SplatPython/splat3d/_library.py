"""The C library: its structures and functions as ``splat.h`` declares them, and its handles."""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import (
    POINTER, byref, c_char_p, c_double, c_float, c_int32, c_size_t, c_uint32, c_void_p,
)
from pathlib import Path
from typing import Any, List, Optional

from numpy.typing import NDArray

ABI_VERSION = 1

OK, ERROR_ARGUMENT, ERROR_CPU, ERROR_MEMORY = range(4)
DIRECT_COLORS = -1
LINEAR_SCALES, LINEAR_OPACITIES, CULL_CLUSTERS = 1, 2, 4
ANTIALIASED = 1
RGB_FLOAT = 0


class Structure(ctypes.Structure):
    """A structure of ``splat.h``, which begins with its own size."""

    def __init__(self, **members: Any) -> None:
        super().__init__(ctypes.sizeof(type(self)), **members)
        self._kept: List[Any] = []

    def keep(self, array: Any) -> None:
        """Keeps what a member points to."""
        self._kept.append(array)


class ContextOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("threads", c_int32)]


class Gaussians(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("count", c_size_t),
        ("sh_degree", c_int32),
        ("flags", c_uint32),
        ("means", c_void_p),
        ("quaternions", c_void_p),
        ("scales", c_void_p),
        ("opacities", c_void_p),
        ("colors", c_void_p),
        ("sh_rest", c_void_p),
    ]


class Camera(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_int32),
        ("height", c_int32),
        ("fx", c_double),
        ("fy", c_double),
        ("cx", c_double),
        ("cy", c_double),
        ("view_matrix", c_double * 16),
    ]


class RenderOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("flags", c_uint32),
        ("sh_degree", c_int32),
        ("background", c_float * 3),
        ("near_plane", c_float),
        ("far_plane", c_float),
        ("eps2d", c_float),
        ("maximum_alpha", c_float),
        ("alpha_threshold", c_float),
        ("transmittance_threshold", c_float),
    ]


class Outputs(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_int32),
        ("height", c_int32),
        ("count", c_size_t),
        ("color", c_void_p),
        ("color_format", c_int32),
        ("color_row_stride", c_size_t),
        ("color_pixel_stride", c_size_t),
        ("alpha", c_void_p),
        ("alpha_row_stride", c_size_t),
        ("alpha_pixel_stride", c_size_t),
        ("depth", c_void_p),
        ("depth_row_stride", c_size_t),
        ("depth_pixel_stride", c_size_t),
        ("expected_depth", c_void_p),
        ("expected_depth_row_stride", c_size_t),
        ("expected_depth_pixel_stride", c_size_t),
        ("means2d", c_void_p),
        ("radii", c_void_p),
        ("depths", c_void_p),
        ("conics", c_void_p),
        ("opacities", c_void_p),
    ]


class ImageGradients(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_int32),
        ("height", c_int32),
        ("color", c_void_p),
        ("color_row_stride", c_size_t),
        ("color_pixel_stride", c_size_t),
        ("alpha", c_void_p),
        ("alpha_row_stride", c_size_t),
        ("alpha_pixel_stride", c_size_t),
        ("depth", c_void_p),
        ("depth_row_stride", c_size_t),
        ("depth_pixel_stride", c_size_t),
        ("expected_depth", c_void_p),
        ("expected_depth_row_stride", c_size_t),
        ("expected_depth_pixel_stride", c_size_t),
    ]


class Gradients(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("count", c_size_t),
        ("means", c_void_p),
        ("quaternions", c_void_p),
        ("scales", c_void_p),
        ("opacities", c_void_p),
        ("colors", c_void_p),
        ("sh_rest", c_void_p),
        ("means2d", c_void_p),
        ("absolute_means2d", c_void_p),
        ("view_matrix", c_void_p),
        ("background", c_void_p),
    ]


def _load() -> ctypes.CDLL:
    """Loads the library beside this file, or the one that ``SPLAT_LIBRARY`` names."""
    path = os.environ.get("SPLAT_LIBRARY") or str(Path(__file__).with_name("libsplat.so"))
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"splat3d cannot load its library: {error}") from None
    library.splat_abi_version.restype = c_uint32
    version = library.splat_abi_version()
    if version != ABI_VERSION:
        raise ImportError(
            f"{path}: the version of the interface is {version}; expected {ABI_VERSION}"
        )
    handles = POINTER(c_void_p)
    library.splat_version.restype = c_char_p
    library.splat_last_error.restype = c_char_p
    for name, arguments in {
        "check_cpu": [],
        "context_create": [POINTER(ContextOptions), handles],
        "model_create": [POINTER(Gaussians), handles],
        "render_options_init": [POINTER(RenderOptions)],
        "render": [
            c_void_p, c_void_p, POINTER(Camera), POINTER(RenderOptions), POINTER(Outputs), handles,
        ],
        "render_backward": [c_void_p, POINTER(ImageGradients), POINTER(Gradients)],
    }.items():
        function = getattr(library, f"splat_{name}")
        function.restype = c_int32
        function.argtypes = arguments
    for name in ("context_free", "model_free", "pass_free"):
        function = getattr(library, f"splat_{name}")
        function.restype = None
        function.argtypes = [c_void_p]
    return library


_library = _load()


def check(status: int) -> None:
    """Raises what a status says.

    Raises:
        ValueError: an argument is wrong.
        MemoryError: there is not enough memory.
        RuntimeError: the processor lacks instructions that the library needs.
    """
    if status == OK:
        return
    message = _library.splat_last_error().decode(errors="replace")
    errors = {ERROR_ARGUMENT: ValueError, ERROR_MEMORY: MemoryError}
    raise errors.get(status, RuntimeError)(message)


def version() -> str:
    """The library's version, as in "0.1.0"."""
    return _library.splat_version().decode()


def pointer(array: Optional[NDArray[Any]]) -> Optional[int]:
    """The address of an array's elements, which follow one another; None for None or none."""
    if array is None or array.size == 0:
        return None
    assert array.flags.c_contiguous
    return array.ctypes.data


class Handle:
    """Something in the library, which is freed with this object."""

    def __init__(self, value: c_void_p, free: Any) -> None:
        self.value = value
        self._free = free

    def __del__(self) -> None:
        self._free(self.value)


def make_context(threads: int) -> Handle:
    """A context; 0 threads stands for one for each core."""
    value = c_void_p()
    options = ContextOptions(threads=threads)
    check(_library.splat_context_create(byref(options), byref(value)))
    return Handle(value, _library.splat_context_free)


def make_model(gaussians: Gaussians) -> Handle:
    """A copy of Gaussians in the order of the kernels."""
    value = c_void_p()
    check(_library.splat_model_create(byref(gaussians), byref(value)))
    return Handle(value, _library.splat_model_free)


def default_options() -> RenderOptions:
    """The options that every picture has unless it is told otherwise."""
    options = RenderOptions()
    check(_library.splat_render_options_init(byref(options)))
    return options


def render(
    model: Handle, camera: Camera, options: RenderOptions, outputs: Outputs, keeps_pass: bool
) -> Optional[Handle]:
    """Draws into the arrays of ``outputs``; returns a pass to go backward from if one is kept."""
    value = c_void_p()
    result = byref(value) if keeps_pass else None
    check(
        _library.splat_render(
            _context().value, model.value, byref(camera), byref(options), byref(outputs), result
        )
    )
    return Handle(value, _library.splat_pass_free) if keeps_pass else None


def backward(drawn: Handle, images: ImageGradients, gradients: Gradients) -> None:
    """Adds the gradients of a pass to the arrays of ``gradients``."""
    check(_library.splat_render_backward(drawn.value, byref(images), byref(gradients)))


_lock = threading.Lock()
_shared: Optional[Handle] = None
_threads = 0


def _context() -> Handle:
    """The context that all renders share."""
    global _shared
    context = _shared
    if context is None:
        with _lock:
            if _shared is None:
                _shared = make_context(_threads)
            context = _shared
    return context


def set_threads(count: Optional[int]) -> None:
    """Sets the number of threads of each render and backward pass from now on.

    Args:
        count: 1 to 1024; None takes one for each core, as is the case at the start.

    The results are the same bits for any number.
    """
    global _shared, _threads
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise ValueError(f"count is {count!r}; expected 1 to 1024, or None")
    if count is not None and not 1 <= count <= 1024:
        raise ValueError(f"count is {count}; expected 1 to 1024, or None")
    with _lock:
        _threads = count or 0
        _shared = make_context(_threads)
