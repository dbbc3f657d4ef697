"""Names of people: which spellings are one name, and which id a new name gets. Pure.

Neither rule looks at how a name sounds: 李娜 and 丽娜 are two people, whose transcriptions are the
same.
"""

import hashlib
import unicodedata

LONGEST_SLUG = 100
APOSTROPHES = frozenset(
    "'`\u2018\u2019\u201a\u201b\u2032\u2035"  # quotation marks and primes
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee"  # letters that modify another
    "\u055a\u05f3\u07f4\u07f5\ua78c"  # Armenian, Hebrew, NKo, saltillo
)
"""Those that NFKD leaves. NFKD splits the others, such as U+00B4, into a space and a mark."""
DOTS = frozenset(
    ".\u00b7\u2022\u2027\u22c5\u2219\u2e31"  # the full stop, and dots at half height
    "\u30fb\u3002\u06d4"  # Japanese, Chinese, Arabic
)
MINUS_SIGNS = frozenset("\u2212\u2043")
"""Hyphens that Unicode does not count among the dashes."""


def normalised(name: str) -> str:
    """Return what all spellings of a name have in common: two names are the same if this is.

    It is the NFKC form of the name, casefolded, without apostrophes, dots, spaces, hyphens and
    characters that cannot be seen, and without combining marks on Latin letters. It keeps the marks
    of other scripts: й is another letter than и. It is never empty, unless the name is.
    """
    caseless = _caseless(name)
    kept: list[str] = []
    keeps_marks = True
    for character in caseless:
        category = unicodedata.category(character)
        if category.startswith("M"):
            kept += character if keeps_marks else ""
        elif category != "Cf":
            is_kept = not _is_separator(character)
            kept += character if is_kept else ""
            keeps_marks = is_kept and not _is_latin(character)
    return unicodedata.normalize("NFC", "".join(kept) or caseless)


def celebrity_id_of(name: str) -> str:
    """Return the id, in ASCII, of a person whose name is new.

    For a name in Latin letters it is the slug. Names in other scripts can share a slug, so theirs
    has the beginning of a hash, too.
    """
    slug = slug_of(name)
    if slug and _has_latin_letters_only(name):
        return slug
    digest = hashlib.sha256(normalised(name).encode()).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else digest


def slug_of(name: str) -> str:
    """Return a name in small ASCII letters, digits and hyphens; empty if it has no such word."""
    from slugify import slugify  # its tables take long to load, and few names need them

    return slugify(name, max_length=LONGEST_SLUG)


def _caseless(name: str) -> str:
    """Return a name in the form in which Unicode compares without regard to case (D146), in NFKD.

    Casefolding undoes a normalisation, and a normalisation can make new capitals.
    """
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", name).casefold())
    return unicodedata.normalize("NFKD", once.casefold())


def _has_latin_letters_only(name: str) -> bool:
    letters = (
        character
        for character in unicodedata.normalize("NFKD", name)
        if unicodedata.category(character).startswith("L") and character not in APOSTROPHES
    )
    return all(_is_latin(letter) for letter in letters)


def _is_separator(character: str) -> bool:
    return (
        character.isspace()
        or unicodedata.category(character) == "Pd"
        or character in APOSTROPHES
        or character in DOTS
        or character in MINUS_SIGNS
    )


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")
