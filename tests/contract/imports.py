"""What Python files import, without running them."""

import ast
import importlib.metadata
import re
from pathlib import Path

from local.state import ROOT

LAYER = ROOT / "layers" / "lookalike"
PACKAGE = LAYER / "lookalike"
RUNTIME = {"boto3"}
"""The distributions that Lambda's runtime has, without what they need themselves."""


def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports when it runs, so not those for types alone."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending += node.orelse
        else:
            pending += ast.iter_child_nodes(node)
    return found


def roots(path: Path) -> set[str]:
    """Return the top-level packages that a file imports."""
    return {name.split(".")[0] for name in imports(path)}


def siblings(path: Path) -> set[str]:
    """Return the modules of the layer's package that a file imports."""
    names = {name.split(".")[1] for name in imports(path) if name.startswith("lookalike.")}
    return {name for name in names if (PACKAGE / f"{name}.py").is_file()}


def behind(module: str) -> set[str]:
    """List a module of the layer's package and every other that it imports, however indirectly."""
    found, new = {module}, {module}
    while new:
        new = {other for name in new for other in siblings(PACKAGE / f"{name}.py")} - found
        found |= new
    return found


def declared(requirements: Path) -> set[str]:
    """Return the distributions that a requirements file names, normalised."""
    lines = [line.split("#")[0].strip() for line in requirements.read_text().splitlines()]
    names = [re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines if not line.startswith("--")]
    return {normalised(name[0]) for name in names if name}


def normalised(name: str) -> str:
    """Write a distribution's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def with_needs(names: set[str]) -> set[str]:
    """Return distributions and everything that they need themselves."""
    found, new = set(names), set(names)
    while new:
        new = {
            normalised(re.match(r"[\w.-]+", line)[0])  # type: ignore[index]
            for name in new
            for line in importlib.metadata.requires(name) or []
            if "extra ==" not in line
        } - found
        found |= new
    return found


def link_distributions(names: set[str], folder: Path) -> None:
    """Make a folder of packages that has these distributions of this environment, and no other."""
    folder.mkdir()
    for name in names:
        distribution = importlib.metadata.distribution(name)
        for part in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            (folder / part).symlink_to(Path(str(distribution.locate_file(part))))
