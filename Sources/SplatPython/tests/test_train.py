"""Training, by the command."""

import subprocess
from pathlib import Path

import pytest
import splat3d
from splat3d import _train

SCENE = Path(__file__).resolve().parents[3] / "scenes" / "still_life"
pytestmark = pytest.mark.skipif(not SCENE.exists(), reason="there is no scene beside the tests")
FAST = dict(iterations=300, max_size=96, splats=2000, sh_degree=1, seed=3)


@pytest.fixture(scope="module", autouse=True)
def program():
    try:
        return _train._program()
    except ImportError as error:
        pytest.skip(str(error))


def test_files_are_those_of_the_command(tmp_path, program):
    seen = []
    result = splat3d.train(SCENE, tmp_path / "own", progress=seen.append, eval=True, **FAST)
    options = [f"--{name.replace('_', '-')}={value}" for name, value in FAST.items()]
    subprocess.run(
        [program, "train", SCENE, "-o", tmp_path / "command", "--eval", "--quiet", *options],
        check=True,
    )
    place = Path("point_cloud/iteration_300/point_cloud.ply")
    assert result.model.samefile(tmp_path / "own" / place)
    assert result.model.read_bytes() == (tmp_path / "command" / place).read_bytes()
    assert [state.iteration for state in seen] == [100, 200, 300]
    assert not result.stopped and result.iterations == 300
    assert seen[-1].splats == result.splats
    assert result.psnr > 10


def test_a_callback_stops_and_the_run_goes_on(tmp_path):
    whole = splat3d.train(SCENE, tmp_path / "whole", **FAST)
    stopped = splat3d.train(
        SCENE, tmp_path / "parts", progress=lambda state: False, **FAST
    )
    assert stopped.stopped and 100 <= stopped.iterations < 300 and stopped.model.exists()
    rest = splat3d.train(SCENE, tmp_path / "parts", resume=True, **FAST)
    assert not rest.stopped and rest.iterations == 300
    assert rest.model.read_bytes() == whole.model.read_bytes()


def test_an_exception_of_the_callback_saves_and_comes_through(tmp_path):
    def callback(state):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        splat3d.train(SCENE, tmp_path, progress=callback, **FAST)
    assert (tmp_path / "checkpoint.bin").exists()


def test_what_is_wrong_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        splat3d.train(tmp_path / "nothing", tmp_path / "out")
    with pytest.raises(ValueError, match="iterations"):
        splat3d.train(SCENE, tmp_path / "out", iterations=-1)
    with pytest.raises(ValueError, match="no-such"):
        splat3d.train(SCENE, tmp_path / "out", no_such="1")
    with pytest.raises(ValueError, match="set is 3; expected a dictionary"):
        splat3d.train(SCENE, tmp_path / "out", set=3)
    with pytest.raises(ValueError, match="json is not a setting"):
        splat3d.train(SCENE, tmp_path / "out", json=True)
    assert not (tmp_path / "out").exists()


def test_settings_become_options():
    assert _train._options(
        dict(from_="a.ply", eval=False, overwrite=True, resume=False, memory=None,
             save_iterations=[10, 20], set={"a": 1, "b": True})
    ) == [
        "--from=a.ply", "--no-eval", "--overwrite", "--save-iterations=10,20", "--set=a=1",
        "--set=b=true",
    ]
