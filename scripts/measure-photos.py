# usage: scripts/measure-photos, which says what this does

import argparse
import json
import math
import pathlib
import shutil
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image

TEST_EVERY = 8


# ---------------------------------------------------------------- scenes

class Scene:
    """A COLMAP scene with PINHOLE cameras and PNG photos, as `splat undistort` writes it."""

    def __init__(self, folder):
        self.folder = folder
        self.cameras = self.read_cameras(folder / "sparse/0/cameras.bin")
        self.images = self.read_images(folder / "sparse/0/images.bin")
        self.points = self.read_points(folder / "sparse/0/points3D.bin")

    @staticmethod
    def read_cameras(path):
        data = path.read_bytes()
        (count,) = struct.unpack_from("<Q", data)
        cameras = {}
        for index in range(count):
            entry = struct.unpack_from("<IiQQ4d", data, 8 + index * 56)
            assert entry[1] == 1, f"{path}: PINHOLE was expected"
            cameras[entry[0]] = list(entry[2:])
        return cameras

    @staticmethod
    def read_images(path):
        data = path.read_bytes()
        (count,) = struct.unpack_from("<Q", data)
        images, offset = [], 8
        for _ in range(count):
            entry = struct.unpack_from("<I7dI", data, offset)
            end = data.index(b"\0", offset + 64)
            name = data[offset + 64:end].decode()
            (observations,) = struct.unpack_from("<Q", data, end + 1)
            offset = end + 9 + observations * 24
            images.append({
                "q": np.array(entry[1:5]), "t": np.array(entry[5:8]), "camera": entry[8],
                "name": name,
            })
        return sorted(images, key=lambda image: image["name"])

    @staticmethod
    def read_points(path):
        data = path.read_bytes()
        (count,) = struct.unpack_from("<Q", data)
        points, offset = [], 8
        for _ in range(count):
            entry = struct.unpack_from("<Q3d3BdQ", data, offset)
            offset += 51 + entry[8] * 8
            points.append(entry[1:4])
        return np.array(points).reshape(-1, 3)

    def write(self, target):
        """Writes the model to the folder `target`, whose points stay those of this scene."""
        sparse = target / "sparse/0"
        sparse.mkdir(parents=True)
        with open(sparse / "cameras.bin", "wb") as file:
            file.write(struct.pack("<Q", len(self.cameras)))
            for key, (width, height, *numbers) in self.cameras.items():
                file.write(struct.pack("<IiQQ4d", key, 1, width, height, *numbers))
        with open(sparse / "images.bin", "wb") as file:
            file.write(struct.pack("<Q", len(self.images)))
            for index, image in enumerate(self.images):
                file.write(struct.pack(
                    "<I7dI", index + 1, *image["q"], *image["t"], image["camera"]))
                file.write(image["name"].encode() + b"\0" + struct.pack("<Q", 0))
        shutil.copy(self.folder / "sparse/0/points3D.bin", sparse / "points3D.bin")


def rotation(q):
    w, x, y, z = q / np.linalg.norm(q)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


def product(a, b):
    return np.concatenate([
        [a[0] * b[0] - a[1:] @ b[1:]], a[0] * b[1:] + b[0] * a[1:] + np.cross(a[1:], b[1:])])


# ---------------------------------------------------------------- variants

def same(pixels, place, count):
    return pixels


def exposure(pixels, place, count):
    """Every second photo at 0.6 of its brightness."""
    return pixels * (0.6 if place % 2 else 1)


def linear(pixels, place, count):
    """Every second photo at 0.6 of its light, before sRGB's curve."""
    if place % 2 == 0:
        return pixels
    light = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4) * 0.6
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def drift(pixels, place, count):
    """Exposure and white balance that drift by a third of a stop."""
    turn = 2 * math.pi * place / count
    stops = np.array([math.sin(turn), math.sin(turn + 0.7), math.sin(2 * turn)]) / 3
    return pixels * 2 ** stops


def vignette(pixels, place, count):
    """Brightness that falls to a half in the corners."""
    height, width, _ = pixels.shape
    y, x = np.mgrid[0:height, 0:width]
    square = (x + 0.5 - width / 2) ** 2 + (y + 0.5 - height / 2) ** 2
    return pixels / (1 + square * 4 / (width ** 2 + height ** 2))[..., None]


def tones(pixels, place, count):
    """Every second photo with more contrast, which darkens shadows and brightens lights."""
    return pixels * pixels * (3 - 2 * pixels) if place % 2 else pixels


def box(pixels, place, count):
    """A striped box that walks to and fro through all photos."""
    height, width, _ = pixels.shape
    side = round(0.25 * min(height, width))
    turn = 2 * math.pi * place / count
    left = round((0.5 + 0.5 * math.sin(3 * turn)) * (width - side))
    top = round((0.5 + 0.25 * math.cos(2 * turn)) * (height - side))
    result = pixels.copy()
    stripes = (np.arange(side) // max(1, side // 6)) % 2
    colors = np.array([[0.8, 0.15, 0.1], [0.9, 0.85, 0.7]])
    result[top:top + side, left:left + side] = colors[stripes][None]
    return result


def half(pixels, place, count):
    """Every second photo at half its size."""
    if place % 2 == 0:
        return pixels
    height, width, _ = pixels.shape
    cut = pixels[:height // 2 * 2, :width // 2 * 2]
    return cut.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))


