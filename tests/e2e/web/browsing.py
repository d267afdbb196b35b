"""A browser that is watched: what it complains about, how much it loads, what axe finds, how a page looks.

``Browsing`` wraps one page of Chromium. ``problems`` holds everything that a page may never do: errors on the console,
exceptions, violations of the content policy, requests to anybody else.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

__all__ = ["NARROW", "WIDE", "Authenticator", "Browsing", "context_of", "screenshots"]

WIDE, NARROW = (1280, 900), (375, 800)

AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

CSP_WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""

# What Chromium itself says on the console of a page that was refused or not found: the test looks at the status.
STATUS_COMPLAINT = re.compile(r"Failed to load resource: the server responded with a status of (4|5)\d\d")


@dataclass(slots=True, kw_only=True)
class Browsing:
    """One page of a browser.

    Attributes:
        page: Playwright's page.
        problems: What went wrong on it so far.
        loaded: Bytes over the network since it was opened, as they were encoded.
        requests: Addresses asked for.
    """

    page: Page
    cdp: CDPSession
    problems: list[str] = field(default_factory=list)
    loaded: int = 0
    requests: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, context: BrowserContext) -> Browsing:
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        made = cls(page=page, cdp=cdp)
        page.add_init_script(CSP_WATCH)
        page.on("console", lambda said: made._complain(said.type, said.text))
        page.on("pageerror", lambda error: made.problems.append(f"exception: {error}"))
        page.on("request", lambda asked: made._asked(asked.url))
        cdp.send("Network.enable")
        cdp.on("Network.loadingFinished", lambda event: made._weigh(event))  # noqa: PLW0108 - it must take no bound method
        return made

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not STATUS_COMPLAINT.search(text):
            self.problems.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        self.requests.append(url)
        host = urlsplit(url).hostname or ""
        if urlsplit(url).scheme in ("http", "https") and not host.endswith("localhost"):
            self.problems.append(f"asked another host: {url}")

    def _weigh(self, event: Any) -> None:
        self.loaded += int(event["encodedDataLength"])

    def open(self, url: str) -> int:
        """Go to an address; the status of the answer."""
        answer = self.page.goto(url, wait_until="load")
        if answer is None:  # the page was on its way there by itself
            answer = self.page.reload(wait_until="load")
        assert answer is not None
        return answer.status

    def axe(self) -> list[str]:
        """What axe finds: rule, element and why, one line each."""
        found = Axe().run(self.page, options={"runOnly": list(AXE_TAGS), "resultTypes": ["violations"]})
        return [
            f"{one['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    def scrolls_sideways(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def shoot(self, name: str) -> None:
        """A picture of the whole page, where pictures are wanted."""
        folder = screenshots()
        if folder is not None:
            self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def sheets(self) -> int:
        """Number of sheets of paper that the page takes."""
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", self.page.pdf(prefer_css_page_size=True)))

    def shoot_print(self, name: str) -> None:
        """Pictures of the page on paper, where pictures are wanted."""
        folder = screenshots()
        if folder is None:
            return
        data = self.page.pdf(prefer_css_page_size=True)
        (folder / f"{name}.pdf").write_bytes(data)
        subprocess.run(
            ["pdftoppm", "-r", "70", "-png", str(folder / f"{name}.pdf"), str(folder / name)], check=True
        )


def screenshots() -> Path | None:
    """Where pictures go: the folder named by PARAPH_SCREENSHOTS, if any."""
    named = os.environ.get("PARAPH_SCREENSHOTS", "")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def context_of(
    browser: Browser,
    *,
    lang: str = "en",
    size: tuple[int, int] = WIDE,
    cookies: Sequence[Any] = (),
    **options: Any,
) -> Iterator[BrowserContext]:
    """A browser of one person: own cookies, own passkeys, an empty cache."""
    context = browser.new_context(
        locale=lang, viewport={"width": size[0], "height": size[1]}, timezone_id="UTC", **options
    )
    context.set_default_timeout(15_000)
    if cookies:
        context.add_cookies(list(cookies))
    try:
        yield context
    finally:
        context.close()


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A security key that exists only in a browser: it has a person's finger on it all the time."""

    cdp: CDPSession
    id: str

    @classmethod
    def plug_in(cls, browsing: Browsing) -> Authenticator:
        browsing.cdp.send("WebAuthn.enable")
        made = browsing.cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return cls(browsing.cdp, made["authenticatorId"])

    def credentials(self) -> list[Any]:
        answer: Any = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(answer["credentials"])

    def refuse(self) -> None:
        """From now on the finger is not recognised."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})

    def accept(self) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": True})

    def pull_out(self) -> None:
        self.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})
