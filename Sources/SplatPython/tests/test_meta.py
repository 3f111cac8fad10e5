"""What ``rasterization`` returns besides pictures, and how gradients reach it."""

import numpy as np
import pytest
import splat3d

torch = pytest.importorskip("torch")

from scenes import random_scene

GEOMETRY = ("means", "quats", "scales", "opacities", "colors")


def tensors(scene, *with_gradients):
    return {
        name: torch.tensor(value, requires_grad=name in with_gradients)
        if isinstance(value, np.ndarray) else value
        for name, value in scene.items()
    }


def test_packed_lists_what_is_drawn():
    scene = tensors(random_scene(1))
    images, alphas, full = splat3d.rasterization(**scene, packed=False)
    same, _, packed = splat3d.rasterization(**scene, packed=True)
    assert torch.equal(images, same)
    drawn = (full["radii"] > 0).all(-1)
    cameras, gaussians = torch.nonzero(drawn, as_tuple=True)
    assert torch.equal(packed["camera_ids"], cameras)
    assert torch.equal(packed["gaussian_ids"], gaussians)
    assert torch.equal(packed["batch_ids"], torch.zeros_like(cameras))
    for name in ("means2d", "radii", "depths", "conics", "opacities"):
        assert torch.equal(packed[name], full[name][drawn]), name
    assert full["gaussian_ids"] is None
    assert (packed["width"], packed["height"], packed["n_cameras"]) == (57, 43, 2)
    assert images.shape == (2, 43, 57, 3) and alphas.shape == (2, 43, 57, 1)


@pytest.mark.parametrize("packed", [False, True])
def test_gradients_of_centres(packed):
    scene = tensors(random_scene(2), "means")
    results = []
    for absgrad in (False, True):
        images, _, meta = splat3d.rasterization(**scene, packed=packed, absgrad=absgrad)
        meta["means2d"].retain_grad()
        images.square().sum().backward()
        results.append(meta["means2d"])
    signed, absolute = results[1].grad, results[1].absgrad
    assert torch.equal(signed, results[0].grad)
    assert not hasattr(results[0], "absgrad")
    assert signed.shape == absolute.shape == results[1].shape
    assert (absolute >= signed.abs() * (1 - 1e-5)).all() and (absolute > 0).any()


@pytest.mark.parametrize("packed", [False, True])
def test_a_loss_may_use_the_centres(packed):
    """The gradient of a loss of the centres alone, and of one of both, is right."""
    scene = tensors(random_scene(3), "means", "viewmats")

    def gradients(of_images, of_centres):
        images, _, meta = splat3d.rasterization(**scene, packed=packed)
        loss = of_images * images.square().sum()
        if of_centres:
            loss = loss + (meta["means2d"] * 0.01).square().sum()
        return torch.autograd.grad(loss, [scene["means"], scene["viewmats"]])

    both, images = gradients(1, True), gradients(1, False)
    centres = gradients(0, True)
    means = scene["means"].detach().double().requires_grad_()
    viewmats = scene["viewmats"].detach().double().requires_grad_()
    drawn = (splat3d.rasterization(**scene, packed=False)[2]["radii"] > 0).all(-1)
    points = torch.einsum("cij,nj->cni", viewmats[:, :3, :3], means) + viewmats[:, None, :3, 3]
    projected = torch.einsum("cij,cnj->cni", scene["Ks"].double(), points / points[..., 2:])
    loss = (projected[..., :2][drawn] * 0.01).square().sum()
    for index, exact in enumerate(torch.autograd.grad(loss, [means, viewmats])):
        assert (centres[index] - exact).norm() / exact.norm() < 1e-5
        total = centres[index] + images[index]
        assert (both[index] - total).norm() / total.norm() < 1e-5


def test_backward_again_needs_the_graph():
    scene = tensors(random_scene(4), *GEOMETRY)
    images, _, _ = splat3d.rasterization(**scene)
    images.sum().backward(retain_graph=True)
    first = scene["means"].grad.clone()
    images.sum().backward()
    assert torch.equal(scene["means"].grad, 2 * first)
    with pytest.raises(RuntimeError, match="second time"):
        images.sum().backward()


