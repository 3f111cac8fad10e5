"""3D Gaussian splatting on the CPU: pictures, gradients, models and training.

``rasterization`` draws PyTorch tensors differentiably and takes gsplat's arguments; ``render``
draws NumPy arrays. Functions may be called from any number of threads at the same time. After
``os.fork`` they work in the child, on one thread each; do not fork while another thread is inside
of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._files import Gaussians, load, save
from ._library import set_threads, version as _version
from ._render import render
from ._train import Progress, TrainingResult, train

if TYPE_CHECKING:
    from ._rasterization import rasterization
    from ._relocation import compute_relocation, patch_gsplat

__version__ = _version()

__all__ = [
    "Gaussians", "Progress", "TrainingResult", "compute_relocation", "load", "patch_gsplat",
    "rasterization", "render", "save", "set_threads", "train",
]

# What needs PyTorch is loaded when it is first used.
_WITH_TORCH = {
    "rasterization": "_rasterization",
    "compute_relocation": "_relocation",
    "patch_gsplat": "_relocation",
}


def __getattr__(name: str) -> Any:
    if name not in _WITH_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        module = import_module(f"{__name__}.{_WITH_TORCH[name]}")
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"splat3d.{name} needs PyTorch (pip install torch); splat3d.render does not"
        ) from None
    value = getattr(module, name)
    globals()[name] = value
    return value
