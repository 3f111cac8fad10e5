"""Wrong arguments give messages that name them, with what was found and expected."""

import numpy as np
import pytest
import splat3d

from scenes import random_scene


def wrong(message, **changes):
    return pytest.param(changes, message, id=f"{next(iter(changes))}-{message[:24]}")


WRONG = [
    wrong(r"means has shape \(5, 2\); expected \(\.\.\., N, 3\)", means=np.zeros((5, 2))),
    wrong(r"means has shape \(3,\)", means=np.zeros(3)),
    wrong(r"means has elements of type complex128", means=np.zeros((120, 3), complex)),
    wrong(r"means has elements of type <U1", means=np.full((120, 3), "a")),
    wrong(r"quats has shape \(120, 3\); expected \(120, 4\)", quats=np.zeros((120, 3))),
    wrong(r"scales has shape \(119, 3\); expected \(120, 3\)", scales=np.zeros((119, 3))),
    wrong(r"opacities has shape \(120, 1\); expected \(120\)", opacities=np.zeros((120, 1))),
    wrong(r"viewmats has shape \(4, 4\); expected \(C, 4, 4\)", viewmats=np.eye(4)),
    wrong(r"Ks has shape \(1, 3, 3\); expected \(2, 3, 3\)", Ks=np.eye(3)[None]),
    wrong(r"Ks has a matrix that is not", Ks=np.ones((2, 3, 3))),
    wrong(r"colors has shape \(120, 3\); expected \(120, K, 3\) or \(2, 120, K, 3\)", sh_degree=1),
    wrong(r"colors has shape \(120, 3, 3\); expected at least 4 coefficients for sh_degree 1",
          colors=np.zeros((120, 3, 3)), sh_degree=1),
    wrong(r"colors has shape \(120, 0\)", colors=np.zeros((120, 0))),
    wrong(r"colors has shape \(3, 120, 3\)", colors=np.zeros((3, 120, 3))),
    wrong(r"sh_degree is 5; expected None or 0 to 4", sh_degree=5),
    wrong(r"sh_degree is 1.5", sh_degree=1.5),
    wrong(r"backgrounds has shape \(3,\); expected \(2, 3\)", backgrounds=np.zeros(3)),
    wrong(r"width is 0; expected 1 to 16384", width=0),
    wrong(r"height is 20000; expected 1 to 16384", height=20000),
    wrong(r"width is 57\.0; expected an integer", width=57.0),
    wrong(r"near_plane is -1; expected a number above 0", near_plane=-1),
    wrong(r"far_plane is 0.001; expected a number above near_plane", far_plane=0.001),
    wrong(r"eps2d is nan; expected 0 or more", eps2d=float("nan")),
    wrong(r"radius_clip is -1", radius_clip=-1),
    wrong(r"render_mode is 'rgb'; expected one of RGB, D, ED, RGB\+D, RGB\+ED", render_mode="rgb"),
    wrong(r"rasterize_mode is 'fast'", rasterize_mode="fast"),
    wrong(r"maximum_alpha is 1.5", maximum_alpha=1.5),
    wrong(r"view_matrix", viewmats=np.tile(2 * np.eye(4), (2, 1, 1))),
    wrong(r"fx", Ks=np.tile(np.diag([-1.0, 1, 1]), (2, 1, 1))),
    wrong(r"viewmats|view_matrix", viewmats=np.full((2, 4, 4), np.nan)),
    wrong(r"background", backgrounds=np.full((2, 3), np.inf)),
]


@pytest.mark.parametrize("changes, message", WRONG)
def test_render(changes, message):
    with pytest.raises(ValueError, match=message):
        splat3d.render(**{**random_scene(0), **changes})


@pytest.mark.parametrize("changes, message", WRONG)
def test_rasterization(changes, message):
    torch = pytest.importorskip("torch")
    if any(isinstance(value, np.ndarray) and value.dtype.kind == "U" for value in changes.values()):
        pytest.skip("there are no tensors of text")
    message = message.replace("complex128", "torch.complex128")
    given = {**random_scene(0), **changes}
    given = {
        name: torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value
        for name, value in given.items()
    }
    with pytest.raises(ValueError, match=message):
        splat3d.rasterization(**given)


UNSUPPORTED = dict(
    sparse_grad=True, distributed=True, camera_model="fisheye", covars=0, with_ut=True,
    with_eval3d=True, radial_coeffs=0, tangential_coeffs=0, thin_prism_coeffs=0, ftheta_coeffs=0,
    rolling_shutter=1, viewmats_rs=0,
)


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_supported_is_named(name):
    torch = pytest.importorskip("torch")
    scene = {
        key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for key, value in random_scene(0).items()
    }
    with pytest.raises(NotImplementedError, match=name):
        splat3d.rasterization(**scene, **{name: UNSUPPORTED[name]})
    with pytest.raises(ValueError, match="camera_model is 'round'"):
        splat3d.rasterization(**scene, camera_model="round")
    with pytest.raises(NotImplementedError, match="Ks"):
        splat3d.rasterization(**{**scene, "Ks": scene["Ks"].requires_grad_()})
    many = torch.zeros(120, 4)
    with pytest.raises(NotImplementedError, match="absgrad.*4 channels"):
        splat3d.rasterization(**{**scene, "Ks": scene["Ks"].detach(), "colors": many}, absgrad=True)


def test_tensors_of_other_kinds():
    torch = pytest.importorskip("torch")
    scene = random_scene(0)
    with pytest.raises(ValueError, match="means is of type ndarray; expected a torch.Tensor"):
        splat3d.rasterization(**scene)
    scene = {
        key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for key, value in scene.items()
    }
    with pytest.raises(ValueError, match="quats is on meta; expected a tensor on the CPU"):
        splat3d.rasterization(**{**scene, "quats": scene["quats"].to("meta")})
    with pytest.raises(ValueError, match="scales has the layout"):
        splat3d.rasterization(**{**scene, "scales": scene["scales"].to_sparse()})


@pytest.mark.parametrize("count", [0, -1, 1025, 1.0, True, "2"])
def test_threads(count):
    with pytest.raises(ValueError, match="count is .*; expected 1 to 1024, or None"):
        splat3d.set_threads(count)


def test_values_that_are_not_numbers_are_left_out():
    """As the library says: such Gaussians are not drawn, and the others are as without them."""
    scene = random_scene(0)
    expected, _, _ = splat3d.render(**{**scene, **{
        name: scene[name][1:] for name in ("means", "quats", "scales", "opacities", "colors")
    }})
    scene["means"][0] = np.nan
    images, _, meta = splat3d.render(**scene)
    assert (meta["radii"][:, 0] == 0).all()
    assert np.abs(images - expected).max() < 1e-6
