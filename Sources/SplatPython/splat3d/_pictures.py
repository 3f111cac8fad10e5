"""Pictures of a scene and their gradients, through the C library."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Dict, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from . import _library
from ._library import pointer
from ._scene import Floats, Scene


@dataclass
class Pictures:
    """The pictures of a scene, and what each camera makes of its Gaussians."""

    scene: Scene
    colors: Floats  # [B, C, H, W, X]
    alphas: Floats  # [B, C, H, W, 1]
    radii: NDArray[np.int32]  # [B, C, N, 2]
    means2d: Floats  # [B, C, N, 2]
    depths: Floats  # [B, C, N]
    conics: Floats  # [B, C, N, 3]
    opacities: Floats  # [B, C, N]
    # The passes to go backward from, by batch, camera and first channel.
    passes: Dict[Tuple[int, int, int], _library.Handle] = field(default_factory=dict)


@dataclass
class Gradients:
    """Gradients of a loss, in the shapes of a scene's arrays; None for those not wanted."""

    means: Optional[Floats] = None
    quats: Optional[Floats] = None
    scales: Optional[Floats] = None
    opacities: Optional[Floats] = None
    colors: Optional[Floats] = None
    viewmats: Optional[NDArray[np.float64]] = None
    backgrounds: Optional[Floats] = None
    means2d: Optional[Floats] = None  # [B, C, N, 2]
    absolute_means2d: Optional[Floats] = None  # [B, C, N, 2]


def draw(scene: Scene, keeps_passes: bool = False) -> Pictures:
    """Draws what each camera of a scene sees."""
    options = scene.options
    images = (scene.batches, scene.cameras, options.height, options.width)
    gaussians = (scene.batches, scene.cameras, scene.count)
    channels = (scene.channels if options.has_colors else 0) + (options.depth is not None)
    pictures = Pictures(
        scene=scene,
        colors=np.empty((*images, channels), np.float32),
        alphas=np.empty((*images, 1), np.float32),
        radii=np.empty((*gaussians, 2), np.int32),
        means2d=np.empty((*gaussians, 2), np.float32),
        depths=np.empty(gaussians, np.float32),
        conics=np.empty((*gaussians, 3), np.float32),
        opacities=np.empty(gaussians, np.float32),
    )
    for batch in range(scene.batches):
        models: Dict[int, _library.Handle] = {}
        for camera in range(scene.cameras):
            hidden = _clipped(scene, batch, camera) if options.radius_clip > 0 else None
            for first in scene.chunks:
                model = models.get(first)
                if model is None or scene.colors_differ or hidden is not None:
                    model = models[first] = _model(scene, batch, camera, first, hidden)
                drawn = _draw(pictures, model, batch, camera, first, keeps_passes)
                if drawn is not None:
                    pictures.passes[batch, camera, first] = drawn
    return pictures


def propagate(
    pictures: Pictures, colors: Optional[Floats], alphas: Optional[Floats], wanted: Gradients
) -> None:
    """Adds the gradients of a loss to those arrays of ``wanted`` that are not None.

    Args:
        pictures: drawn with ``keeps_passes``.
        colors: the loss' gradient with respect to the colours; None for 0.
        alphas: the same for the alphas.
    """
    scene = pictures.scene
    for (batch, camera, first), drawn in pictures.passes.items():
        images = _image_gradients(scene, colors, alphas, batch, camera, first)

        # The arrays of this pass; colours and camera go through arrays of their own.
        def row(array: Optional[Floats], *index: int) -> Optional[Floats]:
            return None if array is None else array[index]

        own = row(wanted.colors, *((batch, camera) if scene.colors_differ else (batch,)))
        given = None if own is None else _model_colors(scene, own, first)
        isOwn = given is not None and np.shares_memory(given, own)
        sums = given if isOwn or given is None else np.zeros_like(given)
        view = None if wanted.viewmats is None else np.zeros(16)
        background = None if wanted.backgrounds is None else np.zeros(3)
        gradients = _library.Gradients(
            count=scene.count,
            means=pointer(row(wanted.means, batch)),
            quaternions=pointer(row(wanted.quats, batch)),
            scales=pointer(row(wanted.scales, batch)),
            opacities=pointer(row(wanted.opacities, batch)),
            colors=pointer(sums),
            means2d=pointer(row(wanted.means2d, batch, camera)),
            absolute_means2d=pointer(row(wanted.absolute_means2d, batch, camera)),
            view_matrix=pointer(view),
            background=pointer(background),
        )
        _library.backward(drawn, images, gradients)
        if sums is not None and not isOwn and scene.options.has_colors:
            _add_colors(scene, own, sums, first)
        if view is not None:
            wanted.viewmats[batch, camera] += view.reshape(4, 4)
        if background is not None and scene.options.has_colors:
            channels = slice(first, min(first + 3, scene.channels))
            wanted.backgrounds[batch, camera, channels] += background[: channels.stop - first]


def _model(
    scene: Scene, batch: int, camera: int, first: int, hidden: Optional[NDArray[np.bool_]]
) -> _library.Handle:
    """The Gaussians of a batch, with three channels of the colours that a camera sees."""
    own = scene.colors[(batch, camera) if scene.colors_differ else (batch,)]
    colors = _model_colors(scene, own, first)
    opacities = scene.opacities[batch]
    if hidden is not None:
        # Opacities of 0 are not drawn and have no gradient.
        opacities = np.where(hidden, np.float32(0), opacities)
    degree = scene.options.sh_degree
    return _library.make_model(
        _library.Gaussians(
            count=scene.count,
            sh_degree=_library.DIRECT_COLORS if degree is None else math.isqrt(colors.shape[1]) - 1,
            flags=_library.LINEAR_SCALES | _library.LINEAR_OPACITIES,
            means=pointer(scene.means[batch]),
            quaternions=pointer(scene.quats[batch]),
            scales=pointer(scene.scales[batch]),
            opacities=pointer(opacities),
            colors=pointer(colors),
        )
    )


