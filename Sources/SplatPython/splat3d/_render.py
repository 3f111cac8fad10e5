"""``render``: pictures from NumPy arrays."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._pictures import draw
from ._scene import Options, Scene


def render(
    means: ArrayLike,
    quats: ArrayLike,
    scales: ArrayLike,
    opacities: ArrayLike,
    colors: ArrayLike,
    viewmats: ArrayLike,
    Ks: ArrayLike,
    width: int,
    height: int,
    *,
    near_plane: float = 0.01,
    far_plane: float = 1e10,
    radius_clip: float = 0.0,
    eps2d: float = 0.3,
    sh_degree: Optional[int] = None,
    backgrounds: Optional[ArrayLike] = None,
    render_mode: str = "RGB",
    rasterize_mode: str = "classic",
    maximum_alpha: float = 0.99,
) -> Tuple[NDArray[np.float32], NDArray[np.float32], Dict[str, Any]]:
    """Draws Gaussians as cameras see them.

    Arrays of float32 without gaps are read where they are; others are copied. ``...`` stands for
    any batch dimensions, the same in all arrays.

    Args:
        means: centres, world units. [..., N, 3]
        quats: rotations from a Gaussian's own axes to the world's; w, x, y, z, of any length.
            [..., N, 4]
        scales: standard deviations along the own axes, world units. [..., N, 3]
        opacities: 0 to 1. [..., N]
        colors: without ``sh_degree`` any number of channels D, not clamped, [..., N, D], or for
            each camera [..., C, N, D]. With it coefficients of spherical harmonics in 3DGS' order
            and signs, [..., N, K, 3] or [..., C, N, K, 3]; the colour is max(0, 0.5 + sum).
        viewmats: world to camera, for cameras that look along +z with y down. [..., C, 4, 4]
        Ks: intrinsics, pixels; the centre of the first pixel is at (0.5, 0.5). [..., C, 3, 3]
        width: of the pictures, 1 to 16384 pixels.
        height: of the pictures, 1 to 16384 pixels.
        near_plane: Gaussians at this camera z or nearer are left out.
        far_plane: Gaussians at this camera z or farther are left out.
        radius_clip: Gaussians whose box around the centre reaches no more than this many pixels in
            both directions are left out. Above 0, each picture takes a second render.
        eps2d: the variance added to each axis of a Gaussian in the picture, square pixels.
        sh_degree: the highest degree used, 0 to 4; (sh_degree + 1)^2 <= K. None for direct colours.
        backgrounds: the colours behind the Gaussians; black without. [..., C, D]
        render_mode: "RGB", "D" (depth, summed with the weights of the colours), "ED" (that over
            alpha), "RGB+D" or "RGB+ED" (the depth is the last channel).
        rasterize_mode: "classic", or "antialiased": opacities make up for eps2d.
        maximum_alpha: the largest opacity of a Gaussian at a pixel, above 0 and at most 1.

    Returns:
        The pictures [..., C, H, W, X], their alphas [..., C, H, W, 1], and what the cameras make
        of the Gaussians: ``means2d`` [..., C, N, 2] in pixels, ``radii`` [..., C, N, 2] (half the
        size of the box around each, whole pixels), ``depths`` [..., C, N], ``conics``
        [..., C, N, 3] (inverse covariances in the picture, xx xy yy), ``opacities`` as drawn
        [..., C, N]; all 0 for those that are not drawn; and ``width``, ``height``, ``n_cameras``,
        ``n_batches``.

    Raises:
        ValueError: an argument has another shape, type or value than expected.
        MemoryError: there is not enough memory.
    """
    options = Options(
        width, height, near_plane, far_plane, radius_clip, eps2d, sh_degree, render_mode,
        rasterize_mode, maximum_alpha,
    )
    scene = Scene.check(
        options, means, quats, scales, opacities, colors, viewmats, Ks, backgrounds
    )
    pictures = draw(scene)

    def own(array: NDArray[Any]) -> NDArray[Any]:
        return array.reshape(*scene.batch, *array.shape[1:])

    meta = {
        name: own(getattr(pictures, name))
        for name in ("radii", "means2d", "depths", "conics", "opacities")
    }
    meta.update(
        width=options.width, height=options.height, n_cameras=scene.cameras,
        n_batches=scene.batches,
    )
    return own(pictures.colors), own(pictures.alphas), meta
