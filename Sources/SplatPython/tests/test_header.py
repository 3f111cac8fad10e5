"""The structures of the package are those of the headers, where there is a checkout."""

import ctypes
import re
from pathlib import Path

import pytest
from splat3d import _files, _library

FOLDER = Path(__file__).resolve().parents[2] / "SplatC" / "include"
NAMES = {
    "splat_context_options": _library.ContextOptions,
    "splat_gaussians": _library.Gaussians,
    "splat_camera": _library.Camera,
    "splat_render_options": _library.RenderOptions,
    "splat_outputs": _library.Outputs,
    "splat_image_gradients": _library.ImageGradients,
    "splat_gradients": _library.Gradients,
    "splat_files_info": _files.Info,
    "splat_files_arrays": _files.Arrays,
    "splat_files_options": _files.WriteOptions,
}
TYPES = {
    "size_t": ctypes.c_size_t, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32,
    "float": ctypes.c_float, "double": ctypes.c_double,
}


def declared():
    """The structures of the headers: their members' names and types."""
    text = "".join((FOLDER / name).read_text() for name in ("splat.h", "splat_files.h"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", text, flags=re.S):
        members = []
        for line in body.split(";"):
            words = line.replace("const ", "").replace("SPLAT_NULLABLE", "").split()
            if not words:
                continue
            kind, names = words[0], " ".join(words[1:]).split(",")
            for member in names:
                size = re.search(r"\[(\d+)\]", member)
                bare = re.sub(r"\[\d+\]|\*", "", member).strip()
                if "*" in member:
                    members.append((bare, None))
                else:
                    members.append((bare, TYPES[kind] * int(size[1]) if size else TYPES[kind]))
        yield name, members


@pytest.mark.skipif(not FOLDER.exists(), reason="there are no headers beside the tests")
def test_structures_are_those_of_the_headers():
    found = dict(declared())
    assert sorted(found) == sorted(NAMES)
    for name, members in found.items():
        own = [
            (member, None if kind in (ctypes.c_void_p, ctypes.c_char_p) else kind)
            for member, kind in NAMES[name]._fields_
        ]
        assert own == members, name
