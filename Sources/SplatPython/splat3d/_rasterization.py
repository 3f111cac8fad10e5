"""``rasterization``: pictures from PyTorch tensors, with gradients."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ._pictures import Gradients, Pictures, draw, propagate
from ._scene import Options, Scene, check_choice


def rasterization(
    means: Tensor,
    quats: Optional[Tensor],
    scales: Optional[Tensor],
    opacities: Tensor,
    colors: Tensor,
    viewmats: Tensor,
    Ks: Tensor,
    width: int,
    height: int,
    near_plane: float = 0.01,
    far_plane: float = 1e10,
    radius_clip: float = 0.0,
    eps2d: float = 0.3,
    sh_degree: Optional[int] = None,
    packed: bool = True,
    tile_size: int = 16,
    backgrounds: Optional[Tensor] = None,
    render_mode: str = "RGB",
    sparse_grad: bool = False,
    absgrad: bool = False,
    rasterize_mode: str = "classic",
    channel_chunk: int = 32,
    distributed: bool = False,
    camera_model: str = "pinhole",
    segmented: bool = False,
    covars: Optional[Tensor] = None,
    with_ut: bool = False,
    with_eval3d: bool = False,
    radial_coeffs: Optional[Tensor] = None,
    tangential_coeffs: Optional[Tensor] = None,
    thin_prism_coeffs: Optional[Tensor] = None,
    ftheta_coeffs: Optional[Any] = None,
    rolling_shutter: Optional[Any] = None,
    viewmats_rs: Optional[Tensor] = None,
    *,
    maximum_alpha: float = 0.999,
) -> Tuple[Tensor, Tensor, Dict[str, Any]]:
    """Draws Gaussians as cameras see them, differentiably: gsplat's function of this name.

    It takes the arguments of gsplat 1.5.3 and returns the same pictures. Tensors are on the CPU;
    those of float32 without gaps are read where they are, others are converted. ``...`` stands
    for any batch dimensions, the same in all tensors.

    Gradients reach ``means``, ``quats``, ``scales``, ``opacities``, ``colors``, ``viewmats`` and
    ``backgrounds``, and ``meta["means2d"]``. They are of the first order.

    Args:
        means: centres, world units. [..., N, 3]
        quats: rotations from a Gaussian's own axes to the world's; w, x, y, z, of any length.
            [..., N, 4]
        scales: standard deviations along the own axes, world units. [..., N, 3]
        opacities: 0 to 1. [..., N]
        colors: without ``sh_degree`` any number of channels D, not clamped, [..., N, D], or for
            each camera [..., C, N, D]; each three channels take a render. With it coefficients of
            spherical harmonics in 3DGS' order and signs, [..., N, K, 3] or [..., C, N, K, 3]; the
            colour is max(0, 0.5 + sum).
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
        packed: whether ``meta`` lists only the Gaussians that are drawn. Nothing else depends on
            it.
        tile_size: has no effect; pictures do not depend on tiles.
        backgrounds: the colours behind the Gaussians; black without. [..., C, D]
        render_mode: "RGB", "D" (depth, summed with the weights of the colours), "ED" (that over
            alpha), "RGB+D" or "RGB+ED" (the depth is the last channel).
        sparse_grad: only False.
        absgrad: whether a backward pass sets ``meta["means2d"].absgrad``: for each Gaussian the
            sum over pixels of the magnitudes of its gradient. Only with at most three channels.
        rasterize_mode: "classic", or "antialiased": opacities make up for eps2d.
        channel_chunk: has no effect.
        distributed: only False.
        camera_model: only "pinhole".
        segmented: has no effect.
        covars: only None.
        with_ut: only False.
        with_eval3d: only False.
        radial_coeffs: only None.
        tangential_coeffs: only None.
        thin_prism_coeffs: only None.
        ftheta_coeffs: only None.
        rolling_shutter: only None or gsplat's ``RollingShutterType.GLOBAL``.
        viewmats_rs: only None.
        maximum_alpha: the largest opacity of a Gaussian at a pixel, above 0 and at most 1; gsplat
            1.5 has 0.999.

    Returns:
        The pictures [..., C, H, W, X], their alphas [..., C, H, W, 1], and a dictionary ``meta``.

        ``meta`` has ``means2d`` [..., C, N, 2] in pixels, which has a gradient after
        ``retain_grad()``; and, without gradients, ``radii`` [..., C, N, 2] int32 (half the size of
        the box around each, 0 for those that are not drawn), ``depths`` [..., C, N], ``conics``
        [..., C, N, 3] and ``opacities`` [..., C, N]. If ``packed``, these have one row for each
        Gaussian that a camera draws, and ``batch_ids``, ``camera_ids`` and ``gaussian_ids`` say
        which; otherwise the three are None. And ``width``, ``height``, ``tile_size``,
        ``n_batches`` and ``n_cameras``.

    Raises:
        NotImplementedError: an argument asks for what is not supported.
        ValueError: an argument has another shape, type or value than expected.
        MemoryError: there is not enough memory.
    """
    _check_support(
        sparse_grad=sparse_grad, distributed=distributed, with_ut=with_ut,
        with_eval3d=with_eval3d, covars=covars, radial_coeffs=radial_coeffs,
        tangential_coeffs=tangential_coeffs, thin_prism_coeffs=thin_prism_coeffs,
        ftheta_coeffs=ftheta_coeffs, viewmats_rs=viewmats_rs,
    )
    check_choice("camera_model", camera_model, ("pinhole", "ortho", "fisheye", "ftheta"))
    if camera_model != "pinhole":
        raise NotImplementedError(f'camera_model "{camera_model}" is not supported, only "pinhole"')
    if rolling_shutter is not None and getattr(rolling_shutter, "name", None) != "GLOBAL":
        raise NotImplementedError("rolling_shutter is not supported, except GLOBAL")
    options = Options(
        width, height, near_plane, far_plane, radius_clip, eps2d, sh_degree, render_mode,
        rasterize_mode, maximum_alpha,
    )
    means, quats, scales, opacities, colors, viewmats, Ks = (
        _tensor(name, value)
        for name, value in (
            ("means", means), ("quats", quats), ("scales", scales), ("opacities", opacities),
            ("colors", colors), ("viewmats", viewmats), ("Ks", Ks),
        )
    )
    backgrounds = None if backgrounds is None else _tensor("backgrounds", backgrounds)
    if Ks.requires_grad:
        raise NotImplementedError("a gradient of Ks is not supported; Ks.detach() has none")

    # Draw; what follows only tells PyTorch how the results depend on the arguments.
    given = (means, quats, scales, opacities, colors, viewmats, backgrounds)
    needs_gradients = torch.is_grad_enabled() and any(
        value is not None and value.requires_grad for value in given
    )
    scene = Scene.check(
        options, *(_array(value) for value in given[:6]), _array(Ks),
        None if backgrounds is None else _array(backgrounds),
    )
    if absgrad and options.has_colors and scene.channels > 3:
        raise NotImplementedError(
            f"absgrad is not supported with {scene.channels} channels of colors, at most 3"
        )
    pictures = draw(scene, keeps_passes=needs_gradients)

    # What each camera makes of the Gaussians.
    drawn = (pictures.radii > 0).all(axis=-1)
    batch_ids, camera_ids, gaussian_ids = np.nonzero(drawn) if packed else (None, None, None)

    def rows(array: Any) -> Tensor:
        if packed:
            return torch.from_numpy(array[batch_ids, camera_ids, gaussian_ids])
        return torch.from_numpy(array.reshape(*scene.batch, *array.shape[1:]))

    places = _Places(pictures, drawn, (batch_ids, camera_ids, gaussian_ids) if packed else None)
    means2d, link = _Projection.apply(places, means, viewmats, quats, scales)
    render_colors, render_alphas = _Blending.apply(places, absgrad, means2d, link, *given)

    def ids(array: Any) -> Optional[Tensor]:
        return None if array is None else torch.from_numpy(array)

    meta = {
        "batch_ids": ids(batch_ids),
        "camera_ids": ids(camera_ids),
        "gaussian_ids": ids(gaussian_ids),
        "radii": rows(pictures.radii),
        "means2d": means2d,
        "depths": rows(pictures.depths),
        "conics": rows(pictures.conics),
        "opacities": rows(pictures.opacities),
        "width": options.width,
        "height": options.height,
        "tile_size": tile_size,
        "n_batches": scene.batches,
        "n_cameras": scene.cameras,
    }
    return render_colors, render_alphas, meta


def _check_support(**arguments: Any) -> None:
    """Raises NotImplementedError naming the first argument that is neither None nor False."""
    for name, value in arguments.items():
        if value is not None and value is not False:
            raise NotImplementedError(f"{name} is not supported")


def _tensor(name: str, value: Any) -> Tensor:
    """A tensor on the CPU of real numbers; else ValueError."""
    if not isinstance(value, Tensor):
        raise ValueError(
            f"{name} is of type {type(value).__name__}; expected a torch.Tensor "
            "(splat3d.render takes NumPy arrays)"
        )
    if value.device.type != "cpu":
        raise ValueError(f"{name} is on {value.device}; expected a tensor on the CPU")
    if value.layout != torch.strided:
        raise ValueError(f"{name} has the layout {value.layout}; expected torch.strided")
    if value.is_complex() or value.dtype == torch.bool:
        raise ValueError(f"{name} has elements of type {value.dtype}; expected real numbers")
    return value


def _array(tensor: Tensor) -> Any:
    """A tensor's memory as an array."""
    tensor = tensor.detach()
    if tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.float()
    return tensor.numpy()


