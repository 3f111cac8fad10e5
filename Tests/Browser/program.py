"""Runs the built `splat`."""
import json
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/splat"


def splat(*arguments):
    """Runs a command to its end and returns what it printed."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"splat {arguments[0]} ended with {done.returncode}: {done.stderr}"
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A command that serves the page."""

    def __init__(self, *arguments, port=None):
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, arguments), "--port", str(self.port), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "viewing":
                self.address = event["address"]
                return
        code = self.process.wait()
        raise AssertionError(f"splat {arguments[0]} ended with {code} and served nothing")

    def end(self, number=signal.SIGINT):
        """Ends the command; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode

    def statistics(self):
        """The seconds of processor time so far, and the bytes of memory in use."""
        process = pathlib.Path(f"/proc/{self.process.pid}")
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        status = (process / "status").read_text()
        memory = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return (int(fields[11]) + int(fields[12])) / 100, int(memory.split()[1]) * 1024


def until(condition, what, seconds=15):
    """Waits until the result of `condition` is true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.03)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