def _model_colors(scene: Scene, colors: Floats, first: int) -> Floats:
    """The coefficients or the three channels from ``first`` on as a model takes them.

    The array itself where it is in this form, else a copy. Missing channels are 0.
    """
    degree = scene.options.sh_degree
    if degree is None:
        if colors.shape[1] == 3:
            return colors
        copy = np.zeros((scene.count, 3), np.float32)
        given = colors[:, first : first + 3]
        copy[:, : given.shape[1]] = given
        return copy
    if colors.shape[1] in (1, 4, 9, 16, 25):
        return colors
    return np.ascontiguousarray(colors[:, : (degree + 1) ** 2])


def _add_colors(scene: Scene, colors: Floats, sums: Floats, first: int) -> None:
    """Adds the gradient of a model's colours to that of the caller's."""
    if scene.options.sh_degree is None:
        channels = colors[:, first : first + 3]
        channels += sums[:, : channels.shape[1]]
    else:
        colors[:, : sums.shape[1]] += sums


def _options(scene: Scene, batch: int, camera: int, first: int) -> _library.RenderOptions:
    """The library's options for one picture."""
    given = scene.options
    options = _library.default_options()
    options.flags = _library.ANTIALIASED if given.rasterize_mode == "antialiased" else 0
    options.sh_degree = -1 if given.sh_degree is None else given.sh_degree
    options.near_plane, options.far_plane = given.near_plane, given.far_plane
    options.eps2d, options.maximum_alpha = given.eps2d, given.maximum_alpha
    if scene.backgrounds is not None and given.has_colors:
        values = scene.backgrounds[batch, camera, first : first + 3]
        options.background[: len(values)] = values.tolist()
    return options


def _draw(
    pictures: Pictures, model: _library.Handle, batch: int, camera: int, first: int,
    keeps_pass: bool,
) -> Optional[_library.Handle]:
    """Draws three channels of one picture, with everything else if they are the first."""
    scene = pictures.scene
    options = scene.options
    colors = pictures.colors[batch, camera]
    height, width, channels = colors.shape
    outputs = _library.Outputs(width=width, height=height, color_format=_library.RGB_FLOAT)

    # Groups of less than three channels do not fit between others.
    count = min(3, scene.channels - first)
    group = np.empty((height, width, 3), np.float32) if count < 3 else colors
    if options.has_colors:
        _give(outputs, "color", group, first if count == 3 else 0)
    if first == 0:
        outputs.count = scene.count
        outputs.alpha = pointer(pictures.alphas[batch, camera])
        if options.depth is not None:
            _give(outputs, _DEPTHS[options.depth], colors, channels - 1)
        for name in ("means2d", "radii", "depths", "conics", "opacities"):
            setattr(outputs, name, pointer(getattr(pictures, name)[batch, camera]))
    drawn = _library.render(
        model, scene.camera(batch, camera), _options(scene, batch, camera, first), outputs,
        keeps_pass,
    )
    if options.has_colors and count < 3:
        colors[..., first : first + count] = group[..., :count]
    return drawn


# What the library calls the depths of the modes.
_DEPTHS = {"D": "depth", "ED": "expected_depth"}


def _give(structure: _library.Structure, name: str, image: Floats, channel: int) -> None:
    """Sets a plane of a structure to the channels of an image [H, W, X] from one on."""
    rows, pixels = image.strides[:2]
    setattr(structure, name, pointer(image) + 4 * channel)
    setattr(structure, f"{name}_row_stride", rows)
    setattr(structure, f"{name}_pixel_stride", pixels)
    # The structure itself holds addresses only.
    structure.keep(image)


def _image_gradients(
    scene: Scene, colors: Optional[Floats], alphas: Optional[Floats], batch: int, camera: int,
    first: int,
) -> _library.ImageGradients:
    """The gradient of a loss with respect to what ``_draw`` drew."""
    options = scene.options
    images = _library.ImageGradients(width=options.width, height=options.height)
    if colors is not None:
        own = colors[batch, camera]
        channels = own.shape[2]
        if options.has_colors:
            count = min(3, scene.channels - first)
            group = own
            if count < 3:
                group = np.zeros((*own.shape[:2], 3), np.float32)
                group[..., :count] = own[..., first : first + count]
            _give(images, "color", group, first if count == 3 else 0)
        if first == 0 and options.depth is not None:
            _give(images, _DEPTHS[options.depth], own, channels - 1)
    if alphas is not None and first == 0:
        images.alpha = pointer(alphas[batch, camera])
    return images


def _clipped(scene: Scene, batch: int, camera: int) -> NDArray[np.bool_]:
    """The Gaussians whose box is at most ``radius_clip`` pixels in both directions: [N]."""
    radii = np.empty((scene.count, 2), np.int32)
    options = scene.options
    outputs = _library.Outputs(
        width=options.width, height=options.height, count=scene.count, radii=pointer(radii)
    )
    model = _model(scene, batch, camera, 0, None)
    _library.render(
        model, scene.camera(batch, camera), _options(scene, batch, camera, 0), outputs, False
    )
    return (radii <= options.radius_clip).all(axis=1)
