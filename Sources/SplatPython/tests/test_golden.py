"""The golden cases: pictures to 1e-4, gradients to a relative 1e-5."""

import numpy as np
import pytest
import splat3d

from scenes import golden_cases

CASES = golden_cases()
pytestmark = pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)


def relative(found, expected):
    """The length of a difference over that of what is expected."""
    expected = np.asarray(expected, np.float64)
    return np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-30)


@pytest.mark.parametrize("depth", ["D", "ED"])
def test_pictures(case, depth, measured):
    images, alphas, meta = splat3d.render(**case.arguments(), render_mode=f"RGB+{depth}")
    certain = case["fragile"] == 0
    expected = {"image": images[0, ..., :3], "alpha": alphas[0, ..., 0]}
    if depth == "ED" or "depth_acc" in case.arrays:
        expected["depth_acc" if depth == "D" else "depth_expected"] = images[0, ..., 3]
    for name, found in expected.items():
        difference = np.abs(found - case[name])[certain].max()
        measured(name, difference)
        assert difference < 1e-4, name
    drawn = (meta["radii"][0] > 0).all(-1)
    for name in ("means2d", "conics", "opacities"):
        expected = case["opacity_eff" if name == "opacities" else name]
        assert relative(meta[name][0][drawn], expected[drawn]) < 1e-5, name


def test_gradients(case, measured):
    torch = pytest.importorskip("torch")
    arguments = case.arguments()
    tensors = {
        name: torch.tensor(arguments.pop(name), dtype=torch.float32)
        for name in ("means", "quats", "colors", "viewmats", "Ks", "backgrounds")
    }
    tensors["log_scales"] = torch.tensor(case["log_scales"])
    tensors["logits"] = torch.tensor(case["opacity_logits"])
    for name, tensor in tensors.items():
        tensor.requires_grad_(name not in ("Ks", "backgrounds"))
    arguments.pop("scales"), arguments.pop("opacities")
    given = {name: tensors[name] for name in tensors if name not in ("log_scales", "logits")}
    images, alphas, meta = splat3d.rasterization(
        **given, scales=tensors["log_scales"].exp(), opacities=tensors["logits"].sigmoid(),
        **arguments, packed=False, absgrad=True,
    )
    meta["means2d"].retain_grad()
    loss = (images[0] * torch.tensor(case["W1"])).sum()
    loss = loss + (alphas[0, ..., 0] * torch.tensor(case["W2"])).sum()
    loss.backward()
    found = {
        "grad_means": tensors["means"].grad,
        "grad_quats": tensors["quats"].grad,
        "grad_log_scales": tensors["log_scales"].grad,
        "grad_opacity_logits": tensors["logits"].grad,
        "grad_sh": tensors["colors"].grad,
        "grad_viewmat": tensors["viewmats"].grad[0],
        "grad_means2d": meta["means2d"].grad[0],
        "grad_means2d_abs": meta["means2d"].absgrad[0],
    }
    for name, gradient in found.items():
        if name not in case.arrays:
            continue
        difference = relative(gradient.numpy(), case[name])
        measured(name, difference)
        assert difference < 1e-5, name
