"""What is to be drawn, checked: Gaussians, cameras and options as the arguments of a call."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from . import _library

RENDER_MODES = ("RGB", "D", "ED", "RGB+D", "RGB+ED")
RASTERIZE_MODES = ("classic", "antialiased")

Floats = NDArray[np.float32]


def check_shape(name: str, found: Sequence[int], *expected: Tuple[Union[int, str], ...]) -> None:
    """Raises ValueError if a shape is none of those expected, whose names stand for any number."""
    for shape in expected:
        if len(shape) == len(found) and all(
            isinstance(wanted, str) or wanted == size for wanted, size in zip(shape, found)
        ):
            return
    words = " or ".join("(" + ", ".join(map(str, shape)) + ")" for shape in expected)
    raise ValueError(f"{name} has shape {tuple(found)}; expected {words}")


def check_number(name: str, value: Any, condition: str, holds: Any) -> float:
    """A number that is finite and for which ``holds`` is true; else ValueError."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; expected {condition}") from None
    if not math.isfinite(number) or not holds(number):
        raise ValueError(f"{name} is {value!r}; expected {condition}")
    return number


def check_size(name: str, value: Any) -> int:
    """A width or height in pixels; else ValueError."""
    try:
        size = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; expected an integer") from None
    if not 1 <= size <= 16384:
        raise ValueError(f"{name} is {size}; expected 1 to 16384")
    return size


def check_choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """One of some words; else ValueError."""
    if value not in choices:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(choices)}")
    return value


@dataclass
class Options:
    """The arguments of a call that are not arrays."""

    width: int
    height: int
    near_plane: float = 0.01
    far_plane: float = 1e10
    radius_clip: float = 0.0
    eps2d: float = 0.3
    sh_degree: Optional[int] = None
    render_mode: str = "RGB"
    rasterize_mode: str = "classic"
    maximum_alpha: float = 0.999

    def __post_init__(self) -> None:
        self.width = check_size("width", self.width)
        self.height = check_size("height", self.height)
        self.near_plane = check_number(
            "near_plane", self.near_plane, "a number above 0", lambda value: value > 0
        )
        self.far_plane = check_number(
            "far_plane", self.far_plane, "a number above near_plane",
            lambda value: value > self.near_plane,
        )
        self.radius_clip = check_number(
            "radius_clip", self.radius_clip, "0 or more", lambda value: value >= 0
        )
        self.eps2d = check_number("eps2d", self.eps2d, "0 or more", lambda value: value >= 0)
        self.maximum_alpha = check_number(
            "maximum_alpha", self.maximum_alpha, "above 0 and at most 1",
            lambda value: 0 < value <= 1,
        )
        check_choice("render_mode", self.render_mode, RENDER_MODES)
        check_choice("rasterize_mode", self.rasterize_mode, RASTERIZE_MODES)
        if self.sh_degree is not None:
            try:
                self.sh_degree = operator.index(self.sh_degree)
            except TypeError:
                raise ValueError(
                    f"sh_degree is {self.sh_degree!r}; expected None or an integer"
                ) from None
            if not 0 <= self.sh_degree <= 4:
                raise ValueError(f"sh_degree is {self.sh_degree}; expected None or 0 to 4")

    @property
    def has_colors(self) -> bool:
        """Whether a picture's channels include colours."""
        return self.render_mode.startswith("RGB")

    @property
    def depth(self) -> Optional[str]:
        """The depth that is a picture's last channel: "D", "ED" or None."""
        last = self.render_mode.split("+")[-1]
        return None if last == "RGB" else last


