"""The Chromium that the browser tests drive: the machine's own, or one that is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = (
    "chromium-headless-shell",  # opens a context in a third of the time
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find() -> Path | None:
    """Find a Chromium: CHROMIUM's, one on PATH, or Playwright's own download."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def install() -> str | None:
    """Install a Chromium; say why where it cannot be had."""
    print("Installing Chromium for the browser tests …", flush=True)  # noqa: T201
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        install = [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        packages = ["chromium-headless-shell", "chromium"]
        apt = [[*root, "apt-get", "update", "-qq"], *([*install, name] for name in packages)]
        # As root, on a machine whose packages are managed, the system's own is the better one.
        attempts = [*apt, *attempts] if not root else [*attempts, *apt]
    said = ""
    for command in attempts:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said += done.stderr
        if done.returncode == 0 and _runs():
            return None
    return "no Chromium could be installed; name one with CHROMIUM=path\n" + said[-2000:]


def _runs() -> bool:
    found = find()
    if found is None:
        return False
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(
                executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else []
            ).close()
    except Error:
        return False
    return True


if __name__ == "__main__":
    sys.exit(None if find() else install())
