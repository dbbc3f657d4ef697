"""The page's headers: whose they are, and what a deployment adds."""

import pytest

from local.page_headers import FILE, Origins, Rule, headers_for, render

ORIGINS = Origins(
    api="https://api.example",
    cognito="https://cognito.example",
    selfies="https://selfies.example",
    portraits="https://portraits.example",
)


def policy(origins: Origins, path: str = "/") -> dict[str, list[str]]:
    """Return the directives of a path's Content-Security-Policy, each with its sources."""
    headers = headers_for(path, render(FILE.read_text(), origins))
    directives = [part.split() for part in headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize(
    ("pattern", "path", "applies"),
    [
        ("**/*", "/", True),
        ("**/*", "/index.html", True),
        ("**/*", "/a/b/c.js", True),
        ("/icons/*", "/icons/icon-192.png", True),
        ("/icons/*", "/icons/old/icon-192.png", False),
        ("/icons/*", "/other/icons/icon-192.png", False),
        ("*.json", "/config.json", True),
        ("*.json", "/a/config.json", False),
        ("**/*.json", "/a/config.json", True),
        ("**/*.json", "/config.json", True),
        ("/a.b", "/a.b", True),
        ("/a.b", "/axb", False),
    ],
)
def test_a_pattern_is_matched_against_the_whole_path(
    pattern: str, path: str, applies: bool
) -> None:
    assert Rule(pattern, {}).applies_to(path) is applies


def test_of_several_values_the_last_counts() -> None:
    rules = [Rule("**/*", {"A": "1", "B": "1"}), Rule("/x/*", {"B": "2"})]

    assert headers_for("/x/y", rules) == {"A": "1", "B": "2"}
    assert headers_for("/y", rules) == {"A": "1", "B": "1"}


def test_a_deployment_adds_its_origins_where_they_are_needed() -> None:
    alone, deployed = policy(Origins()), policy(ORIGINS)

    added = {
        name: set(deployed[name]) - set(alone[name])
        for name in deployed
        if deployed[name] != alone[name]
    }
    assert added == {
        "connect-src": {ORIGINS.api, ORIGINS.cognito, ORIGINS.selfies, ORIGINS.portraits},
        "img-src": {ORIGINS.selfies, ORIGINS.portraits},
    }


def test_the_policy_allows_nothing_that_it_does_not_name() -> None:
    directives = policy(Origins())

    sources = {source for listed in directives.values() for source in listed}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
    assert not {"*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:"} & sources


@pytest.mark.parametrize("origins", [Origins(), ORIGINS])
def test_a_value_is_one_line_without_gaps(origins: Origins) -> None:
    values = [
        value for rule in render(FILE.read_text(), origins) for value in rule.headers.values()
    ]

    assert values
    assert all(value == " ".join(value.split()) and "$" not in value for value in values)
