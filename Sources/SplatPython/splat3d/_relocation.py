"""The operators that gsplat's strategies need and gsplat has for CUDA only."""

from __future__ import annotations

import math
from typing import Optional, Tuple

import torch
from torch import Tensor


@torch.no_grad()
def compute_relocation(
    opacities: Tensor, scales: Tensor, ratios: Tensor, binoms: Optional[Tensor] = None
) -> Tuple[Tensor, Tensor]:
    """Opacities and scales of Gaussians that take the place of one: gsplat's function on the CPU.

    n copies of a Gaussian in one place have the sum of opacities that the one had, and about its
    size (Kheradmand et al. 2024, "3D Gaussian Splatting as Markov Chain Monte Carlo", equation 9,
    its double sum taken together).

    Args:
        opacities: 0 to 1. [N]
        scales: standard deviations. [N, 3]
        ratios: the number n of copies; between 1 and the size of ``binoms``, or 51. [N]
        binoms: gives that size. [n_max, n_max]

    Returns:
        The opacities [N] and scales [N, 3] of the copies.

    Raises:
        ValueError: a tensor has another shape than expected.
    """
    count = opacities.shape[0] if opacities.dim() == 1 else -1
    if count < 0 or scales.shape != (count, 3) or ratios.shape != (count,):
        raise ValueError(
            f"opacities, scales and ratios have shapes {tuple(opacities.shape)}, "
            f"{tuple(scales.shape)} and {tuple(ratios.shape)}; expected (N,), (N, 3) and (N,)"
        )
    largest = 51 if binoms is None else binoms.shape[0]
    copies = ratios.clamp(1, largest).to(torch.float64)
    whole = opacities.to(torch.float64)
    part = -torch.expm1(torch.log1p(-whole) / copies)
    # The sum alternates, which takes more than single precision.
    total = torch.zeros_like(part)
    terms = torch.arange(1, int(copies.max()) + 1 if count else 1, dtype=torch.float64)
    binomial = torch.ones_like(part)
    for term in terms:
        binomial = binomial * (copies - term + 1).clamp(min=0) / term
        sign = 1 if int(term) % 2 == 1 else -1
        total += sign * binomial * part**term / math.sqrt(term)
    # Copies of what cannot be seen stay as they are.
    factor = torch.where(total > 0, whole / total, torch.ones_like(total))
    return part.to(opacities.dtype), (scales * factor[:, None]).to(scales.dtype)


def patch_gsplat() -> None:
    """Makes gsplat's ``DefaultStrategy`` and ``MCMCStrategy`` run on the CPU, in this process.

    Replaces ``compute_relocation`` and ``quat_scale_to_covar_preci``, which need CUDA, in
    ``gsplat.strategy.ops``: by the function above, and by gsplat's own in PyTorch.

    Raises:
        ImportError: there is no gsplat, or one that this does not fit (1.5.3 does).
    """
    from gsplat import relocation
    from gsplat.cuda._torch_impl import _quat_scale_to_covar_preci
    from gsplat.strategy import ops

    for name in ("compute_relocation", "quat_scale_to_covar_preci"):
        if not hasattr(ops, name):
            raise ImportError(f"gsplat.strategy.ops has no {name}; gsplat 1.5.3 was expected")
    relocation.compute_relocation = compute_relocation
    ops.compute_relocation = compute_relocation
    ops.quat_scale_to_covar_preci = _quat_scale_to_covar_preci
