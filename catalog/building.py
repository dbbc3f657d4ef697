"""Builds a pack's catalog folder: the people of a recipe, each with a free portrait."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from catalog.cache import Cache, write_whole
from catalog.folder import COLUMNS, MANIFEST, SUFFIXES
from catalog.licences import NotFreeError, attribution_of, plain
from catalog.recipes import Recipe
from catalog.removed import Removed
from catalog.selection import Candidate, fold, select
from catalog.wikimedia import WIDTHS, File, PictureRefusedError, Wikimedia
from lookalike.names import slug_of
from lookalike.portrait_files import Caption

BUILT_COLUMNS = (*COLUMNS, "qid", "born", "region", "restrictions")
"""The columns of a built folder: those of the importer, and facts about people and pictures."""
SHORTEST_SIDE = 200
"""The fewest pixels of a portrait's shorter side."""
_SUFFIX = {"JPEG": ".jpg", "PNG": ".png"}
_TYPES = frozenset({"image/jpeg", "image/png", "image/tiff"})
"""Types of photographs of which Commons makes JPEG or PNG thumbnails."""
_BUILT = re.compile(r"_Q\d+\.(?:jpg|png)")
_LONGEST_STEM = 60


class BuildError(Exception):
    """Raised where a pack cannot be built; its folder is unchanged."""


class UnusableError(Exception):
    """Raised for a picture that cannot be a portrait; the message is the reason."""


@dataclass(frozen=True)
class BuiltPortrait:
    """A person's portrait, before it is written into the folder."""

    person: Candidate
    picture: Path
    caption: Caption
    restrictions: str
    """Restrictions besides the licence, such as personality rights."""

    @property
    def file(self) -> str:
        """The portrait's name in the folder."""
        return f"{_file_stem(self.person.name)}_{self.person.qid}{self.picture.suffix}"


@dataclass
class BuildReport:
    """What a build did."""

    wanted: int
    kept: list[BuiltPortrait] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """The people without a usable portrait: name and QID to the reason."""
    removed: int = 0
    """How many people were left out because they asked to be removed."""


ShowProgress = Callable[[str, int, int], None]
"""Called with a stage, `people` or `portraits`, how many are done, and how many there are."""


class PackBuilder:
    """Builds catalog folders from Wikidata and Commons.

    The cache keeps each answer and picture, so an interrupted build continues where it ended.
    """

    def __init__(self, wikimedia: Wikimedia, cache: Cache, removed: Removed | None = None):
        """Build with a client, and without the people in `removed`."""
        self._wikimedia, self._cache, self._removed = wikimedia, cache, removed or Removed()

    def build(
        self, recipe: Recipe, folder: Path, progress: ShowProgress = lambda *_: None
    ) -> BuildReport:
        """Make a folder equal to a recipe.

        Raise BuildError or WikimediaError; both leave the folder unchanged.
        """
        _check_is_ours(folder)
        for qid in self._removed.qids:
            self._cache.forget_person(qid)
        report = BuildReport(recipe.size)
        portraits = self._choose(recipe, self._people(recipe, report, progress), report, progress)
        if not portraits:
            raise BuildError(f"no portrait for {recipe.pack} could be had")
        report.kept = portraits
        _publish(folder, portraits)
        return report

    def _people(
        self, recipe: Recipe, report: BuildReport, progress: ShowProgress
    ) -> list[Candidate]:
        slices = list(recipe.queries())
        answers = []
        for done, (labels, sparql) in enumerate(slices):
            progress("people", done, len(slices))
            answers.append((labels, self._wikimedia.query(sparql)))
        progress("people", len(slices), len(slices))
        people = fold(answers, recipe)
        allowed = [person for person in people if not self._removed.has(person.qid, person.name)]
        report.removed = len(people) - len(allowed)
        return [person for person in allowed if person.qid not in recipe.without]

    def _choose(
        self, recipe: Recipe, people: list[Candidate], report: BuildReport, progress: ShowProgress
    ) -> list[BuiltPortrait]:
        """Select people, and replace those who have no usable portrait."""
        had: dict[str, BuiltPortrait] = {}
        unusable: set[str] = set()
        while True:
            usable = [person for person in people if person.qid not in unusable]
            chosen = select(usable, recipe.balance, recipe.size)
            new = [person for person in chosen if person.qid not in had]
            progress("portraits", len(chosen) - len(new), len(chosen))
            if not new:
                return [had[person.qid] for person in chosen]
            files = self._wikimedia.files(title for person in new for title in person.files)
            for done, person in enumerate(new, len(chosen) - len(new) + 1):
                try:
                    had[person.qid] = self._portrait(person, files)
                except (NotFreeError, UnusableError) as error:
                    unusable.add(person.qid)
                    report.left_out[f"{person.name} ({person.qid})"] = str(error)
                progress("portraits", done, len(chosen))

    def _portrait(self, person: Candidate, files: dict[str, File | None]) -> BuiltPortrait:
        """Return a portrait made of the first usable picture of a person."""
        reasons: list[Exception] = []
        for title in person.files:
            try:
                return self._portrait_of(person, files[title])
            except (NotFreeError, UnusableError) as error:
                reasons.append(error)
        raise reasons[0]

    def _portrait_of(self, person: Candidate, file: File | None) -> BuiltPortrait:
        if file is None:
            raise UnusableError("the picture is gone")
        if file.mime not in _TYPES:
            raise UnusableError(f"the picture is not a photograph but {file.mime or 'of no type'}")
        attribution = attribution_of(file.metadata, file.source_url)
        celebrity_id = f"{slug_of(person.name)}-{person.qid.lower()}".lstrip("-")
        caption = Caption(celebrity_id, person.name, attribution, person.gender, person.description)
        if not caption.fits():
            caption = replace(caption, description="")
        if not caption.fits():
            raise UnusableError("name and rights are too long to travel with a portrait")
        picture = self._cache.picture(person.qid, file.sha1) or self._fetch(person, file)
        return BuiltPortrait(person, picture, caption, plain(file.metadata.get("Restrictions", "")))

    def _fetch(self, person: Candidate, file: File) -> Path:
        content = self._thumbnail(file)
        suffix = _SUFFIX[_checked(content)]
        return self._cache.keep_picture(person.qid, file.sha1, suffix, content)

    def _thumbnail(self, file: File) -> bytes:
        """Download a picture in the greatest standard width that the server has."""
        refusal = "the server gives no picture"
        for width in WIDTHS:
            scaled = (
                file
                if width == WIDTHS[0]
                else self._wikimedia.files([file.title], width)[file.title]
            )
            if not (scaled and scaled.thumbnail_url):
                continue
            try:
                return self._wikimedia.download(scaled.thumbnail_url)
            except PictureRefusedError as error:
                refusal = f"the picture is refused: {error}"
        raise UnusableError(refusal)


