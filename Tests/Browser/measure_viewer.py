"""Measures the viewer: frames a second, latency in Chromium, and the cost of faulty pages.

measure_viewer.py MODEL ...
"""
import math
import pathlib
import random
import statistics
import sys
import tempfile
import time

from browser import Browser
from program import Server
from socket_page import SocketPage

SIZES = [(640, 360), (960, 540), (1280, 720), (1920, 1080)]
STYLE = {"view": "color", "background": [0, 0, 0], "antialias": False, "near": 0.01, "shDegree": 3,
         "splatScale": 1, "minimumOpacity": 0}


def drag(browser, seconds):
    """Moves the mouse 60 times a second over the picture with its button held."""
    def mouse(kind, x, y):
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {
            "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1})
    mouse("mousePressed", 200, 200)
    begin = time.monotonic()
    step = 0
    while time.monotonic() - begin < seconds:
        step += 1
        mouse("mouseMoved", 200 + 60 * math.sin(step / 20), 200 + 10 * math.cos(step / 20))
        time.sleep(max(0, begin + step / 60 - time.monotonic()))
    mouse("mouseReleased", 200, 200)


def measure_flow(browser, server, width, height):
    # Drag until the resolution has settled, then record.
    browser.size(width, height)
    browser.open(server.address)
    browser.run("document.body.classList.add('closed')")
    drag(browser, 1.5)
    browser.await_full_picture()
    browser.run("""
        app.picture.times = [];
        app.picture.latencies = [];
        app.sizes = app.sizes || [];
        const show = app.picture.onShown;
        app.picture.onShown = shown => {
          if (shown.request.moving) app.sizes.push(shown.header.width);
          show(shown);
        };
        """)
    drag(browser, 4)
    browser.await_full_picture(is_lossless=False)
    flow = browser.run(
        "return { times: app.picture.times, latencies: app.picture.latencies, sizes: app.sizes }")
    browser.await_full_picture()

    # Measure the time from the end of a movement to the full picture, in milliseconds.
    delays = []
    for turn in range(9):
        delays.append(browser.driver.execute_async_script("""
            const done = arguments[0];
            const begin = performance.now();
            app.camera.orbit(0.02, 0, app.up);
            app.moved();
            const check = () => {
              const { shown, serial, needsRequest, needsFullSize } = app.picture;
              const isNewest = !needsRequest && shown.header.serial === serial;
              if (isNewest && !needsFullSize && !shown.request.moving) {
                done(performance.now() - begin);
              } else requestAnimationFrame(check);
            };
            requestAnimationFrame(check);
            """))
        browser.await_full_picture()

    seconds = (flow["times"][-1] - flow["times"][0]) / 1000
    return {
        "rate": (len(flow["times"]) - 1) / seconds, "latency": statistics.median(flow["latencies"]),
        "slow": sorted(flow["latencies"])[len(flow["latencies"]) * 95 // 100],
        "drawn": statistics.median(flow["sizes"]), "delay": statistics.median(delays)}


def request(page, serial, camera, is_moving=True):
    page.send({"type": "view", "serial": serial, "moving": is_moving, "camera": camera,
               "style": STYLE})


def measure_clients(server, camera):
    """The bytes of memory for each additional page, from 15 of them."""
    pages = []
    resident = []
    for count in range(16):
        if count:
            pages.append(SocketPage(server.port))
        for page in pages:
            request(page, 1000 + count, camera, is_moving=False)
        for page in pages:
            # As JPEG and without loss.
            page.picture()
            page.picture()
        time.sleep(0.2)
        resident.append(server.statistics()[1])
    for page in pages:
        page.close()
    return (resident[-1] - resident[1]) / 14


def measure_faults(server, camera):
    # One good page, and one that never reads.
    generator = random.Random(5)
    good = SocketPage(server.port)
    silent = SocketPage(server.port, receive_buffer=4096)
    request(silent, 1, {**camera, "width": 1920, "height": 1080}, is_moving=False)

    # Pages that send random bytes come and go meanwhile.
    counts = {"malformed": 0, "dropped": 0, "pictures": 0}
    others = []
    before = server.statistics()[1]
    peak = before
    begin = time.monotonic()
    waits = []
    for turn in range(10_000):
        bad = SocketPage(server.port)
        length = generator.randrange(1, 400)
        bad.send_bytes(bytes(generator.randrange(256) for _ in range(length)))
        counts["malformed"] += 1
        others.append(bad)
        if len(others) > 50 or generator.random() < 0.5:
            others.pop(generator.randrange(len(others))).close()
            counts["dropped"] += 1
        if turn % 20 == 0:
            asked = time.monotonic()
            request(good, turn + 1, camera)
            good.picture()
            waits.append((time.monotonic() - asked) * 1000)
            counts["pictures"] += 1
            peak = max(peak, server.statistics()[1])

    # The memory that is left when all have gone.
    seconds = time.monotonic() - begin
    for page in [*others, good, silent]:
        page.close()
    time.sleep(1)
    after = server.statistics()[1]
    return counts, seconds, statistics.median(waits), before, peak, after


def main():
    models = [pathlib.Path(argument) for argument in sys.argv[1:]]
    assert models, "a model is needed"
    with tempfile.TemporaryDirectory() as downloads, Browser(downloads) as browser:
        for model in models:
            # Frames a second and latency in windows of several sizes.
            server = Server("view", model)
            for width, height in SIZES:
                flow = measure_flow(browser, server, width, height)
                print(f"{model.name} {width}x{height}: {flow['rate']:.1f} frames/s, median latency "
                      f"{flow['latency']:.0f} ms (95 %: {flow['slow']:.0f}), "
                      f"drawn {flow['drawn']:.0f} wide, "
                      f"full picture after {flow['delay']:.0f} ms", flush=True)

            # The processor time of an idle page.
            begin = server.statistics()[0]
            time.sleep(10)
            share = (server.statistics()[0] - begin) * 10
            print(f"{model.name} idle with a page: {share:.1f} % of a core")
            browser.driver.get("about:blank")
            server.end()

            # Many pages, and faulty ones.
            server = Server("view", model)
            page = SocketPage(server.port)
            page.message()
            camera = {**page.message()["cameras"][0], "width": 960, "height": 540}
            page.close()
            memory = measure_clients(server, camera) / 1e6
            print(f"{model.name} memory of an additional page: {memory:.2f} MB")
            if model == models[0]:
                counts, seconds, wait, before, peak, after = measure_faults(server, camera)
                print(f"{model.name} faults: {counts} in {seconds:.0f} s; the good page waits "
                      f"{wait:.0f} ms; memory {before / 1e6:.0f} MB before, at most "
                      f"{peak / 1e6:.0f}, {after / 1e6:.0f} after")
            server.end()


if __name__ == "__main__":
    main()
