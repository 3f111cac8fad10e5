"""Pictures and gradients against a renderer of PyTorch operations in float64."""

import numpy as np
import pytest
import splat3d

torch = pytest.importorskip("torch")

import reference
from scenes import random_scene

ARRAYS = ("means", "quats", "scales", "opacities", "colors", "viewmats")
CASES = {
    "rgb": dict(),
    "rgb_antialiased": dict(rasterize_mode="antialiased"),
    "depth": dict(render_mode="D"),
    "expected_depth": dict(render_mode="ED"),
    "rgb_depth": dict(render_mode="RGB+D"),
    "rgb_expected_depth_antialiased": dict(render_mode="RGB+ED", rasterize_mode="antialiased"),
    "harmonics": dict(coefficients=16, sh_degree=3),
    "fewer_harmonics": dict(coefficients=16, sh_degree=1, render_mode="RGB+ED"),
    "all_harmonics": dict(coefficients=25, sh_degree=4),
    "odd_number_of_coefficients": dict(coefficients=6, sh_degree=1),
    "one_channel": dict(channels=1, render_mode="RGB+D"),
    "seven_channels": dict(channels=7, render_mode="RGB+ED"),
    "eps2d": dict(eps2d=0.1),
    "without_background": dict(backgrounds=None),
}


def expected(scene, tensors, options, camera):
    """One picture in float64, its alpha, and where float32 may decide otherwise."""
    mode = options.get("render_mode", "RGB")
    background = tensors["backgrounds"]
    image, alpha, depth, fragile, _ = reference.render(
        *(tensors[name] for name in ARRAYS[:5]), tensors["viewmats"][camera],
        torch.tensor(scene["Ks"][camera], dtype=torch.float64), scene["width"], scene["height"],
        sh_degree=options.get("sh_degree"), eps2d=options.get("eps2d", 0.3),
        background=None if background is None else background[camera],
        antialiased=options.get("rasterize_mode") == "antialiased",
    )
    if "ED" in mode:
        depth = depth / alpha.clamp(min=1e-10)
    parts = [image] if mode.startswith("RGB") else []
    parts += [depth[..., None]] if mode != "RGB" else []
    return torch.cat(parts, -1), alpha, fragile


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_against_float64(name, packed, measured):
    options = dict(CASES[name])
    form = {key: options.pop(key) for key in ("coefficients", "channels") if key in options}
    scene = random_scene(sorted(CASES).index(name), **form)
    channels = scene["colors"].shape[-1]
    random = np.random.default_rng(7)
    backgrounds = random.uniform(0, 1, (2, channels)).astype(np.float32)
    if "backgrounds" in options:
        backgrounds = options.pop("backgrounds")
    arrays = {**{key: scene[key] for key in ARRAYS}, "backgrounds": backgrounds}

    def leaves(dtype):
        return {
            key: None if array is None else torch.tensor(array, dtype=dtype, requires_grad=True)
            for key, array in arrays.items()
        }

    own, theirs = leaves(torch.float32), leaves(torch.float64)
    images, alphas, _ = splat3d.rasterization(
        **own, Ks=torch.tensor(scene["Ks"]), width=scene["width"], height=scene["height"],
        packed=packed, **options,
    )
    loss = references = 0
    for camera in range(2):
        image, alpha, fragile = expected(scene, theirs, options, camera)
        certain = ~fragile
        assert certain.double().mean() > 0.9
        difference = (images[camera] - image).abs()[certain].max().item()
        measured("picture", difference)
        assert difference < 1e-4
        assert (alphas[camera, ..., 0] - alpha).abs()[certain].max() < 1e-4
        # A loss that does not look at pixels on which a decision is close, nor divides by little.
        weights = torch.tensor(random.normal(0, 1, image.shape)) * certain[..., None]
        opaque = torch.tensor(random.normal(0, 1, alpha.shape)) * certain
        if "ED" in options.get("render_mode", ""):
            weights[..., -1] *= alpha.detach() > 0.1
        loss = loss + (images[camera] * weights.float()).sum()
        loss = loss + (alphas[camera, ..., 0] * opaque.float()).sum()
        references = references + (image * weights.float()).sum() + (alpha * opaque.float()).sum()
    loss.backward()
    references.backward()
    for key, tensor in own.items():
        if tensor is None:
            continue
        exact = theirs[key].grad if theirs[key].grad is not None else torch.zeros_like(theirs[key])
        gradient = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        if key == "viewmats":
            # The last row is taken as constant.
            assert (gradient[:, 3] == 0).all()
            exact[:, 3] = 0
        length = exact.norm()
        difference = (gradient - exact).norm() / length if length > 0 else gradient.norm()
        measured(key, difference.item())
        assert difference < 1e-5, key