def _checked(content: bytes) -> str:
    """Decode all of a picture and return its format; raise UnusableError."""
    try:
        with Image.open(io.BytesIO(content), formats=list(_SUFFIX)) as image:
            image.load()
            kind, shortest = image.format or "", min(image.size)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableError("the picture is broken") from error
    if shortest < SHORTEST_SIDE:
        raise UnusableError(f"the picture is smaller than {SHORTEST_SIDE} pixels")
    return kind


def _file_stem(name: str) -> str:
    """Return a file name for a name, in its own script, without what file systems refuse."""
    written = unicodedata.normalize("NFC", name)
    written = re.sub(r'[\s/\\:*?"<>|\x00-\x1f\x7f]+', "_", written)
    return written.strip("._")[:_LONGEST_STEM] or "_"


def _check_is_ours(folder: Path) -> None:
    """Raise BuildError for a folder with pictures that no build has written."""
    manifest = folder / MANIFEST
    if manifest.exists():
        with manifest.open(newline="", encoding="utf-8-sig") as rows:
            if "qid" in (csv.DictReader(rows).fieldnames or []):
                return
    elif not any(not _BUILT.search(path.name) for path in _pictures(folder)):
        return
    raise BuildError(f"{folder} holds another catalog; name a folder of its own")


def _publish(folder: Path, portraits: Iterable[BuiltPortrait]) -> None:
    """Make a folder equal to portraits. Its manifest never lists a file that is not there."""
    rows = sorted(portraits, key=lambda portrait: portrait.file)
    for portrait in rows:
        target, content = folder / portrait.file, portrait.picture.read_bytes()
        if not (target.is_file() and target.read_bytes() == content):
            write_whole(target, content)
    write_whole(folder / MANIFEST, _manifest(rows))
    listed = {portrait.file for portrait in rows}
    for path in _pictures(folder):
        # Some file systems store an accent and its letter as two characters.
        if unicodedata.normalize("NFC", path.name) not in listed and _BUILT.search(path.name):
            path.unlink()


def _manifest(portraits: Iterable[BuiltPortrait]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(BUILT_COLUMNS)
    for portrait in portraits:
        person, caption = portrait.person, portrait.caption
        rights = caption.attribution
        rows.writerow(
            [
                *(portrait.file, person.name, caption.celebrity_id),
                *(caption.gender, caption.description),
                *(rights.author, rights.license, rights.license_url, rights.source_url),
                *(person.qid, person.born, person.traits["region"], portrait.restrictions),
            ]
        )
    return text.getvalue().encode()


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
