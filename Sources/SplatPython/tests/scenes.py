"""Random scenes, and the golden cases."""

import json
import math
import os
from pathlib import Path

import numpy as np


def random_scene(seed, count=120, cameras=2, width=57, height=43, coefficients=None, channels=3):
    """Arguments of ``splat3d.render``: float32 arrays."""
    random = np.random.default_rng(seed)
    means = random.uniform(-1, 1, (count, 3))
    means[:, 2] += 3.5
    viewmats = np.tile(np.eye(4), (cameras, 1, 1))
    for index, view in enumerate(viewmats):
        turn = 0.25 * (index - (cameras - 1) / 2) + 0.05
        view[:3, :3] = [
            [math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)],
        ]
        view[:3, 3] = [-3.5 * math.sin(turn), 0.1, 3.5 * (1 - math.cos(turn))]
    K = [[1.1 * width, 0, 0.47 * width], [0, 1.2 * width, 0.52 * height], [0, 0, 1]]
    Ks = np.tile(np.array(K), (cameras, 1, 1))
    shape = (count, channels) if coefficients is None else (count, coefficients, 3)
    colors = random.uniform(0, 1, shape) if coefficients is None else random.normal(0, 0.3, shape)
    arrays = dict(
        means=means,
        quats=random.normal(0, 1, (count, 4)),
        scales=np.exp(random.uniform(-3.3, -1.6, (count, 3))),
        opacities=random.uniform(0.1, 0.98, count),
        colors=colors,
        viewmats=viewmats,
        Ks=Ks,
    )
    return {
        **{name: array.astype(np.float32) for name, array in arrays.items()},
        "width": width, "height": height,
    }


class Golden:
    """A folder of reference values."""

    def __init__(self, folder):
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.arrays = {array["name"]: array for array in self.manifest["arrays"]}
        self.config = self.manifest.get("config")

    def __getitem__(self, name):
        array = self.arrays[name]
        values = np.fromfile(self.folder / array["file"], "<f4")
        return values.reshape(array["shape"])

    def arguments(self):
        """The case as arguments of ``splat3d.render``, in float64 where it was not stored so."""
        config = self.config
        return dict(
            means=self["means"],
            quats=self["quats"],
            scales=np.exp(self["log_scales"].astype(np.float64)),
            opacities=1 / (1 + np.exp(-self["opacity_logits"].astype(np.float64))),
            colors=self["sh"],
            viewmats=self["viewmat"][None],
            Ks=np.array(
                [[[config["fx"], 0, config["cx"]], [0, config["fy"], config["cy"]], [0, 0, 1]]]
            ),
            width=config["width"],
            height=config["height"],
            near_plane=config["near"],
            far_plane=config["far"],
            eps2d=config.get("eps2d", 0.3),
            sh_degree=config["sh_degree"],
            backgrounds=np.array([config["background"]]),
            rasterize_mode="antialiased" if config["antialiased"] else "classic",
            maximum_alpha=config["alpha_max"],
        )


def golden_cases():
    """The cases in the repository, and those beside it or in SPLAT_GOLDEN_DIR."""
    root = Path(__file__).resolve().parents[3]
    folders = [
        root / "Tests" / "SplatRenderingTests" / "Golden",
        Path(os.environ.get("SPLAT_GOLDEN_DIR", root.parent / "shared" / "golden")),
    ]
    found = [
        Golden(manifest.parent)
        for folder in folders
        for manifest in sorted(folder.glob("*/manifest.json"))
    ]
    return [case for case in found if case.config is not None]
