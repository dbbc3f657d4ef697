"""How soon the page paints what an interaction changes, with the processor slowed four times.

Chromium's Event Timing tells it: from the input to the next paint, in steps of 8 ms. A choice of
language shows that it is taken, and opens the page again, which ends the timing: so the page notes
the times itself. A machine that does other work at the same time makes both longer.
"""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import Stack, Visitor

SLOWED = 4
TIMES = 5
MOST_MS = 200
"""Web Vitals calls an interaction to next paint of up to 200 ms good."""
OBSERVE = """
    window.interactions = [];
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (one.interactionId) interactions.push(one.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
SHORTEST_MS = 16
"""Chromium counts a faster interaction, and makes no entry of it."""
REMEMBER_TIMES = """
    const now = () => performance.timeOrigin + performance.now();
    addEventListener("pointerdown", () => sessionStorage.setItem("pressed", now()), true);
    addEventListener("click", () => {
        requestAnimationFrame(() => sessionStorage.setItem("painted", now()));
    });
"""
PRESS_TO_PAINT = "sessionStorage.getItem('painted') - sessionStorage.getItem('pressed')"
PRESS_TO_NEW_PAGE = """
    performance.timeOrigin - sessionStorage.getItem("pressed")
        + performance.getEntriesByName("first-contentful-paint")[0].startTime
"""

Lead = Callable[[Visitor, Path], Callable[[], object]]
"""Leads to an interaction, and returns what does it."""


def consent(visitor: Visitor, _: Path) -> Callable[[], object]:
    visitor.open()
    return lambda: visitor.consent.click()


def shutter(visitor: Visitor, _: Path) -> Callable[[], object]:
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    button = visitor.button("Take the photo")
    expect(button).to_be_enabled()
    return lambda: button.click()


def runner_up(visitor: Visitor, selfie: Path) -> Callable[[], object]:
    visitor.get_a_match(selfie)
    visitor.page.wait_for_load_state("networkidle")
    return lambda: visitor.page.locator(".match-card .bill button").first.click()


def last_interaction(page: Page, interact: Callable[[], object]) -> float:
    """Return the milliseconds from an interaction to the paint after it."""
    counted = page.evaluate("interactions.length = 0; performance.interactionCount")
    interact()
    page.wait_for_function("counted => performance.interactionCount > counted", arg=counted)
    page.wait_for_timeout(1500)  # entries come after the paint
    entries: list[float] = page.evaluate("interactions")
    return max([SHORTEST_MS, *entries])


@pytest.mark.parametrize("lead", [consent, shutter, runner_up], ids=lambda lead: lead.__name__)
def test_an_interaction_is_painted_soon(
    browser: Browser,
    browser_context_args: dict[str, Any],
    stack: Stack,
    selfie: Path,
    measured: Callable[[str], None],
    lead: Lead,
) -> None:
    took = []
    for _ in range(TIMES):
        context = browser.new_context(**browser_context_args)
        page = context.new_page()
        page.add_init_script(OBSERVE)
        interact = lead(Visitor(page, stack), selfie)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        took.append(last_interaction(page, interact))
        context.close()

    measured(f"{lead.__name__}: painted after {statistics.median(took):.0f} ms, of {took}")
    assert statistics.median(took) <= MOST_MS


def test_another_language_is_painted_soon(
    browser: Browser,
    browser_context_args: dict[str, Any],
    stack: Stack,
    measured: Callable[[str], None],
) -> None:
    took, opened = [], []
    for _ in range(TIMES):
        context = browser.new_context(**browser_context_args)
        page = context.new_page()
        page.add_init_script(REMEMBER_TIMES)
        Visitor(page, stack).open()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.get_by_role("button", name="Deutsch").click()  # which opens the page again
        expect(page.locator("html[lang=de]")).to_be_visible()
        page.wait_for_timeout(1000)
        took.append(page.evaluate(PRESS_TO_PAINT))
        opened.append(page.evaluate(PRESS_TO_NEW_PAGE))
        context.close()

    measured(
        f"language: painted after {statistics.median(took):.0f} ms, and in the new language after "
        f"{statistics.median(opened):.0f} ms"
    )
    assert statistics.median(took) <= MOST_MS
