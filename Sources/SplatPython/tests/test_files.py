"""Models in files."""

import numpy as np
import pytest
import splat3d


@pytest.fixture(scope="module", autouse=True)
def library():
    from splat3d import _files

    try:
        _files._library_of_files()
    except ImportError as error:
        pytest.skip(str(error))


def model(count=300, degree=2):
    random = np.random.default_rng(1)
    return splat3d.Gaussians(
        means=random.normal(0, 1, (count, 3)).astype(np.float32),
        quats=random.normal(0, 1, (count, 4)).astype(np.float32),
        log_scales=random.uniform(-5, -1, (count, 3)).astype(np.float32),
        opacity_logits=random.normal(0, 2, count).astype(np.float32),
        sh=random.normal(0, 0.2, (count, (degree + 1) ** 2, 3)).astype(np.float32),
    )


def test_ply_keeps_every_bit(tmp_path):
    written = model()
    splat3d.save(written, tmp_path / "model.ply")
    read = splat3d.load(tmp_path / "model.ply")
    assert read.format == "ply" and read.sh_degree == 2 and len(read) == 300
    for name in ("means", "quats", "log_scales", "opacity_logits", "sh"):
        assert np.array_equal(getattr(read, name), getattr(written, name)), name
    same = splat3d.load((tmp_path / "model.ply").read_bytes())
    assert np.array_equal(same.sh, read.sh)


@pytest.mark.parametrize(
    "name", ["a.ply", "a.compressed.ply", "a.splat", "a.spz", "a.sog", "a.glb", "a.gltf"]
)
def test_every_format_that_is_written_is_read(tmp_path, name):
    written = model(degree=0)
    splat3d.save(written, tmp_path / name)
    read = splat3d.load(tmp_path / name)
    assert len(read) == 300
    order = lambda means: means[np.lexsort(np.round(means, 1).T)]
    spread = np.abs(order(read.means) - order(written.means))
    assert np.median(spread) < 0.01


def test_a_model_is_drawn_with_its_own_arguments():
    gaussians = model()
    view = np.eye(4)
    view[2, 3] = 4
    images, alphas, _ = splat3d.render(
        **gaussians.arguments(), viewmats=view[None],
        Ks=np.array([[[60.0, 0, 32], [0, 60, 24], [0, 0, 1]]]), width=64, height=48,
    )
    assert np.isfinite(images).all() and alphas.max() > 0.5


def test_wrong_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.ply"):
        splat3d.load(tmp_path / "nothing.ply")
    (tmp_path / "bad.ply").write_bytes(b"ply\nformat ascii 2.0\n")
    with pytest.raises(ValueError, match="bad.ply"):
        splat3d.load(tmp_path / "bad.ply")
    with pytest.raises(ValueError, match="short.spz"):
        splat3d.load(b"NGSP", name="short.spz")
    with pytest.raises(OSError, match="nowhere"):
        splat3d.save(model(), tmp_path / "nowhere" / "model.ply")
    wrong = model()
    wrong.quats = wrong.quats[:5]
    with pytest.raises(ValueError, match=r"quats has shape \(5, 4\); expected \(300, 4\)"):
        splat3d.save(wrong, tmp_path / "model.ply")
    with pytest.raises(ValueError, match="format is 'obj'; expected one of ply"):
        splat3d.save(model(), tmp_path / "model.ply", format="obj")
    with pytest.raises(ValueError, match="sh_bits"):
        splat3d.save(model(), tmp_path / "model.spz", sh_bits=9)
    assert not (tmp_path / "model.ply").exists()
