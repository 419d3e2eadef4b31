"""Find a Chromium for the browser tests, or install Playwright's own; say which."""

import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def system_browser() -> str | None:
    """Return the path of a browser on this machine, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def bundled_browser() -> str | None:
    """Return the path of the browser that Playwright has downloaded, or None."""
    from pathlib import Path

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Print the browser's path; install one if none is found. Exit code 1 when there is none in the end."""
    found = system_browser() or bundled_browser()
    if not found:
        print("No browser found; installing Chromium for Playwright ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        found = bundled_browser()
    if not found:
        print("No browser could be installed. Install Chromium and run again.", file=sys.stderr)
        return 1
    print(f"Browser: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
