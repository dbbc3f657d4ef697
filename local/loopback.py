"""The names of this machine itself. A request to one of them must not go through a proxy."""

from collections.abc import MutableMapping

NAMES = ("localhost", "127.0.0.1", "::1")


def bypass_proxies(environment: MutableMapping[str, str]) -> None:
    """Exempt this machine from the proxies that a process's environment names.

    Where it names none it stays as it is: on macOS, NO_PROXY alone would hide the system's proxies.
    """
    if not any(name.lower().endswith("_proxy") for name in environment):
        return
    # Some clients read one of the two, some the other, and some the first that is set.
    known = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if known.strip() != "*":
        hosts = [host.strip() for host in known.split(",") if host.strip()]
        known = ",".join([*hosts, *(name for name in NAMES if name not in hosts)])
    environment["no_proxy"] = environment["NO_PROXY"] = known
