"""``train``: a model from photos, by the command ``splat train`` in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Optional, Union

_PathLike = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Progress:
    """How far a training is: after every 100 iterations, and after the last."""

    iteration: int
    """The number of iterations made."""
    seconds: float
    """The time that they took."""
    loss: float
    """The mean loss of the last of them."""
    psnr: float
    """The mean PSNR of the photos that were trained on meanwhile, dB."""
    splats: int
    """The number of Gaussians."""
    memory: int
    """The bytes that the training has in use."""


@dataclass
class TrainingResult:
    """What a training leaves."""

    model: Optional[Path]
    """The model's PLY file, which ``load`` reads; None if nothing was saved."""
    stopped: bool
    """Whether a callback stopped it; ``train(scene, out, resume=True)`` continues."""
    iterations: int = 0
    """The number of iterations made."""
    splats: int = 0
    """The number of Gaussians."""
    seconds: float = 0.0
    """The time of the training."""
    psnr: Optional[float] = None
    """The mean PSNR of the held-out photos, dB, if there are any."""
    ssim: Optional[float] = None
    """Their mean SSIM."""


def train(
    scene: _PathLike,
    out: _PathLike,
    *,
    progress: Optional[Callable[[Progress], Any]] = None,
    **settings: Any,
) -> TrainingResult:
    """Trains a model on the photos of a scene: the files of ``splat train``, byte for byte.

    The training runs in a process of its own, which a KeyboardInterrupt and an exception of the
    callback stop as Ctrl-C does: it saves the model and a checkpoint first. The program is the one
    that ``SPLAT_COMMAND`` names, or else the one in the package, or else ``splat`` in PATH.

    Args:
        scene: a folder or zip archive with a COLMAP model and images, with transforms.json, or
            with OpenSfM's or OpenDroneMap's reconstruction.
        out: the folder for the results.
        progress: is called after every 100 iterations and after the last. If it returns False, the
            training saves and stops.
        settings: the command's options by their names with ``_`` for ``-`` (and ``from_`` for
            ``--from``): True gives an option without a value, False its ``--no-`` form where there
            is one, None leaves it out, a list joins its items by commas. ``set`` takes a
            dictionary of what ``splat train --list-settings`` lists.

    Returns:
        Where the model is, and how good it is.

    Raises:
        FileNotFoundError: the scene or one of its files does not exist.
        ValueError: the scene or a setting is wrong; the message is the command's.
        OSError: the results cannot be written.
        ImportError: there is no program ``splat``.

    Example::

        result = splat3d.train("scene", "out", iterations=7000, eval=True, progress=print)
        model = splat3d.load(result.model)
    """
    command = [
        _program(), "train", "--json", f"--output={os.fspath(out)}", *_options(settings),
        "--", os.fspath(scene),
    ]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            encoding="utf-8", errors="replace", start_new_session=True,
        ) as process:
            try:
                result = _follow(process, progress)
            except BaseException:
                # Ctrl-C in a terminal does not reach the program, which has a group of its own.
                process.send_signal(signal.SIGINT)
                process.communicate()
                raise
        errors.seek(0)
        lines = errors.read().decode(errors="replace").splitlines()
    for line in lines:
        if line.startswith("warning: "):
            warnings.warn(line[len("warning: "):], stacklevel=2)
    if process.returncode not in (0, 130) or (process.returncode == 130 and not result.stopped):
        raise _error(process.returncode, lines)
    return result


def _program() -> str:
    """The path of the program."""
    own = Path(__file__).with_name("splat")
    path = os.environ.get("SPLAT_COMMAND") or (str(own) if own.exists() else shutil.which("splat"))
    if path is None:
        raise ImportError(
            "splat3d.train needs the program splat, which is neither in the package nor in PATH; "
            "SPLAT_COMMAND names it"
        )
    return path


# The options that have a form with --no-.
_SWITCHES = {"antialias", "eval", "skip_bad_images", "invert_masks"}


def _options(settings: Dict[str, Any]) -> List[str]:
    """Settings as arguments of the command."""
    options = []
    for key, value in settings.items():
        name = key.rstrip("_")
        option = "--" + name.replace("_", "-")
        if name in ("json", "quiet", "output", "list_settings", "help", "version"):
            raise ValueError(f"{key} is not a setting of train")
        if value is None or (value is False and name not in _SWITCHES):
            continue
        if isinstance(value, bool):
            options.append(option if value else f"--no-{option[2:]}")
        elif name == "set":
            if not isinstance(value, dict):
                raise ValueError(f"set is {value!r}; expected a dictionary of names and values")
            options += [f"--set={own}={_text(item)}" for own, item in value.items()]
        elif isinstance(value, (list, tuple)):
            options.append(f"{option}={','.join(map(_text, value))}")
        else:
            options.append(f"{option}={_text(value)}")
    return options


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _follow(
    process: "subprocess.Popen[str]", progress: Optional[Callable[[Progress], Any]]
) -> TrainingResult:
    """Reads what the program reports until it ends."""
    result = TrainingResult(model=None, stopped=False)
    output: IO[str] = process.stdout  # type: ignore[assignment]
    for line in output:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        kind = event.get("event")
        if kind == "saved":
            result.model = Path(event["path"])
        elif kind == "progress":
            state = Progress(**{name: event[name] for name in Progress.__dataclass_fields__})
            result.iterations, result.splats = state.iteration, state.splats
            result.seconds = state.seconds
            if progress is not None and not result.stopped and progress(state) is False:
                result.stopped = True
                process.send_signal(signal.SIGINT)
        elif kind == "result":
            result.model = Path(event["model"])
            for name in ("iterations", "splats", "seconds", "psnr", "ssim"):
                if name in event:
                    setattr(result, name, event[name])
            # A request to stop that came after the last iteration changed nothing.
            result.stopped = False
    process.wait()
    return result


def _error(code: int, lines: List[str]) -> Exception:
    """What the exit code and the messages of the program say."""
    messages = [line for line in lines if not line.startswith("warning: ")]
    message = "\n".join(messages).replace("error: ", "", 1) or f"splat train ended with {code}"
    kinds = {64: ValueError, 65: ValueError, 66: FileNotFoundError, 73: OSError}
    return kinds.get(code, RuntimeError)(message)
