"""Builds the wheel: a PEP 517 backend that needs Python's own library alone (3.11 or newer).

The folder ``splat3d`` must hold libsplat.so, which scripts/build-wheel puts there. The same files
give the same wheel, byte for byte.
"""

import base64
import ctypes
import hashlib
import stat
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TAG = "py3-none-manylinux_2_34_x86_64"


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Writes the wheel into a folder, and returns its name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = ROOT / "splat3d"
    library = package / "libsplat.so"
    if not library.exists():
        raise SystemExit(f"{library} does not exist; scripts/build-wheel makes it")
    version = _version(library)
    stem = f"{project['name']}-{version}"
    information = f"{stem}.dist-info"
    files = {
        f"splat3d/{path.name}": path.read_bytes()
        for path in sorted(package.iterdir())
        if path.suffix in (".py", ".typed") or path.name == "splat" or ".so" in path.suffixes
    }
    licenses = sorted((ROOT / "licenses").iterdir())
    for path in licenses:
        files[f"{information}/licenses/{path.name}"] = path.read_bytes()
    files[f"{information}/METADATA"] = _metadata(project, version, licenses).encode()
    files[f"{information}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: splat\nRoot-Is-Purelib: false\nTag: {TAG}\n"
    ).encode()
    record = f"{information}/RECORD"
    lines = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items()]
    files[record] = ("".join(lines) + f"{record},,\n").encode()

    name = f"{stem}-{TAG}.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            # pip makes a file executable only if it is said to be a regular one.
            mode = 0o755 if ".so" in path or path.endswith("/splat") else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            wheel.writestr(entry, data, compresslevel=9)
    return name


def _version(library):
    """The version that the library says it is."""
    version = ctypes.CDLL(str(library)).splat_version
    version.restype = ctypes.c_char_p
    return version().decode()


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _metadata(project, version, licenses):
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        *(f"License-File: {path.name}" for path in licenses),
        f"Requires-Python: {project['requires-python']}",
    ]
    lines += [f"Classifier: {value}" for value in project["classifiers"]]
    lines += [f"Requires-Dist: {value}" for value in project["dependencies"]]
    for extra, needs in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {value}; extra == "{extra}"' for value in needs]
    lines.append("Description-Content-Type: text/markdown")
    return "\n".join(lines) + "\n\n" + (ROOT / project["readme"]).read_text()