@dataclass
class Scene:
    """Gaussians and cameras, B batches of each; C cameras and N Gaussians in a batch.

    ``batch`` is the shape of the batches in the caller's arrays.
    """

    options: Options
    batch: Tuple[int, ...]
    means: Floats  # [B, N, 3]
    quats: Floats  # [B, N, 4]
    scales: Floats  # [B, N, 3]
    opacities: Floats  # [B, N]
    colors: Floats  # [B, N, K, 3] or [B, N, D], or the same with a C after B
    viewmats: NDArray[np.float64]  # [B, C, 4, 4]
    Ks: NDArray[np.float64]  # [B, C, 3, 3]
    backgrounds: Optional[Floats]  # [B, C, D]
    colors_differ: bool  # whether each camera has colours of its own

    @classmethod
    def check(
        cls, options: Options, means: Any, quats: Any, scales: Any, opacities: Any, colors: Any,
        viewmats: Any, Ks: Any, backgrounds: Any,
    ) -> Scene:
        """Checks shapes, and makes arrays of float32 without gaps, which most already are.

        Raises:
            ValueError: an array has another shape than expected, or holds something else than
                real numbers.
        """
        means = _floats("means", means)
        if means.ndim < 2 or means.shape[-1] != 3:
            check_shape("means", means.shape, ("...", "N", 3))
        batch, count = means.shape[:-2], means.shape[-2]
        quats = _floats("quats", quats)
        check_shape("quats", quats.shape, (*batch, count, 4))
        scales = _floats("scales", scales)
        check_shape("scales", scales.shape, (*batch, count, 3))
        opacities = _floats("opacities", opacities)
        check_shape("opacities", opacities.shape, (*batch, count))
        viewmats = _floats("viewmats", viewmats, np.float64)
        check_shape("viewmats", viewmats.shape, (*batch, "C", 4, 4))
        cameras = viewmats.shape[-3]
        Ks = _floats("Ks", Ks, np.float64)
        check_shape("Ks", Ks.shape, (*batch, cameras, 3, 3))
        _check_intrinsics(Ks)

        # Colours: coefficients of harmonics, or values.
        colors = _floats("colors", colors)
        degree = options.sh_degree
        own = ("K", 3) if degree is not None else ("D",)
        check_shape("colors", colors.shape, (*batch, count, *own), (*batch, cameras, count, *own))
        colors_differ = colors.ndim == len(batch) + 2 + len(own)
        if degree is not None and colors.shape[-2] < (degree + 1) ** 2:
            raise ValueError(
                f"colors has shape {colors.shape}; expected at least {(degree + 1) ** 2} "
                f"coefficients for sh_degree {degree}"
            )
        channels = colors.shape[-1]
        if channels == 0:
            raise ValueError(f"colors has shape {colors.shape}; expected at least one channel")
        if backgrounds is not None:
            backgrounds = _floats("backgrounds", backgrounds)
            check_shape("backgrounds", backgrounds.shape, (*batch, cameras, channels))

        batches = math.prod(batch)
        own_shape = colors.shape[len(batch):]
        return cls(
            options=options,
            batch=batch,
            means=means.reshape(batches, count, 3),
            quats=quats.reshape(batches, count, 4),
            scales=scales.reshape(batches, count, 3),
            opacities=opacities.reshape(batches, count),
            colors=colors.reshape(batches, *own_shape),
            viewmats=viewmats.reshape(batches, cameras, 4, 4),
            Ks=Ks.reshape(batches, cameras, 3, 3),
            backgrounds=backgrounds
            if backgrounds is None
            else backgrounds.reshape(batches, cameras, channels),
            colors_differ=colors_differ,
        )

    @property
    def batches(self) -> int:
        return self.means.shape[0]

    @property
    def count(self) -> int:
        return self.means.shape[1]

    @property
    def cameras(self) -> int:
        return self.viewmats.shape[1]

    @property
    def channels(self) -> int:
        """The number of channels of colours."""
        return self.colors.shape[-1]

    @property
    def chunks(self) -> range:
        """The first channels of the groups of three that are drawn at once."""
        return range(0, self.channels if self.options.has_colors else 1, 3)

    def camera(self, batch: int, camera: int) -> _library.Camera:
        """A camera as the library takes it."""
        K, view = self.Ks[batch, camera], self.viewmats[batch, camera]
        return _library.Camera(
            width=self.options.width, height=self.options.height,
            fx=K[0, 0], fy=K[1, 1], cx=K[0, 2], cy=K[1, 2],
            view_matrix=(_library.c_double * 16)(*view.ravel()),
        )


def _floats(name: str, value: Any, dtype: Any = np.float32) -> NDArray[Any]:
    """An array of floats without gaps; `value` itself if it is one."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} has elements of type {array.dtype}; expected real numbers")
    return np.ascontiguousarray(array, dtype).reshape(array.shape)


def _check_intrinsics(Ks: NDArray[np.float64]) -> None:
    """Raises if a matrix has another form than [fx 0 cx; 0 fy cy; 0 0 1]."""
    others = Ks.reshape(-1, 9)[:, [1, 3, 6, 7]]
    if np.any(others != 0) or np.any(Ks[..., 2, 2] != 1):
        raise ValueError("Ks has a matrix that is not [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]")
