"""A renderer in PyTorch operations alone, for comparison: in float64 with its autograd.

The formulae are those of 3DGS and of gsplat's rasterization; a tile is computed at once, all of
its pixels with all Gaussians whose boxes reach it.
"""

import math
from dataclasses import dataclass

import torch

# Relative margins within which a yes/no decision may fall the other way in float32.
MARGINS = {"skip": 5e-4, "limit": 1e-5, "stop": 2e-3, "order": 1e-5}


@dataclass
class Projected:
    """Gaussians as a camera sees them, those that are drawn, from near to far."""

    ids: torch.Tensor
    means2d: torch.Tensor
    conics: torch.Tensor
    opacities: torch.Tensor
    depths: torch.Tensor
    radii: torch.Tensor


def rotations(quats):
    """Rotation matrices of quaternions w, x, y, z of any length: [N, 3, 3]."""
    w, x, y, z = torch.nn.functional.normalize(quats, dim=-1).unbind(-1)
    rows = [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]
    return torch.stack(rows, -1).reshape(-1, 3, 3)


def harmonics(directions, degree):
    """Real spherical harmonics by recurrence, with 3DGS' signs: [N, (degree + 1)^2]."""
    x, y, z = directions.unbind(-1)
    values = []
    for l in range(degree + 1):
        for m in range(-l, l + 1):
            n = abs(m)
            cosine, sine = torch.ones_like(x), torch.zeros_like(x)
            for _ in range(n):
                cosine, sine = x * cosine - y * sine, x * sine + y * cosine
            # Legendre polynomials without the power of the sine that is in cosine and sine.
            before = torch.full_like(x, (-1.0) ** n * math.prod(range(1, 2 * n, 2)))
            polynomial, earlier = before, torch.zeros_like(x)
            for k in range(n + 1, l + 1):
                polynomial, earlier = (
                    ((2 * k - 1) * z * polynomial - (k + n - 1) * earlier) / (k - n), polynomial,
                )
            factor = math.sqrt(
                (2 * l + 1) / (4 * math.pi) * math.factorial(l - n) / math.factorial(l + n)
            )
            angle = (sine if m < 0 else cosine) * (math.sqrt(2) if m else 1)
            values.append(factor * polynomial * angle)
    return torch.stack(values, -1)


def colors_of(means, coefficients, viewmat, degree):
    """The colours that harmonics give in the directions from a camera: [N, 3]."""
    center = torch.linalg.inv(viewmat)[:3, 3]
    directions = torch.nn.functional.normalize(means - center, dim=-1)
    basis = harmonics(directions, degree)
    return (0.5 + torch.einsum("nk,nkc->nc", basis, coefficients[:, : basis.shape[1]])).clamp(min=0)


def project(
    means, quats, scales, opacities, viewmat, K, width, height, near=0.01, far=1e10, eps2d=0.3,
    antialiased=False,
):
    """Gaussians in the picture of one camera."""
    x, y, z = (means @ viewmat[:3, :3].T + viewmat[:3, 3]).unbind(-1)
    visible = (z > near) & (z < far)
    z = torch.where(visible, z, torch.ones_like(z))
    fx, fy, cx, cy = K[0, 0], K[1, 1], K[0, 2], K[1, 2]
    u = torch.minimum(torch.maximum(x / z, -(cx + 0.15 * width) / fx), (1.15 * width - cx) / fx)
    v = torch.minimum(torch.maximum(y / z, -(cy + 0.15 * height) / fy), (1.15 * height - cy) / fy)
    zero = torch.zeros_like(z)
    jacobian = torch.stack(
        [fx / z, zero, -fx * u / z, zero, fy / z, -fy * v / z], -1
    ).reshape(-1, 2, 3)
    axes = jacobian @ viewmat[:3, :3] @ (rotations(quats) * scales[:, None, :])
    covariances = axes @ axes.transpose(1, 2)
    before = torch.linalg.det(covariances)
    covariances = covariances + eps2d * torch.eye(2, dtype=means.dtype)
    a, b, d = covariances[:, 0, 0], covariances[:, 0, 1], covariances[:, 1, 1]
    determinant = a * d - b * b
    if antialiased:
        opacities = opacities * (before / determinant).clamp(min=0).sqrt()
    means2d = torch.stack([fx * x / z + cx, fy * y / z + cy], -1)
    reach = (2 * torch.log(255 * opacities.detach().clamp(min=1 / 255))).sqrt()
    radii = torch.ceil(reach[:, None] * torch.stack([a, d], -1).detach().sqrt())
    size = torch.tensor([width, height])
    visible = visible & (opacities >= 1 / 255)
    visible = visible & ((means2d + radii > 0) & (means2d - radii < size)).all(-1)
    ids = torch.nonzero(visible).squeeze(1)
    ids = ids[torch.sort(z[ids], stable=True).indices]
    conics = torch.stack([d, -b, a], -1) / determinant[:, None]
    return Projected(ids, means2d[ids], conics[ids], opacities[ids], z[ids], radii[ids])


