"""Uses the viewer as a person would, and checks what comes of it.

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
    """How close two PNG files are, by the program's own measure."""
    for name, data in [("a", first), ("b", second)]:
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "picture.png").write_bytes(data)
    lines = splat("eval", "--images", folder / "a", folder / "b", "--json").splitlines()
    return json.loads(lines[-1])["psnr"]


def rendered(model, entry, folder, *options):
    """The picture that `splat render` makes of a camera."""
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
    server = Server("train", SCENE, "-o", out, "--eval", "--max-size", 320, "--splats", 20000, "--view")
    browser.open(server.address, is_training=True)
    samples = "return app.training.samples.length"
    before = browser.run(samples)
    chart = "return document.getElementById('loss').toDataURL()"
    image = browser.run(chart)
    until(lambda: browser.run(samples) > before + 20 and browser.run(chart) != image, "charts that move")
    browser.press("i", "o")
    until(lambda: browser.run("return !!app.overlay.points && app.overlay.showsCameras"), "the overlay")
    browser.save_screen(screens / "training.png")
    browser.press("i", "o", "t")
    until(lambda: browser.run("return app.compare.isOn && !!app.compare.photo"), "a photo beside the render")
    first = browser.element("cameras").get_attribute("value")
    browser.press("]")
    until(lambda: browser.element("cameras").get_attribute("value") != first, "the next camera")
    until(lambda: browser.run("return !!app.compare.photo"), "its photo")
    browser.save_screen(screens / "photo.png")
    browser.press("t")
    browser.click("pause")
    state = until(lambda: browser.element("training-state").text.startswith("Paused") and
                  browser.element("training-state").text, "a pause")
    time.sleep(0.6)
    assert browser.element("training-state").text == state, "the training goes on while it is paused"
    browser.click("save")
    until(lambda: "saved iteration" in browser.element("training-state").text, "what was saved")
    saved = list((out / "point_cloud").iterdir())
    assert len(saved) == 1 and (saved[0] / "point_cloud.ply").exists(), saved
    browser.run("window.confirm = () => true")
    browser.click("stop")
    server.process.wait(timeout=20)
    assert server.end() == 130, server.process.returncode
    until(lambda: "stopped" in browser.element("state").text, "the word that the training was stopped")
    return out


def try_looking(browser, model, folder, screens):
    server = Server("view", model)
    browser.open(server.address)
    size = browser.run("return app.picture.size()")
    start = browser.picture()
    browser.save_screen(screens / "desktop.png")
    assert not browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)")

    browser.drag((60, 0), (50, 10), (20, 5))
    header = browser.await_rest()
    assert (header["width"], header["height"]) == (size["width"], size["height"]), header
    moved = browser.picture()
    assert psnr(start, moved, folder / "moved") < 30, "the picture did not change"
    browser.press("j")
    entry = json.loads(browser.element("camera-text").get_attribute("value"))[0]
    close = psnr(moved, rendered(model, entry, folder / "render"), folder / "same")
    assert close >= 35, f"the page and splat render differ: {close} dB"

    pictures = [moved]
    for key, view in zip("2345", ["depth", "alpha", "count", "ellipsoids"]):
        browser.press(key)
        browser.await_rest()
        assert browser.run("return app.picture.shown.look.style.view") == view
        pictures.append(browser.picture())
        browser.save_screen(screens / f"{view}.png")
    assert len(set(pictures)) == 5, "two views look the same"
    browser.press("1")
    browser.await_rest()
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
    splat("render", model, "-o", folder / "path", "--path", folder / "path.json", "--size", "64x48", "--quiet")
    assert len(list((folder / "path").glob("*.png"))) == 9, "2 seconds of 4 frames, and the last one"
    first = json.loads(path)[0]
    assert all(abs(a - b) < 1e-9 for a, b in zip(first["position"], entry["position"]))


def try_keys(browser):
    """Everything that the pointer does can be done by keys."""
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
        until(lambda: browser.run("return JSON.stringify(app.camera.entry(9, 9))") != before, f"the key {key}")
        until(lambda: browser.run("return app.gestures.held.size") == 0, f"the end of the key {key}")
    browser.press("r")
    browser.await_rest()
    unreachable = browser.run("""
        return [...document.querySelectorAll('button, input, select, textarea')]
          .filter(element => element.tabIndex < 0).map(element => element.id);
        """)
    assert not unreachable, unreachable


def try_restart(browser, server, model):
    assert server.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: "bad" in browser.element("state").get_attribute("class"), "the word that it is gone")
    again = Server("view", model, port=server.port)
    until(lambda: browser.element("state").text == "connected", "the page that comes back")
    browser.drag((30, 0))
    browser.await_rest()
    return again


def try_phone(browser, address, screens):
    browser.size(390, 844, scale=2, is_phone=True)
    browser.open(address)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), "it is too wide"
    browser.save_screen(screens / "phone.png")
    distance = "return app.camera.distance"
    before = browser.run(distance)
    browser.touch([(150, 300), (240, 300)], [(130, 300), (260, 300)], [(100, 300), (290, 300)])
    until(lambda: browser.run(distance) < before * 0.8, "a model that comes nearer")
    place = "return app.camera.position"
    before = browser.run(place)
    browser.touch([(100, 300)], [(130, 310)], [(180, 320)])
    until(lambda: browser.run(place) != before, "a camera that follows one finger")
    browser.click("menu")
    until(lambda: browser.element("panel").is_displayed(), "the panel")
    small = browser.run("""
        return [...document.querySelectorAll('#panel button, #menu')]
          .filter(button => button.offsetParent && button.offsetHeight < 38).map(button => button.id);
        """)
    assert not small, f"too small for a finger: {small}"
    browser.await_rest()
    browser.save_screen(screens / "phone_panel.png")


def main():
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        screens = pathlib.Path(sys.argv[2]) if sys.argv[1:2] == ["--screenshots"] else folder / "screens"
        downloads = folder / "downloads"
        for each in [screens, downloads]:
            each.mkdir(parents=True, exist_ok=True)
        with Browser(downloads) as browser:
            model = try_training(browser, folder, screens)
            print("training: charts, overlay, photos, pause, save, stop")
            server, entry = try_looking(browser, model, folder, screens)
            print("looking: dragging, the same picture as splat render, all views")
            try_files(browser, model, entry, folder, downloads)
            try_keys(browser)
            print("screenshot, path, keys")
            assert not browser.errors(), browser.errors()
            server = try_restart(browser, server, model)
            print("the page comes back after the server does")
            try_phone(browser, server.address, screens)
            print("phone: pinching, turning, panel")
            assert server.end() == 0, "Ctrl-C is the way to end it"
    print(f"the viewer works in Chromium; {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
