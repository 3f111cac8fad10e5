"""Writes models with splat and reads them with other programs, and vice versa.

    check-formats.py SPLAT FOLDER

Gaussians are matched by their means, since some formats reorder them. The largest error
of each parameter is printed and compared with what the format's quantization allows.
"""
import pathlib
import subprocess
import sys

import gaussforge
import gsply
import numpy as np

SPLAT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
COUNT = 3000

# The largest errors that a format's quantization explains: means, log scales, angle between
# rotations in degrees, opacity, constant SH coefficient, other coefficients.
ALLOWED = {
    "ply": (1e-6, 1e-6, 0.05, 1e-6, 1e-6, 1e-6),
    "compressed.ply": (0.006, 0.01, 0.3, 0.003, 0.02, 0.017),
    "splat": (1e-6, 1e-5, 1.5, 0.005, 0.016, None),
    "ksplat": (1e-6, 1e-5, 0.05, 0.005, 0.016, 1e-6),
    "spz": (0.0002, 0.032, 0.4, 0.003, 0.014, 0.005),
    # Root mean squares: 256 well-chosen values are nearer than 256 equal steps would be.
    "sog": (0.0002, 0.01, 0.6, 0.0013, 0.005, 0.003),
}

# Where another program deviates from the format's definition, so that it is not compared.
KNOWN = {
    ("gaussforge", "compressed.ply"): "writes SH coefficient by coefficient, and reads its own file wrongly",
    ("gaussforge", "ksplat"): "writes SH channel by channel, not band by band",
    # Its bits for SH are 5 and 4, as the reference's are: half a step of 1/8.
    ("gaussforge", "spz"): None,
    ("gsply", "spz"): None,
}
COARSE = 0.07


def names(rest):
    return (["x", "y", "z", "nx", "ny", "nz"] + [f"f_dc_{i}" for i in range(3)]
            + [f"f_rest_{i}" for i in range(rest)] + ["opacity"]
            + [f"scale_{i}" for i in range(3)] + [f"rot_{i}" for i in range(4)])


def write_ply(path, columns):
    rest = sum(n.startswith("f_rest_") for n in columns)
    order = names(rest)
    count = len(columns["x"])
    table = np.stack([columns.get(n, np.zeros(count)) for n in order], 1).astype("<f4")
    head = "".join(f"property float {n}\n" for n in order)
    path.write_bytes(
        f"ply\nformat binary_little_endian 1.0\nelement vertex {count}\n{head}end_header\n".encode()
        + table.tobytes())


def read_ply(data):
    end = data.index(b"end_header\n") + 11
    lines = data[:end].decode().splitlines()
    count = next(int(s.split()[2]) for s in lines if s.startswith("element vertex"))
    order = [s.split()[2] for s in lines if s.startswith("property float")]
    table = np.frombuffer(data, "<f4", count * len(order), end).reshape(count, -1)
    return {n: table[:, i].astype(float) for i, n in enumerate(order)}


def reference(degree):
    random = np.random.default_rng(7 + degree)
    rest = 3 * ((degree + 1) ** 2 - 1)
    columns = {}
    for axis in "xyz":
        columns[axis] = random.normal(0, 1.5, COUNT)
    for channel in range(3):
        columns[f"f_dc_{channel}"] = random.uniform(-1.7, 1.7, COUNT)
    for index in range(rest):
        columns[f"f_rest_{index}"] = np.clip(random.normal(0, 0.2, COUNT), -0.95, 0.95)
    columns["opacity"] = random.normal(0, 2, COUNT)
    for axis in range(3):
        columns[f"scale_{axis}"] = random.normal(-4, 0.8, COUNT)
    q = random.normal(size=(COUNT, 4))
    q /= np.linalg.norm(q, axis=1)[:, None]
    for part in range(4):
        columns[f"rot_{part}"] = q[:, part]
    path = FOLDER / f"reference_{degree}.ply"
    write_ply(path, columns)
    return path, read_ply(path.read_bytes())


def stack(columns, prefix, count):
    return np.stack([columns[f"{prefix}{i}"] for i in range(count)], 1)