def tiles(projected, width, height, size):
    """The tiles of a picture with the Gaussians whose boxes reach them, from near to far."""
    low = projected.means2d.detach() - projected.radii
    high = projected.means2d.detach() + projected.radii
    for top in range(0, height, size):
        bottom = min(top + size, height)
        in_rows = torch.nonzero((high[:, 1] > top) & (low[:, 1] < bottom)).squeeze(1)
        for left in range(0, width, size):
            right = min(left + size, width)
            reaches = (high[in_rows, 0] > left) & (low[in_rows, 0] < right)
            yield slice(top, bottom), slice(left, right), in_rows[reaches]


def blend(projected, features, rows, columns, own, maximum_alpha):
    """One tile: sums of features [h, w, X], transmittance [h, w], fragile pixels [h, w]."""
    dtype = features.dtype
    ys, xs = torch.meshgrid(
        torch.arange(rows.start, rows.stop, dtype=dtype) + 0.5,
        torch.arange(columns.start, columns.stop, dtype=dtype) + 0.5, indexing="ij",
    )
    d = torch.stack([xs, ys], -1).reshape(-1, 1, 2) - projected.means2d[own]
    a, b, c = projected.conics[own].unbind(-1)
    sigma = 0.5 * (a * d[..., 0] ** 2 + c * d[..., 1] ** 2) + b * d[..., 0] * d[..., 1]
    full = projected.opacities[own] * torch.exp(-sigma)
    alpha = full.clamp(max=maximum_alpha)
    counts = (sigma >= 0) & (alpha >= 1 / 255)
    alpha = torch.where(counts, alpha, torch.zeros_like(alpha))
    after = torch.cumprod(1 - alpha, dim=1)
    goes_on = after > 1e-4
    alpha = torch.where(goes_on, alpha, torch.zeros_like(alpha))
    transmittance = torch.cumprod(1 - alpha, dim=1)
    first = torch.ones(len(d), 1, dtype=dtype)
    weights = alpha * torch.cat([first, transmittance[:, :-1]], 1)[:, : len(own)]
    last = transmittance[:, -1] if len(own) else first[:, 0]
    shape = ys.shape
    sums = (weights @ features[own]).reshape(*shape, -1)
    with torch.no_grad():
        near = (full * 255 - 1).abs() < MARGINS["skip"]
        near |= (full / maximum_alpha - 1).abs() < MARGINS["limit"]
        near |= counts & ((after / 1e-4 - 1).abs() < MARGINS["stop"])
        depths = projected.depths[own]
        same = torch.zeros_like(near)
        if len(own) > 1:
            close = (depths[1:] / depths[:-1] - 1) < MARGINS["order"]
            same[:, 1:] = close & counts[:, 1:] & counts[:, :-1]
        fragile = (near | same).any(1).reshape(shape)
    return sums, last.reshape(shape), fragile


def render(
    means, quats, scales, opacities, colors, viewmat, K, width, height, sh_degree=None,
    background=None, maximum_alpha=0.999, tile=16, **options,
):
    """One picture: colours [H, W, D], alpha [H, W], depth [H, W], fragile [H, W]; and means2d."""
    projected = project(
        means, quats, scales, opacities, viewmat, K, width, height, **options
    )
    if sh_degree is not None:
        colors = colors_of(means, colors, viewmat, sh_degree)
    features = torch.cat([colors[projected.ids], projected.depths[:, None]], 1)
    pictures = []
    for rows, columns, own in tiles(projected, width, height, tile):
        pictures.append(blend(projected, features, rows, columns, own, maximum_alpha))
    across = -(-width // tile)
    sums, transmittance, fragile = (
        torch.cat(
            [
                torch.cat([picture[part] for picture in pictures[row : row + across]], 1)
                for row in range(0, len(pictures), across)
            ]
        )
        for part in range(3)
    )
    image = sums[..., :-1]
    if background is not None:
        image = image + transmittance[..., None] * background
    return image, 1 - transmittance, sums[..., -1], fragile, projected
