"""Trains scenes with several seeds and budgets; scripts/measure-quality says how it is used."""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys

SCENES = ["fox_colmap", "lego200", "alexander_colmap"]


def arguments(words, home):
    parser = argparse.ArgumentParser(prog="scripts/measure-quality")
    parser.add_argument("scenes", nargs="*", type=pathlib.Path)
    parser.add_argument("-o", "--out", type=pathlib.Path, default=home / "out/quality")
    parser.add_argument("--budget", default="12s,30s,60s,180s,30000")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--label", default="plain")
    parser.add_argument("--splat", type=pathlib.Path)
    more = []
    if "--" in words:
        at = words.index("--")
        words, more = words[:at], words[at + 1:]
    result = parser.parse_args(words)
    result.options = more
    result.budgets = result.budget.split(",")
    if not result.scenes:
        folder = pathlib.Path(os.environ.get("SPLAT_SCENES", "."))
        result.scenes = [home / "scenes/still_life"]
        result.scenes += [folder / name for name in SCENES if (folder / name).is_dir()]
    missing = [str(scene) for scene in result.scenes if not scene.exists()]
    if missing:
        parser.error(f"no such scene: {', '.join(missing)}")
    return result


def program(home, given):
    if given:
        return given.resolve()
    subprocess.run([home / "scripts/install-libraries"], check=True)
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "splat", "--package-path", home],
        check=True, stdout=sys.stderr)
    return home / ".build/release/splat"


def key(row):
    return (row["label"], row["scene"], row["budget"], row["seed"], tuple(row["options"]))


def measure(splat, scene, row, folder):
    """Trains and evaluates one model; adds what came out to `row`."""
    if folder.exists():
        shutil.rmtree(folder)
    budget = row["budget"]
    limit = ["--iterations", budget] if budget.isdigit() else ["--time", budget]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [splat, "train", scene, "-o", folder, "--eval", "--quiet", "--seed", str(row["seed"]),
         *limit, *row["options"]], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    results = json.loads((folder / "results.json").read_text())
    row["processor_seconds"] = round(after.ru_utime - before.ru_utime, 1)
    for name in ["seconds", "iterations", "peak_memory"]:
        row[name] = results[name]
    # How far the end of the run is from its best moment, by the photos measured on the way.
    curve = [
        line["test_psnr"] for line in map(json.loads, open(folder / "metrics.jsonl"))
        if "test_psnr" in line
    ]
    if curve:
        row["below_best"] = round(max(curve) - curve[-1], 3)
    text = subprocess.run(
        [splat, "eval", folder, "--scene", scene, "--json"], check=True, stdout=subprocess.PIPE,
        text=True).stdout
    last = json.loads(text.splitlines()[-1])
    del last["event"]
    row.update({name: round(v, 5) if isinstance(v, float) else v for name, v in last.items()})
    return row


def groups(rows):
    """Rows of the same label, scene and budget, in the order of their first."""
    result = {}
    for row in rows:
        result.setdefault(key(row)[:3] + key(row)[4:], []).append(row)
    return list(result.values())


def value(rows, name, digits, scale=1.0):
    """The mean over seeds with half of the range, if there are several."""
    values = [row[name] * scale for row in rows if row.get(name) is not None]
    if not values:
        return ""
    text = f"{statistics.fmean(values):,.{digits}f}"
    if len(values) > 1:
        text += f" ± {(max(values) - min(values)) / 2:,.{digits}f}"
    return text


def table(rows):
    columns = [
        ("Seconds", "seconds", 0, 1), ("PSNR", "psnr", 2, 1), ("SSIM", "ssim", 4, 1),
        ("corrected", "psnr_corrected", 2, 1), ("no border", "psnr_inside_border", 2, 1),
        ("covered", "psnr_covered", 2, 1), ("below best", "below_best", 2, 1),
        ("other background", "psnr_other_background", 2, 1), ("half size", "psnr_half_size", 2, 1),
        ("double size", "psnr_double_size", 2, 1), ("see-through %", "see_through", 2, 100),
        ("needles %", "needles", 2, 100), ("faint %", "faint", 1, 100),
        ("Gaussians", "splats", 0, 1),
    ]
    labels = {row["label"] for row in rows}
    head = ["Scene", "Budget", "Seeds"] + (["Label"] if len(labels) > 1 else [])
    print("| " + " | ".join(head + [title for title, *_ in columns]) + " |")
    print("|---" * (len(head) + len(columns)) + "|")
    for group in groups(rows):
        first = group[0]
        start = [first["scene"], first["budget"], str(len(group))]
        if len(labels) > 1:
            start.append(first["label"])
        cells = [value(group, name, digits, scale) for _, name, digits, scale in columns]
        print("| " + " | ".join(start + cells) + " |")


def plot(rows, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(12, 4.5), layout="constrained")
    lines = {}
    for group in groups(rows):
        lines.setdefault((group[0]["scene"], group[0]["label"]), []).append(group)
    several = len({label for _, label in lines}) > 1
    for (scene, label), line in lines.items():
        line.sort(key=lambda group: statistics.fmean(row["seconds"] for row in group))
        psnr = [statistics.fmean(row["psnr"] for row in group) for group in line]
        spread = [
            [p - min(row["psnr"] for row in group) for p, group in zip(psnr, line)],
            [max(row["psnr"] for row in group) - p for p, group in zip(psnr, line)],
        ]
        for axis, name in zip(axes, ["seconds", "splats"]):
            axis.errorbar(
                [statistics.fmean(row[name] for row in group) for group in line], psnr, spread,
                marker="o", capsize=3, label=f"{scene}, {label}" if several else scene)
    for axis, name in zip(axes, ["seconds of training", "Gaussians"]):
        axis.set(xscale="log", xlabel=name, ylabel="PSNR of held-out photos, dB")
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.savefig(path, dpi=110)


def main():
    home = pathlib.Path(sys.argv[1])
    options = arguments(sys.argv[2:], home)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "results.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {key(row) for row in rows}
    wanted = [
        (scene.resolve(), {
            "label": options.label, "scene": scene.resolve().name, "budget": budget, "seed": seed,
            "options": options.options})
        for budget in options.budgets for seed in range(options.seeds) for scene in options.scenes
    ]
    left = [(scene, row) for scene, row in wanted if key(row) not in done]
    splat = program(home, options.splat) if left else None
    for number, (scene, row) in enumerate(left, 1):
        name = f"{row['scene']}, {row['budget']}, seed {row['seed']}"
        print(f"{number} of {len(left)}: {name}", file=sys.stderr)
        row = measure(splat, scene, row, options.out / "run")
        rows.append(row)
        with open(path, "a") as file:
            file.write(json.dumps(row) + "\n")
    shutil.rmtree(options.out / "run", ignore_errors=True)
    table(rows)
    plot(rows, options.out / "quality.png")
    print(options.out / "quality.png")


main()
