"""How long the API's routes take under load, over the one that does least."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from benchmarks.figures import Figure, Figures
from benchmarks.stack import Stack, subject_of

AT_ONCE = 8
CALLS, ROUNDS = 80, 5
"""Calls of a route in each round, and how many rounds."""
OWN = 20
"""Finished matches of the member who calls."""
LEAST = "GET /status"


def measure(stack: Stack, photograph: bytes) -> Figures:
    """Call each route that reads, several at once; return the seconds of a call over LEAST's."""
    match_id, _ = stack.play(photograph)
    token = stack.sign_up()
    member = {"Authorization": f"Bearer {token}"}
    stack.put_finished(stack.item(match_id), [subject_of(token)] * OWN)
    routes: dict[str, tuple[str, dict[str, str]]] = {
        LEAST: ("/status", {}),
        "GET /packs": ("/packs", {}),
        "GET /celebrities": ("/celebrities", {}),
        "GET /guest/matches/{match_id}": (f"/guest/matches/{match_id}", {}),
        f"GET /matches, of {OWN} matches,": ("/matches", member),
        f"GET /me/export, of {OWN} matches,": ("/me/export", member),
    }
    taken: dict[str, list[float]] = {name: [] for name in routes}
    for _, (name, (path, headers)) in itertools.product(range(ROUNDS), routes.items()):
        taken[name].append(_seconds(f"{stack.origin}/api{path}", headers) / CALLS)
    figures = {
        f"{name} over {LEAST}": Figure.of(
            [one / least for one, least in zip(taken[name], taken[LEAST], strict=True)]
        )
        for name in routes
        if name != LEAST
    }
    return {**figures, LEAST: Figure.of([1 / one for one in taken[LEAST]], "calls a second")}


def _seconds(url: str, headers: dict[str, str]) -> float:
    """Return how long it takes to call an address CALLS times."""

    def call(_: int) -> None:
        requests.get(url, headers=headers, timeout=30).raise_for_status()

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        [*pool.map(call, range(CALLS))]
    return time.perf_counter() - began
