"""gsplat's strategies train a model with this rasterization."""

import math

import numpy as np
import pytest
import splat3d

torch = pytest.importorskip("torch")
gsplat = pytest.importorskip("gsplat")

from scenes import random_scene

SIZE = 48


@pytest.fixture(scope="module", autouse=True)
def patched():
    splat3d.patch_gsplat()


def photos():
    """Pictures of Gaussians, which a model is to learn, with their cameras."""
    scene = random_scene(0, count=60, cameras=8, width=SIZE, height=SIZE)
    scene["scales"] *= 2
    images, _, _ = splat3d.render(**scene, backgrounds=np.full((8, 3), 0.5))
    return (
        torch.from_numpy(images), torch.from_numpy(scene["viewmats"]), torch.from_numpy(scene["Ks"])
    )


def parameters(count):
    """A model to start from, and an optimizer for each group."""
    random = torch.Generator().manual_seed(1)
    means = torch.rand(count, 3, generator=random) * 2 - 1 + torch.tensor([0, 0, 3.5])
    values = {
        "means": (means, 2e-3),
        "scales": (torch.full((count, 3), math.log(0.08)), 1e-2),
        "quats": (torch.randn(count, 4, generator=random), 1e-2),
        "opacities": (torch.zeros(count), 5e-2),
        "sh": (torch.zeros(count, 4, 3), 1e-2),
    }
    params = torch.nn.ParameterDict(
        {name: torch.nn.Parameter(value) for name, (value, _) in values.items()}
    )
    optimizers = {
        name: torch.optim.Adam([params[name]], lr=rate) for name, (_, rate) in values.items()
    }
    return params, optimizers


def train(strategy, state, steps, packed, absgrad, step_arguments):
    images, viewmats, Ks = photos()
    params, optimizers = parameters(100)
    strategy.check_sanity(params, optimizers)
    losses, counts = [], []
    for step in range(steps):
        camera = slice(step % 8, step % 8 + 1)
        colors, _, meta = splat3d.rasterization(
            params["means"], params["quats"], params["scales"].exp(),
            params["opacities"].sigmoid(), params["sh"], viewmats[camera], Ks[camera], SIZE, SIZE,
            sh_degree=1, packed=packed, absgrad=absgrad,
            backgrounds=torch.full((1, 3), 0.5),
        )
        strategy.step_pre_backward(params, optimizers, state, step, meta)
        loss = (colors - images[camera]).abs().mean()
        loss.backward()
        for optimizer in optimizers.values():
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        strategy.step_post_backward(params, optimizers, state, step, meta, **step_arguments)
        losses.append(loss.item())
        counts.append(len(params["means"]))
    return np.mean(losses[:8]), np.mean(losses[-8:]), counts


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("absgrad", [False, True])
def test_default_strategy(packed, absgrad):
    torch.manual_seed(0)
    strategy = gsplat.DefaultStrategy(
        refine_start_iter=40, refine_every=40, refine_stop_iter=240, absgrad=absgrad,
        grow_grad2d=8e-4 if absgrad else 2e-4, prune_opa=0.02,
    )
    first, last, counts = train(
        strategy, strategy.initialize_state(), 320, packed, absgrad, {"packed": packed}
    )
    assert last < 0.4 * first
    assert counts[-1] > 150


@pytest.mark.parametrize("packed", [False, True])
def test_mcmc_strategy(packed):
    torch.manual_seed(0)
    strategy = gsplat.MCMCStrategy(
        cap_max=150, noise_lr=1e2, refine_start_iter=20, refine_every=20, refine_stop_iter=240,
        min_opacity=0.02,
    )
    first, last, counts = train(
        strategy, strategy.initialize_state(), 320, packed, False, {"lr": 2e-3}
    )
    assert last < 0.4 * first
    assert counts[-1] == 150


def test_relocation_is_that_of_the_paper():
    """Against the double sum as it stands in the paper, in exact integers and float64."""
    opacities = torch.tensor([0.05, 0.5, 0.9, 0.3, 0.99, 0.7])
    scales = torch.rand(6, 3) + 0.1
    ratios = torch.tensor([1, 2, 3, 10, 51, 80])
    binoms = torch.zeros(51, 51)
    own, sizes = splat3d.compute_relocation(opacities, scales, ratios, binoms)
    for index, (opacity, ratio) in enumerate(zip(opacities.double().tolist(), ratios.tolist())):
        n = min(ratio, 51)
        part = 1 - (1 - opacity) ** (1 / n)
        total = sum(
            math.comb(i - 1, k) * (-1) ** k / math.sqrt(k + 1) * part ** (k + 1)
            for i in range(1, n + 1) for k in range(i)
        )
        assert own[index].item() == pytest.approx(part, rel=1e-5)
        assert sizes[index].tolist() == pytest.approx(
            (scales[index] * (opacity / total)).tolist(), rel=1e-5
        )
    assert torch.equal(sizes[0], scales[0])


def test_relocation_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"\(3,\), \(2, 3\) and \(3,\); expected \(N,\), \(N, 3\)"):
        splat3d.compute_relocation(torch.ones(3), torch.ones(2, 3), torch.ones(3))