class _Places:
    """Where the rows of ``means2d`` lie in arrays [B, C, N, ...]."""

    def __init__(self, pictures: Pictures, drawn: Any, ids: Optional[Tuple[Any, ...]]) -> None:
        self.pictures = pictures
        self._drawn = drawn
        self._ids = ids

    def gathered(self, array: Any) -> Any:
        """The rows of ``means2d`` from an array [B, C, N, 2]."""
        if self._ids is not None:
            return array[self._ids]
        return array.reshape(*self.pictures.scene.batch, *array.shape[1:])

    def scattered(self, rows: Any) -> Any:
        """An array [B, C, N, 2] with the rows of ``means2d``; 0 for Gaussians not drawn."""
        array = np.zeros_like(self.pictures.means2d)
        if self._ids is not None:
            array[self._ids] = rows
        else:
            array[self._drawn] = rows.reshape(array.shape)[self._drawn]
        return array


class _Projection(torch.autograd.Function):
    """The centres in the pictures, as a function of the Gaussians and cameras.

    The library's gradient of a picture already includes the way through the centres. So that
    nothing counts twice, there is a second result, ``link``: the blending gives both results the
    same gradient, and what goes on from here is the difference. It is 0 unless a loss uses
    ``means2d`` itself or a hook changes its gradient.
    """

    @staticmethod
    def forward(
        ctx: Any, places: _Places, means: Tensor, viewmats: Tensor, quats: Tensor, scales: Tensor
    ) -> Tuple[Tensor, Tensor]:
        ctx.places = places
        ctx.types = (means.dtype, viewmats.dtype)
        ctx.shapes = (means.shape, viewmats.shape)
        ctx.set_materialize_grads(False)
        means2d = torch.from_numpy(places.gathered(places.pictures.means2d))
        return means2d, torch.zeros_like(means2d)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, own: Optional[Tensor], blended: Optional[Tensor]) -> Any:
        rest = own if blended is None else blended.neg() if own is None else own - blended
        if rest is None or not rest.any():
            return None, None, None, None, None
        scene = ctx.places.pictures.scene
        gradient = ctx.places.scattered(rest.numpy()).astype(np.float64)
        means = np.zeros(scene.means.shape)
        viewmats = np.zeros(scene.viewmats.shape)
        for batch in range(scene.batches):
            points = scene.means[batch].astype(np.float64)
            for camera in range(scene.cameras):
                view, K = scene.viewmats[batch, camera], scene.Ks[batch, camera]
                x, y, z = view[:3, :3] @ points.T + view[:3, 3:]
                u, v = gradient[batch, camera].T
                # Gaussians that are not drawn may lie in the plane of the camera.
                z = np.where((u != 0) | (v != 0), z, 1)
                u, v = K[0, 0] * u / z, K[1, 1] * v / z
                moved = np.stack([u, v, -(x * u + y * v) / z])
                means[batch] += moved.T @ view[:3, :3]
                viewmats[batch, camera, :3, :3] += moved @ points
                viewmats[batch, camera, :3, 3] += moved.sum(axis=1)
        results = (
            torch.from_numpy(array).reshape(shape).to(dtype) if needed else None
            for array, shape, dtype, needed in zip(
                (means, viewmats), ctx.shapes, ctx.types, ctx.needs_input_grad[1:3]
            )
        )
        return None, *results, None, None


