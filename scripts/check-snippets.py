"""Writes a package of all blocks of Swift in the documentation; scripts/check-snippets builds it."""
import pathlib
import re
import sys
import textwrap

# Modules of which an application has no use.
INTERNAL = ["SplatCommand", "SplatBenchmark", "SplatViewer"]

PACKAGE = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Snippets", platforms: [.macOS(.v15)],
  dependencies: [.package(name: "splat", path: "{root}", traits: [])],
  targets: [
    .target(
      name: "Snippets",
      dependencies: ["SplatEditing", "SplatFiles", "SplatTraining"].map {{
        .product(name: $0, package: "splat")
      }})
  ])
"""

IMPORTS = "import SplatEditing\nimport SplatFiles\nimport SplatTraining\n\n"

# What the blocks speak of without saying where it comes from.
CONTEXT = IMPORTS + """
func unknown<Value>() -> Value { fatalError() }
var splats: Splats { get { unknown() } set {} }
var settings: TrainingSettings { get { unknown() } set {} }
var camera: Camera { unknown() }
var photos: [(name: String, camera: Camera, photo: Photo)] { unknown() }
var points: PointCloud { unknown() }
var view: TrainingView { unknown() }
var views: [TrainingView] { unknown() }
var heldOutViews: TrainingPhotos { unknown() }
var renderer: Renderer { unknown() }
var loss: PhotoLoss { unknown() }
var gradient: FrameGradient { unknown() }
func gradient(of frame: Frame) -> FrameGradient { unknown() }
func show(_ splats: Splats?, _ progress: TrainingProgress? = nil) {}
"""


def blocks(path):
    """The blocks of Swift of a page, or of the comments of a source, with their lines."""
    prefix = r"[ ]*/// ?" if path.suffix == ".swift" else ""
    block, start = None, 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = re.sub("^" + prefix, "", line)
        if prefix and not re.match(prefix, line):
            continue
        if text.startswith("```"):
            if block is not None:
                yield start, "\n".join(block)
            block, start = ([], number + 1) if text == "```swift" else (None, 0)
        elif block is not None:
            block.append(text)


def source(index, path, line, block):
    body = "\n".join(row for row in block.splitlines() if not row.startswith("import "))
    place = f'#sourceLocation(file: "{path}", line: {line})\n'
    end = "\n#sourceLocation()\n"
    if body.startswith("@Setting"):
        return f"struct Snippet{index} {{\n{place}{body}{end}}}\n"
    return f"func snippet{index}() async throws {{\n{place}{textwrap.indent(body, '  ')}{end}}}\n"


def main(folder):
    root = pathlib.Path.cwd()
    pages = [root / "README.md", *sorted(root.glob("Sources/*/*.docc/*.md"))]
    pages += sorted(root.glob("Sources/*/**/*.swift"))
    found = [
        (page.relative_to(root), line, block)
        for page in pages
        if not any(part in INTERNAL for part in page.parts)
        for line, block in blocks(page)]
    target = folder / "Sources/Snippets"
    target.mkdir(parents=True, exist_ok=True)
    (folder / "Package.swift").write_text(PACKAGE.format(root=root))
    (target / "Context.swift").write_text(CONTEXT)
    (target / "Snippets.swift").write_text(
        IMPORTS + "\n".join(source(i, *snippet) for i, snippet in enumerate(found)))
    print(f"{len(found)} blocks of Swift in {len({page for page, _, _ in found})} files")


main(pathlib.Path(sys.argv[1]))
