"""Fits Gaussians to a photo: fit_photo.py PHOTO RESULT [COUNT] [STEPS]

Needs PyTorch and Pillow.
"""

import math
import sys

import numpy as np
import splat3d
import torch
from PIL import Image


def main(photo, result, count=2000, steps=500):
    torch.set_num_threads(1)
    picture = Image.open(photo).convert("RGB")
    picture.thumbnail((480, 480))
    target = torch.from_numpy(np.asarray(picture).astype(np.float32) / 255)
    height, width, _ = target.shape

    # Gaussians in the plane z = 1, which a camera sees from the origin: a unit is the width.
    generator = torch.Generator().manual_seed(0)
    places = torch.rand(count, 2, generator=generator)
    pixels = (places * torch.tensor([width, height])).long()
    means = torch.cat(
        [(places - 0.5) * torch.tensor([1, height / width]), torch.ones(count, 1)], dim=1
    )
    parameters = {
        "means": (means, 2e-3),
        "quats": (torch.randn(count, 4, generator=generator), 1e-2),
        "scales": (torch.full((count, 3), math.log(0.6 / math.sqrt(count))), 2e-2),
        "opacities": (torch.zeros(count), 5e-2),
        "colors": (target[pixels[:, 1], pixels[:, 0]].clone(), 1e-2),
    }
    leaves = {name: value.requires_grad_() for name, (value, _) in parameters.items()}
    optimizer = torch.optim.Adam(
        [{"params": leaves[name], "lr": rate} for name, (_, rate) in parameters.items()]
    )
    viewmats = torch.eye(4)[None]
    Ks = torch.tensor([[[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]]]).float()

    for step in range(steps):
        colors, _, _ = splat3d.rasterization(
            leaves["means"], leaves["quats"], leaves["scales"].exp(),
            leaves["opacities"].sigmoid(), leaves["colors"], viewmats, Ks, width, height,
        )
        error = (colors[0] - target).square().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step:4d}: PSNR {-10 * math.log10(error.item()):.2f} dB", flush=True)

    drawn = (colors[0].detach().clamp(0, 1) * 255).round().to(torch.uint8)
    Image.fromarray(drawn.numpy()).save(result)


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
