"""A real browser against a live server, that fails on what a page must never do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from district.models import User

# Playwright runs an event loop in the thread of the test, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: the machine's own, or the one that Playwright has installed."""
    finder = Path(__file__).parent.parent / "find_browser.py"
    found = subprocess.run([sys.executable, finder], capture_output=True, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.strip().removeprefix("Browser: "), args=ARGUMENTS, headless=True
        )
        yield browser
        browser.close()


class Visitor:
    """A person at a browser window. Collects messages of the content security policy and requests to other hosts."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._watch)

    def _listen(self, message) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _watch(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "about:")):
            self.complaints.append(f"request to another host: {request.url}")

    def open(self, path: str) -> int:
        """Open `path` and return the status of its answer."""
        response = self.page.goto(self.address + path)
        return response.status if response else 0


@pytest.fixture
def visitor_for(browser, live_server):
    """Return a function that opens a window for a user (None: nobody), in a given size and colour scheme."""
    contexts = []

    def open_window(user: User | None, *, width: int = 1280, scheme: str = "light", **options) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return Visitor(context, live_server.url)

    yield open_window
    for context in contexts:
        context.close()