def moved(scene, image, pixels, random):
    """The pose moved so that points shift by about so many pixels, half of it by turning."""
    focal = scene.cameras[image["camera"]][2]
    turn, t = rotation(image["q"]), image["t"]
    depths = (scene.points @ turn.T + t)[:, 2]
    depth = np.median(depths[depths > 0])
    def direction():
        vector = random.normal(size=3)
        return vector / np.linalg.norm(vector)
    # A random direction in space moves points by sqrt(2/3) of its length on average.
    angle = pixels / focal * math.sqrt(0.5) / math.sqrt(2 / 3)
    q = np.concatenate([[math.cos(angle / 2)], math.sin(angle / 2) * direction()])
    image["t"] = rotation(q) @ t + direction() * angle * depth
    image["q"] = product(q, image["q"])


VARIANTS = {
    "clean": same, "exposure": exposure, "linear": linear, "drift": drift, "vignette": vignette,
    "tones": tones,
    "poses1": same, "poses3": same, "box": box, "half": half,
    "few12": same, "few6": same, "few3": same,
}
POSE_ERRORS = {"poses1": 1, "poses3": 3}
# How many photos, spread evenly over the scene's, are learnt from.
FEW = {"few12": 12, "few6": 6, "few3": 3}

# What is added to the command line of a training.
METHODS = {
    "off": "--appearance none",
    "exposure": "--appearance exposure",
    "grid": "--appearance grid",
    "poses": "--poses refine",
    "robust": "--robust",
    "all": "--appearance exposure --poses refine",
    "antialias": "--antialias",
    "points": "--depth points",
}


def make_variant(clean, variant, target):
    """Writes a variant of the scene in the folder `clean`."""
    scene = Scene(clean)
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "images").mkdir(parents=True)
    random = np.random.default_rng(zlib.crc32(variant.encode()))
    train = [image for index, image in enumerate(scene.images) if index % TEST_EVERY]
    smaller = {}
    for place, image in enumerate(train):
        pixels = np.asarray(Image.open(clean / "images" / image["name"]).convert("RGB")) / 255
        changed = VARIANTS[variant](pixels, place, len(train))
        if variant in POSE_ERRORS:
            moved(scene, image, POSE_ERRORS[variant], random)
        if changed.shape != pixels.shape:
            key = image["camera"]
            if key not in smaller:
                width, _, *numbers = scene.cameras[key]
                # An odd last column or row was cut off.
                factor = width // changed.shape[1]
                smaller[key] = max(scene.cameras) + 1
                scene.cameras[smaller[key]] = [
                    changed.shape[1], changed.shape[0], *(number / factor for number in numbers)]
            image["camera"] = smaller[key]
        data = np.round(np.clip(changed, 0, 1) * 255).astype(np.uint8)
        path = partial / "images" / image["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(data).save(path)
    for image in scene.images[::TEST_EVERY]:
        path = partial / "images" / image["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clean / "images" / image["name"], path)
    scene.write(partial)
    if variant in FEW:
        count = min(FEW[variant], len(train))
        chosen = [train[(2 * place + 1) * len(train) // (2 * count)] for place in range(count)]
        for name, images in [("train", chosen), ("test", scene.images[::TEST_EVERY])]:
            names = "".join(image["name"] + "\n" for image in images)
            (partial / f"{name}_list.txt").write_text(names)
    partial.rename(target)


# ---------------------------------------------------------------- trainings

def main():
    parser = argparse.ArgumentParser(prog="scripts/measure-photos")
    parser.add_argument("scenes", nargs="+", type=pathlib.Path)
    parser.add_argument("--splat", required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/photos"))
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--methods", default="off,exposure,poses,robust")
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--iterations", type=int, default=3000)
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], help="a setting of every training")
    parser.add_argument("--label", default="", help="distinguishes trainings with other settings")
    arguments = parser.parse_args()
    lines = arguments.out / "results.jsonl"
    arguments.out.mkdir(parents=True, exist_ok=True)
    done = {}
    if lines.exists():
        for line in lines.read_text().splitlines():
            row = json.loads(line)
            done[row["scene"], row["variant"], row["method"], row["seed"], row["label"]] = row

    for seed in arguments.seeds.split(","):
        for path in arguments.scenes:
            name = path.resolve().name
            clean = arguments.out / name / "clean"
            if not clean.exists():
                clean.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(
                    [arguments.splat, "undistort", path, clean, "--max-size",
                     str(arguments.size), "--quiet"], check=True)
            for variant in arguments.variants.split(","):
                folder = arguments.out / name / variant
                if not folder.exists():
                    make_variant(clean, variant, folder)
                for method in arguments.methods.split(","):
                    key = name, variant, method, int(seed), arguments.label
                    row = done.get(key) or train(arguments, folder, key)
                    if key not in done:
                        with open(lines, "a") as file:
                            file.write(json.dumps(row) + "\n")
                    print(json.dumps(row), flush=True)


def train(arguments, folder, key):
    name, variant, method, seed, label = key
    out = arguments.out / "models" / "-".join(str(part) for part in key if part != "")
    options = METHODS[method].split() + [part for s in arguments.set for part in ("--set", s)]
    subprocess.run(
        [arguments.splat, "train", folder, "-o", out, "--overwrite", "--eval", "--iterations",
         str(arguments.iterations), "--seed", str(seed), "--threads", str(arguments.threads),
         "--quiet", *options], check=True, stdout=subprocess.DEVNULL)
    results = json.loads((out / "results.json").read_text())
    row = {
        "scene": name, "variant": variant, "method": method, "seed": seed, "label": label,
        "iterations": arguments.iterations,
    }
    for value in results:
        if value.startswith(("psnr", "ssim")) or value in ("splats", "seconds"):
            row[value] = round(results[value], 4)
    shutil.rmtree(out)
    return row


main()
