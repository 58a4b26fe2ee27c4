#!/usr/bin/env python3
"""Opens a page in headless Chromium and does what the steps on standard input say.

Usage: browse-page.py FILE < steps.json > result.json

Steps: an array of ["evaluate", EXPRESSION], ["key", NAME], ["type", TEXT], ["width", PIXELS], ["scheme", "dark"],
["media", "print"], ["console", ""]. Result: {"values": [the string of each expression, and how many messages the console
had at each "console"], "console": [...], "requests": [URL...], "dialogs": [...]}.
Speaks the DevTools protocol with nothing but the standard library.
"""
import base64
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

KEYS = {
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Space": {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
}


class Tab:
    """One tab's DevTools connection: frames of RFC 6455, messages of JSON."""

    def __init__(self, url):
        place, path = url.removeprefix("ws://").split("/", 1)
        host, port = place.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=15)
        self.buffer = b""
        self.number = 0
        self.events = []
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {place}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(4096)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0], head

    def take(self, count):
        while len(self.buffer) < count:
            part = self.socket.recv(65536)
            assert part, "Chromium closed the connection"
            self.buffer += part
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive(self):
        text = b""
        while True:
            first, second = self.take(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack(">H", self.take(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.take(8))
            text += self.take(length)
            if first & 128:
                return json.loads(text)

    def send(self, method, **parameters):
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": parameters}).encode()
        mask = os.urandom(4)
        size = (
            bytes([128 | len(data)]) if len(data) < 126
            else bytes([254]) + struct.pack(">H", len(data)) if len(data) < 65536
            else bytes([255]) + struct.pack(">Q", len(data))
        )
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        self.socket.sendall(b"\x81" + size + mask + masked)
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event["method"] == method for event in self.events):
            self.events.append(self.receive())


def perform(tab, step, values):
    kind, value = step
    if kind == "evaluate":
        result = tab.send("Runtime.evaluate", expression=value, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        values.append(result["result"].get("value"))
    elif kind == "key":
        tab.send("Input.dispatchKeyEvent", type="keyDown", **KEYS[value])
        tab.send("Input.dispatchKeyEvent", type="keyUp", **{**KEYS[value], "text": ""})
    elif kind == "type":
        tab.send("Input.insertText", text=value)
    elif kind == "scheme":
        scheme = {"name": "prefers-color-scheme", "value": value}
        tab.send("Emulation.setEmulatedMedia", features=[scheme])
    elif kind == "media":
        tab.send("Emulation.setEmulatedMedia", media=value)
    elif kind == "width":
        resize(tab, int(value))
    elif kind == "console":
        values.append(str(len(console(tab))))
    else:
        raise SystemExit(f"no such step: {kind}")


def resize(tab, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    tab.send("Emulation.setDeviceMetricsOverride", **size)


def named(tab, name):
    return [event["params"] for event in tab.events if event["method"] == name]


def console(tab):
    return (
        [entry["entry"]["text"] for entry in named(tab, "Log.entryAdded")]
        + [json.dumps(call["args"]) for call in named(tab, "Runtime.consoleAPICalled")]
        + [thrown["exceptionDetails"]["text"] for thrown in named(tab, "Runtime.exceptionThrown")]
    )


def browse(tab, file, steps):
    for domain in ("Page", "Runtime", "Log", "Network"):
        tab.send(domain + ".enable")
    resize(tab, 1280)
    tab.send("Page.navigate", url=pathlib.Path(file).resolve().as_uri())
    tab.wait("Page.loadEventFired")
    values = []
    for step in steps:
        perform(tab, step, values)
    tab.send("Runtime.evaluate", expression="1")
    return {
        "values": values,
        "console": console(tab),
        "requests": [sent["request"]["url"] for sent in named(tab, "Network.requestWillBeSent")],
        "dialogs": [dialog["message"] for dialog in named(tab, "Page.javascriptDialogOpening")],
    }


def main():
    file = sys.argv[1]
    steps = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chromium = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--remote-debugging-port=0",
             f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            place = pathlib.Path(profile, "DevToolsActivePort")
            end = time.monotonic() + 30
            while not (place.exists() and "\n" in place.read_text()):
                assert time.monotonic() < end and chromium.poll() is None, "Chromium did not start"
                time.sleep(0.05)
            port = place.read_text().split("\n")[0]
            tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list"))
            tab = Tab(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))
            json.dump(browse(tab, file, steps), sys.stdout)
        finally:
            chromium.terminate()
            chromium.wait()


main()
