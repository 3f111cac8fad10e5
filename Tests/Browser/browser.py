"""Headless Chromium with the page of the viewer."""
import base64
import os

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

from program import until


class Browser:
    def __init__(self, downloads, width=1280, height=800):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars",
                     "--disable-dev-shm-usage"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")
        for argument in arguments:
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.size(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def size(self, width, height, scale=1, is_phone=False):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone})
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": is_phone})

    def open(self, address, is_training=False):
        self.driver.get(address)
        if is_training:
            # The model keeps changing: there is no last picture.
            until(lambda: self.run(
                "return window.app?.picture?.shown && app.training.samples.length > 5"),
                "a picture and the progress of the training")
        else:
            self.await_full_picture()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def element(self, name):
        return self.driver.find_element("id", name)

    def click(self, name):
        self.element(name).click()

    def press(self, *keys):
        actions = ActionChains(self.driver)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    def drag(self, *steps, start=(-300, 0)):
        """Drags over the picture, from a position relative to its centre."""
        actions = ActionChains(self.driver, duration=30)
        actions.move_to_element_with_offset(self.element("stage"), *start).click_and_hold()
        for step in steps:
            actions.move_by_offset(*step)
        actions.release().perform()

    def touch(self, *moments):
        """Touches the picture: lists of the positions of all fingers, one after another."""
        def send(kind, points):
            self.driver.execute_cdp_cmd(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        for index, positions in enumerate(moments):
            send("touchStart" if index == 0 else "touchMove",
                 [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(positions)])
        send("touchEnd", [])

    def await_full_picture(self, is_lossless=True):
        """Waits for the full picture of the newest request; returns its header."""
        return until(lambda: self.run("""
            const { shown, serial, needsRequest, needsFullSize } = app.picture;
            if (!shown || needsRequest || needsFullSize) return null;
            if (shown.header.serial !== serial) return null;
            return !arguments[0] || shown.header.format === 'png' ? shown.header : null;
            """, is_lossless), "the full picture of the camera")

    def picture(self):
        """The picture on the page, as the bytes of a PNG file."""
        text = self.run("return document.getElementById('picture').toDataURL('image/png')")
        return base64.b64decode(text.split(",", 1)[1])

    def save_screen(self, path):
        path.write_bytes(base64.b64decode(self.driver.get_screenshot_as_base64()))

    def errors(self):
        """The errors in the log since the last call, except connections to a server that ended."""
        log = self.driver.get_log("browser")
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"
                and "ERR_CONNECTION_REFUSED" not in entry["message"]]