class _Blending(torch.autograd.Function):
    """The pictures as a function of everything."""

    @staticmethod
    def forward(
        ctx: Any, places: _Places, absgrad: bool, means2d: Tensor, link: Tensor,
        *given: Optional[Tensor],
    ) -> Tuple[Tensor, Tensor]:
        pictures = places.pictures
        batch = pictures.scene.batch
        ctx.places = places
        ctx.absgrad = absgrad
        ctx.forms = [None if value is None else (value.shape, value.dtype) for value in given]
        ctx.save_for_backward(means2d)
        ctx.set_materialize_grads(False)
        return (
            torch.from_numpy(pictures.colors.reshape(*batch, *pictures.colors.shape[1:])),
            torch.from_numpy(pictures.alphas.reshape(*batch, *pictures.alphas.shape[1:])),
        )

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, colors: Optional[Tensor], alphas: Optional[Tensor]) -> Any:
        (means2d,) = ctx.saved_tensors
        pictures = ctx.places.pictures
        scene = pictures.scene
        needed = ctx.needs_input_grad

        def zeros(index: int, array: Any) -> Any:
            return np.zeros_like(array) if needed[4 + index] else None

        def image(gradient: Optional[Tensor], like: Any) -> Any:
            return None if gradient is None else gradient.contiguous().numpy().reshape(like.shape)

        wanted = Gradients(
            means=zeros(0, scene.means),
            quats=zeros(1, scene.quats),
            scales=zeros(2, scene.scales),
            opacities=zeros(3, scene.opacities),
            colors=zeros(4, scene.colors),
            viewmats=zeros(5, scene.viewmats),
            backgrounds=zeros(6, scene.backgrounds),
            means2d=np.zeros_like(pictures.means2d) if needed[2] else None,
            absolute_means2d=np.zeros_like(pictures.means2d) if ctx.absgrad else None,
        )
        propagate(
            pictures, image(colors, pictures.colors), image(alphas, pictures.alphas), wanted
        )
        if ctx.absgrad:
            means2d.absgrad = torch.from_numpy(ctx.places.gathered(wanted.absolute_means2d))
        centres = None
        if wanted.means2d is not None:
            centres = torch.from_numpy(ctx.places.gathered(wanted.means2d))
        arrays = (
            wanted.means, wanted.quats, wanted.scales, wanted.opacities, wanted.colors,
            wanted.viewmats, wanted.backgrounds,
        )
        results = (
            None if array is None else torch.from_numpy(array).reshape(form[0]).to(form[1])
            for array, form in zip(arrays, ctx.forms)
        )
        return None, None, centres, centres, *results