def test_no_gradients_no_graph():
    scene = tensors(random_scene(5), *GEOMETRY)
    with torch.no_grad():
        images, alphas, meta = splat3d.rasterization(**scene)
    assert not images.requires_grad and not alphas.requires_grad
    assert not meta["means2d"].requires_grad


def test_batches_are_scenes_of_their_own():
    scenes = [random_scene(seed) for seed in range(6)]
    stacked = {
        name: torch.tensor(np.stack([scene[name] for scene in scenes])).unflatten(0, (2, 3))
        for name in (*GEOMETRY, "viewmats", "Ks")
    }
    images, alphas, meta = splat3d.rasterization(**stacked, width=57, height=43, packed=False)
    assert images.shape == (2, 3, 2, 43, 57, 3) and alphas.shape == (2, 3, 2, 43, 57, 1)
    assert meta["means2d"].shape == (2, 3, 2, 120, 2)
    packed = splat3d.rasterization(**stacked, width=57, height=43)[2]
    assert packed["batch_ids"].max() == 5
    for index, scene in enumerate(scenes):
        alone, _, _ = splat3d.rasterization(**tensors(scene))
        assert torch.equal(images[index // 3, index % 3], alone)


@pytest.mark.parametrize("form", [dict(), dict(channels=5), dict(coefficients=9)])
def test_colors_for_each_camera(form):
    scene = random_scene(8, **form)
    if "coefficients" in form:
        scene["sh_degree"] = 2
    colors = np.stack([scene["colors"], scene["colors"][::-1]])
    both = tensors({**scene, "colors": colors}, "colors")
    images, _, _ = splat3d.rasterization(**both)
    images.square().sum().backward()
    for camera in range(2):
        own = dict(
            scene, colors=colors[camera],
            viewmats=scene["viewmats"][camera : camera + 1], Ks=scene["Ks"][camera : camera + 1],
        )
        own = tensors(own, "colors")
        alone, _, _ = splat3d.rasterization(**own)
        alone.square().sum().backward()
        assert torch.equal(images[camera], alone[0])
        assert torch.equal(both["colors"].grad[camera], own["colors"].grad)


def test_radius_clip_leaves_out_small_ones():
    scene = tensors(random_scene(9), *GEOMETRY)
    radii = splat3d.rasterization(**scene, packed=False)[2]["radii"]
    clip = float(radii[radii > 0].float().median())
    images, _, meta = splat3d.rasterization(**scene, packed=False, radius_clip=clip)
    stays = (radii > clip).any(-1)
    assert torch.equal((meta["radii"] > 0).any(-1), stays)
    assert 0 < stays.sum() < (radii > 0).any(-1).sum()
    images.sum().backward()
    assert (scene["means"].grad[~stays.any(0)] == 0).all()


def test_other_types_of_numbers():
    scene = random_scene(10)
    expected, _, _ = splat3d.rasterization(**tensors(scene))
    double = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=name == "means")
        if isinstance(value, np.ndarray) else value
        for name, value in scene.items()
    }
    images, _, _ = splat3d.rasterization(**double)
    assert torch.equal(images, expected)
    images.sum().backward()
    assert double["means"].grad.dtype == torch.float64


def test_tensors_are_not_copied(monkeypatch):
    """Tensors and arrays of float32 without gaps reach the library where they are."""
    from splat3d import _library

    seen = []
    make = _library.make_model
    monkeypatch.setattr(_library, "make_model", lambda given: seen.append(given) or make(given))
    scene = tensors(random_scene(11), *GEOMETRY)
    splat3d.rasterization(**scene)
    members = ("means", "quaternions", "scales", "opacities", "colors")
    for member, name in zip(members, GEOMETRY):
        assert getattr(seen[0], member) == scene[name].data_ptr()


def test_empty_scene():
    scene = tensors(random_scene(12, count=0), *GEOMETRY)
    images, alphas, _ = splat3d.rasterization(**scene, backgrounds=torch.full((2, 3), 0.25))
    assert (images == 0.25).all() and (alphas == 0).all()
    images.sum().backward()
