"""How soon a reader with a slow phone on a slow line sees the flagship.

`make bench` runs it on the real server with the shipped content and an empty browser cache. Line
and processor are slowed as Lighthouse does it for a phone. On a busy machine the times mean little.
"""

import os
import shutil
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
FLAGSHIP = "/distinctions/production-management-vs-operations-management/"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LINE = {
    "offline": False,
    "latency": 150,  # milliseconds, of every request
    "downloadThroughput": 1_600_000 / 8,  # bytes a second
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def painted(browser: "Browser", url: str) -> float:
    """Milliseconds from the request to the first contentful paint, with nothing in the cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url)
    page.wait_for_function(f"{PAINTED.removesuffix('[0].startTime')}.length")
    milliseconds: float = page.evaluate(PAINTED)
    context.close()
    return milliseconds


def main() -> None:
    """Start the server, measure, print the median."""
    import django
    from playwright.sync_api import sync_playwright

    django.setup()
    from server import SHIPPED, serving

    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        print("No Chromium is found: the first paint is not measured.")  # noqa: T201
        return
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), SHIPPED) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        painted(browser, server.url + FLAGSHIP)  # the server's first answer is its slowest
        times = [painted(browser, server.url + FLAGSHIP) for _ in range(RUNS)]
        browser.close()
    print(f"{'first paint, slow phone':<26}{statistics.median(times):7.0f} ms")  # noqa: T201


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    main()
