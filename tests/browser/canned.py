"""Packs, people and portraits that the page gets in place of the stack's.

For what a test cannot bring the stack to, as a line-up of fifty people, and for pictures and checks
of many screens, which need only look as the stack makes them look. Whatever the page does with
packs and curators do with portraits is tested on what real_packs.py puts into the stack.
"""

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

PAGE_SIZE = 48

Item = dict[str, Any]


class CannedPacks:
    """Answers what is asked about packs, in the order and the shapes of the API."""

    def __init__(self, page: Page, origin: str) -> None:
        """Begin with the celebrities that the stack has, whose pictures everybody here has."""
        self.origin = origin
        answer = page.request.get(f"{origin}/api/celebrities").json()
        self.starters: list[Item] = answer["celebrities"]
        self.packs: list[Item] = []
        self.people: dict[str, list[Item]] = {}
        self.reports: dict[str, Item] = {}
        """What is answered about each portrait that is added."""
        self.verdict: Item = {"status": "indexed"}
        """The verdict on the portraits that are added from now on."""
        self._ids = itertools.count(1)
        self.put("celebrities", "Celebrities", self.starters)
        page.route("**/api/packs", self._list)
        page.route("**/api/celebrities?*", self._people)
        page.route(re.compile(r"/api/packs/[^/]+/portraits"), self._curate)
        page.route("**/canned-bucket", lambda route: route.fulfill(status=204))

    def put(
        self,
        pack: str,
        title: str,
        people: list[Item],
        progress: Item | None = None,
        among: Sequence[str] = ("everyone",),
    ) -> Item:
        """Add a pack with people in it."""
        made = {
            "pack": pack,
            "title": title,
            "portraits": len(people),
            "among": [*among],
            "progress": progress,
        }
        self.packs.append(made)
        self.people[pack] = people
        return made

    def person(self, name: str, portraits: int = 1) -> Item:
        """Return a new person who looks like one of the others."""
        number = next(self._ids)
        stand_ins = [self.starters[(number + i) % len(self.starters)] for i in range(portraits)]
        shown = [
            {
                "portrait_id": f"canned-{number}-{i}",
                "image_url": one["image_url"],
                "attribution": one["attribution"],
            }
            for i, one in enumerate(stand_ins)
        ]
        return {
            "celebrity_id": f"canned-{number}",
            "name": name,
            "image_url": shown[0]["image_url"],
            "attribution": shown[0]["attribution"],
            "portraits": shown,
        }

    def _list(self, route: Route) -> None:
        route.fulfill(json={"packs": self.packs})

    def _people(self, route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        people = self.people[query["pack"][0]]
        begin = int(query.get("cursor", ["0"])[0])
        end = begin + min(int(query["limit"][0]), PAGE_SIZE)
        cursor = str(end) if end < len(people) else None
        route.fulfill(json={"celebrities": people[begin:end], "next_cursor": cursor})

    def _curate(self, route: Route) -> None:
        """Answer each portrait with the verdict; afterwards the page no longer lists the packs."""
        request = route.request
        if request.method == "POST":
            wanted = json.loads(request.post_data or "{}")
            portrait_id = f"canned-{next(self._ids)}"
            self.reports[portrait_id] = {
                "portrait_id": portrait_id,
                "name": wanted["name"],
                "image_url": self.starters[0]["image_url"],
                "failure": None,
                "same_face_as": None,
                "poll_after_ms": 400,
                **self.verdict,
            }
            upload = {"url": f"{self.origin}/canned-bucket", "fields": {}}
            return route.fulfill(status=201, json={"portrait_id": portrait_id, "upload": upload})
        if request.method == "DELETE":
            return route.fulfill(status=204)
        return route.fulfill(json=self.reports[urlsplit(request.url).path.rsplit("/", 1)[-1]])
