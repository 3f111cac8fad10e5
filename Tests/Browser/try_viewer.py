"""Uses the viewer as a person would, and checks the results.

try_viewer.py [--screenshots FOLDER]
"""
import json
import pathlib
import signal
import sys
import tempfile
import time

from browser import Browser
from program import ROOT, Server, splat, until

SCENE = ROOT / "scenes/still_life"


def psnr(first, second, folder):
    """The PSNR between two PNG files, measured by the program itself."""
    for name, data in [("a", first), ("b", second)]:
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "picture.png").write_bytes(data)
    lines = splat("eval", "--images", folder / "a", folder / "b", "--json").splitlines()
    return json.loads(lines[-1])["psnr"]


def rendered(model, entry, folder, *options):
    """The picture that `splat render` draws from a camera."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cameras.json").write_text(json.dumps([{**entry, "img_name": "camera"}]))
    splat("render", model, "-o", folder, "--path", folder / "cameras.json", "--quiet", *options)
    return (folder / "camera.png").read_bytes()


def downloaded(folder, name):
    path = folder / name
    until(lambda: path.exists() and path.stat().st_size > 0, f"the file {name}")
    time.sleep(0.1)
    data = path.read_bytes()
    path.unlink()
    return data


def try_training(browser, folder, screens):
    out = folder / "out"
    server = Server(
        "train", SCENE, "-o", out, "--eval", "--max-size", 320, "--splats", 20000, "--view")

    # Charts change, and the overlay appears.
    browser.open(server.address, is_training=True)
    samples = "return app.training.samples.length"
    before = browser.run(samples)
    chart = "return document.getElementById('loss').toDataURL()"
    image = browser.run(chart)
    until(lambda: browser.run(samples) > before + 20 and browser.run(chart) != image,
          "charts that change")
    browser.press("i", "o")
    until(lambda: browser.run("return !!app.overlay.points && app.overlay.showsCameras"),
          "the overlay")
    browser.save_screen(screens / "training.png")

    # A photo beside its render, and the next one.
    browser.press("i", "o", "t")
    until(lambda: browser.run("return app.comparison.isOn && !!app.comparison.photo"),
          "a photo beside the render")
    first = browser.element("cameras").get_attribute("value")
    browser.press("]")
    until(lambda: browser.element("cameras").get_attribute("value") != first, "the next camera")
    until(lambda: browser.run("return !!app.comparison.photo"), "its photo")
    browser.save_screen(screens / "photo.png")
    browser.press("t")

    # A paused training does nothing but save.
    browser.click("pause")
    state = until(lambda: browser.element("training-state").text.startswith("Paused") and
                  browser.element("training-state").text, "a pause")
    time.sleep(0.6)
    assert browser.element("training-state").text == state, "a paused training goes on"
    browser.click("save")
    until(lambda: "saved iteration" in browser.element("training-state").text,
          "the note about what was saved")
    saved = list((out / "point_cloud").iterdir())
    assert len(saved) == 1 and (saved[0] / "point_cloud.ply").exists(), saved

    # A stopped training ends the program.
    browser.run("window.confirm = () => true")
    browser.click("stop")
    server.process.wait(timeout=20)
    assert server.end() == 130, server.process.returncode
    until(lambda: "stopped" in browser.element("state").text,
          "the note that the training was stopped")
    assert "bad" not in browser.element("state").get_attribute("class"), "a planned end in red"
    return out


def try_finished(browser, folder, screens):
    """The page stays after the end of a training."""
    out = folder / "finished"
    server = Server(
        "train", SCENE, "-o", out, "--eval", "--max-size", 200, "--splats", 5000,
        "--iterations", 900, "--view")
    browser.open(server.address, is_training=True)
    until(lambda: browser.element("state").text == "training finished", "the end", seconds=120)
    browser.await_full_picture()
    assert browser.element("training-state").text.startswith("Finished after 900 iterations")
    assert not browser.element("stop").is_displayed(), "there is nothing to stop any more"
    assert browser.run("return app.training.heldOut.length") > 2, "a curve of held-out photos"
    before = browser.picture()
    browser.drag((60, 0), (50, 10))
    browser.await_full_picture()
    assert browser.picture() != before, "the finished model does not turn"
    browser.save_screen(screens / "finished.png")

    # A page that is opened after the end shows the same.
    browser.open(server.address, is_training=True)
    until(lambda: browser.element("state").text == "training finished", "the end, seen later")
    assert (out / "results.json").exists()
    assert server.end() == 0, "Ctrl-C ends a finished training in success"
    until(lambda: "ended" in browser.element("state").text, "the note that the program has ended")
    assert "bad" not in browser.element("state").get_attribute("class"), "a planned end in red"
    browser.save_screen(screens / "ended.png")


def try_viewing(browser, model, folder, screens):
    # The page requests nothing but itself.
    server = Server("view", model)
    browser.open(server.address)
    size = browser.run("return app.picture.size()")
    start = browser.picture()
    browser.save_screen(screens / "desktop.png")
    assert not browser.run(
        "return performance.getEntriesByType('resource').map(entry => entry.name)")

    # After a drag it shows what splat render draws.
    browser.drag((60, 0), (50, 10), (20, 5))
    header = browser.await_full_picture()
    assert (header["width"], header["height"]) == (size["width"], size["height"]), header
    moved = browser.picture()
    assert psnr(start, moved, folder / "moved") < 30, "the picture did not change"
    browser.press("j")
    entry = json.loads(browser.element("camera-text").get_attribute("value"))[0]
    close = psnr(moved, rendered(model, entry, folder / "render"), folder / "same")
    assert close >= 35, f"the page and splat render differ: {close} dB"

    # Each view is another picture.
    pictures = [moved]
    for key, view in zip("2345", ["depth", "alpha", "count", "ellipsoids"]):
        browser.press(key)
        browser.await_full_picture()
        assert browser.run("return app.picture.shown.request.style.view") == view
        pictures.append(browser.picture())
        browser.save_screen(screens / f"{view}.png")
    assert len(set(pictures)) == 5, "two views are the same"
    browser.press("1")
    browser.await_full_picture()
    assert browser.picture() == moved, "the colours do not come back"
    return server, entry


def try_files(browser, model, entry, folder, downloads):
    """Screenshots and paths."""
    browser.element("shot-width").send_keys("321")
    browser.element("shot-height").send_keys("200")
    browser.click("shot")
    shot = downloaded(downloads, "splat.png")
    small = browser.run("return app.camera.entry(321, 200)")
    close = psnr(shot, rendered(model, small, folder / "shot"), folder / "shot_same")
    assert close >= 60, f"the screenshot and splat render differ: {close} dB"
    browser.run("document.getElementById('stage').focus()")
    browser.press("k")
    browser.drag((40, -30))
    browser.press("k")
    browser.run("document.getElementById('key-rate').value = 4")
    browser.run("app.panel.savePath()")
    path = downloaded(downloads, "path.json")
    (folder / "path.json").write_bytes(path)
    splat("render", model, "-o", folder / "path", "--path", folder / "path.json",
          "--size", "64x48", "--quiet")
    frames = list((folder / "path").glob("*.png"))
    assert len(frames) == 9, "2 seconds of 4 frames, and the last one"
    first = json.loads(path)[0]
    assert all(abs(a - b) < 1e-9 for a, b in zip(first["position"], entry["position"]))


def try_keys(browser):
    """The keys do everything that the pointer does."""
    for key in ["w", "s", "a", "d", "q", "e", "z", "f", "g", "-"]:
        before = browser.run("return JSON.stringify(app.camera.entry(9, 9))")
        browser.run("""
            const code = arguments[0] === '-' ? 'Minus' : 'Key' + arguments[0].toUpperCase();
            document.getElementById('stage').focus();
            const send = type => document.activeElement.dispatchEvent(
              new KeyboardEvent(type, { key: arguments[0], code, bubbles: true }));
            send('keydown');
            setTimeout(() => send('keyup'), 120);
            """, key)
        until(lambda: browser.run("return JSON.stringify(app.camera.entry(9, 9))") != before,
              f"the key {key}")
        until(lambda: browser.run("return app.gestures.held.size") == 0,
              f"the release of the key {key}")
    browser.press("r")
    browser.await_full_picture()
    unreachable = browser.run("""
        return [...document.querySelectorAll('button, input, select, textarea')]
          .filter(element => element.tabIndex < 0).map(element => element.id);
        """)
    assert not unreachable, unreachable


def try_restart(browser, server, model):
    assert server.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: "bad" in browser.element("state").get_attribute("class"),
          "the note that the connection is lost")
    again = Server("view", model, port=server.port)
    until(lambda: browser.element("state").text == "connected", "the page to reconnect")
    browser.drag((30, 0))
    browser.await_full_picture()
    return again


def try_phone(browser, address, screens):
    browser.size(390, 844, scale=2, is_phone=True)
    browser.open(address)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), "too wide"
    browser.save_screen(screens / "phone.png")
    distance = "return app.camera.distance"
    before = browser.run(distance)
    browser.touch([(150, 300), (240, 300)], [(130, 300), (260, 300)], [(100, 300), (290, 300)])
    until(lambda: browser.run(distance) < before * 0.8, "a model that is closer")
    position = "return app.camera.position"
    before = browser.run(position)
    browser.touch([(100, 300)], [(130, 310)], [(180, 320)])
    until(lambda: browser.run(position) != before, "a camera that follows one finger")
    browser.click("menu")
    until(lambda: browser.element("panel").is_displayed(), "the panel")
    small = browser.run("""
        return [...document.querySelectorAll('#panel button, #menu')]
          .filter(button => button.offsetParent && button.offsetHeight < 38)
          .map(button => button.id);
        """)
    assert not small, f"too small for a finger: {small}"
    browser.await_full_picture()
    browser.save_screen(screens / "phone_panel.png")


def main():
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        screens = folder / "screens"
        if sys.argv[1:2] == ["--screenshots"]:
            screens = pathlib.Path(sys.argv[2])
        downloads = folder / "downloads"
        for each in [screens, downloads]:
            each.mkdir(parents=True, exist_ok=True)
        with Browser(downloads) as browser:
            model = try_training(browser, folder, screens)
            print("training: charts, overlay, photos, pause, save, stop")
            try_finished(browser, folder, screens)
            print("finished training: the model and its charts stay")
            server, entry = try_viewing(browser, model, folder, screens)
            print("viewing: dragging, the same picture as splat render, all views")
            try_files(browser, model, entry, folder, downloads)
            try_keys(browser)
            print("screenshot, path, keys")
            errors = browser.errors()
            assert not errors, errors
            server = try_restart(browser, server, model)
            print("the page reconnects after the server has been restarted")
            try_phone(browser, server.address, screens)
            print("phone: pinching, turning, panel")
            assert server.end() == 0, "Ctrl-C ends the viewer in success"
    print(f"the viewer works in Chromium; {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