def reversed_axes(columns):
    """The model with y and z reversed."""
    rest = sum(n.startswith("f_rest_") for n in columns)
    signs = [-1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1]
    factors = {"y": -1, "z": -1, "rot_2": -1, "rot_3": -1}
    factors |= {f"f_rest_{i}": signs[i % (rest // 3)] for i in range(rest)}
    return {n: v * factors.get(n, 1) for n, v in columns.items()}


def errors(first, second, mean=False):
    """The largest difference of each parameter, or the root of the mean square."""
    place = lambda c: np.stack([c["x"], c["y"], c["z"]], 1)
    a, b = place(first), place(second)
    assert len(a) == len(b), f"{len(a)} and {len(b)} Gaussians"
    match = np.array([np.argmin(((b - p) ** 2).sum(1)) for p in a])
    assert len(set(match)) == len(a), "means do not match one to one"
    second = {k: v[match] for k, v in second.items()}
    unit = lambda q: q / np.linalg.norm(q, axis=1)[:, None]
    dot = np.abs((unit(stack(first, "rot_", 4)) * unit(stack(second, "rot_", 4))).sum(1))
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    size = lambda d: float(np.sqrt((d * d).mean()) if mean else np.abs(d).max())
    largest = lambda x, y: size(x - y)
    rest = sum(n.startswith("f_rest_") for n in first)
    other = sum(n.startswith("f_rest_") for n in second)
    return (largest(a, b[match]), largest(stack(first, "scale_", 3), stack(second, "scale_", 3)),
            size(np.degrees(2 * np.arccos(np.minimum(1, dot)))),
            largest(sigmoid(first["opacity"]), sigmoid(second["opacity"])),
            largest(stack(first, "f_dc_", 3), stack(second, "f_dc_", 3)),
            largest(stack(first, "f_rest_", rest), stack(second, "f_rest_", rest))
            if rest and other == rest else None)


def convert(source, target, *options):
    subprocess.run([SPLAT, "convert", source, target, "--quiet", *options], check=True,
                   stderr=subprocess.DEVNULL)
    return target


def forge(data, source, target):
    result = gaussforge.GaussForge().convert(data, source, target)
    if result.get("error"):
        raise RuntimeError(result["error"])
    return bytes(result["data"])


class GaussForge:
    name = "gaussforge"
    reads = ["ply", "compressed.ply", "splat", "spz", "sog"]
    writes = ["ply", "compressed.ply", "splat", "spz", "sog", "ksplat"]

    # Both programs leave the axes of SPZ files as they are, and write PLY's axes to SPZ.
    turns_spz = False

    def read(self, path, kind):
        return read_ply(forge(path.read_bytes(), kind, "ply"))

    def write(self, path, kind, source):
        path.write_bytes(forge(source.read_bytes(), "ply", kind))


class Gsply:
    name = "gsply"
    reads = ["ply", "compressed.ply", "spz", "sog"]
    writes = ["ply", "compressed.ply", "spz"]
    turns_spz = False

    def read(self, path, kind):
        if kind == "spz":
            data = gsply.read_spz(path)
        elif kind == "sog":
            from gsply.sog_reader import sogread
            data = sogread(path)
        else:
            data = gsply.plyread(path)
        data = data.denormalize() or data if not data.is_scales_ply else data
        columns = {axis: data.means[:, i] for i, axis in enumerate("xyz")}
        columns |= {f"scale_{i}": data.scales[:, i] for i in range(3)}
        columns |= {f"rot_{i}": data.quats[:, i] for i in range(4)}
        columns |= {f"f_dc_{i}": data.sh0[:, i] for i in range(3)}
        columns["opacity"] = data.opacities.reshape(-1)
        if data.shN is not None and data.shN.size:
            flat = data.shN.transpose(0, 2, 1).reshape(len(data.means), -1)
            columns |= {f"f_rest_{i}": flat[:, i] for i in range(flat.shape[1])}
        return {k: v.astype(float) for k, v in columns.items()}

    def write(self, path, kind, source):
        data = gsply.plyread(source)
        if kind == "spz":
            gsply.write_spz(path, data)
        else:
            gsply.plywrite(path, data, compressed=kind == "compressed.ply")
            made = path.parent / (path.stem + ".compressed.ply")
            if kind == "compressed.ply" and not path.exists() and made.exists():
                made.rename(path)


def report(what, found, allowed):
    good = all(f is None or a is None or f <= a for f, a in zip(found, allowed))
    text = "  ".join("-".rjust(9) if f is None else f"{f:9.2g}" for f in found)
    print(f"{what:48} {text}  {'ok' if good else 'TOO FAR'}")
    return good


def attempt(what, action, allowed):
    try:
        return report(what, action(), allowed)
    except Exception as error:  # what another program says about a file is a finding, whatever it is
        print(f"{what:48} {type(error).__name__}: {str(error)[:100]}")
        return False


def main():
    bad = 0
    heads = ["mean", "log scale", "degrees", "opacity", "SH 0", "SH rest"]
    print(f"{'error':48} {'  '.join(h.rjust(9) for h in heads)}")
    for degree in range(4):
        path, truth = reference(degree)
        for program in (GaussForge(), Gsply()):
            def compared(found, kind):
                turned = kind == "spz" and not program.turns_spz
                return errors(truth, reversed_axes(found) if turned else found, mean=kind == "sog")

            for kind in program.reads:
                for options in ([], ["--spz-version", "4"]) if kind == "spz" else ([],):
                    made = convert(path, FOLDER / f"ours.{kind}", *options)
                    label = f"ours, read by {program.name}: {kind} {' '.join(options[1:])} SH {degree}"
                    bad += not attempt(
                        label, lambda: compared(program.read(made, kind), kind), ALLOWED[kind])
            for kind in program.writes:
                theirs = FOLDER / f"theirs.{kind}"

                def back():
                    program.write(theirs, kind, path)
                    made = convert(theirs, FOLDER / "back.ply")
                    return compared(read_ply(made.read_bytes()), kind)

                allowed = ALLOWED[kind]
                if (program.name, kind) in KNOWN:
                    reason = KNOWN[program.name, kind]
                    allowed = allowed[:5] + (None if reason else COARSE,)
                    if reason and degree > 0:
                        print(f"{program.name} {reason}: not compared")
                bad += not attempt(f"{program.name}'s, read by us: {kind} SH {degree}", back, allowed)
    print(f"{bad} checks differ")
    sys.exit(1 if bad else 0)


main()
