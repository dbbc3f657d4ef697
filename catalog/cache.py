"""What was fetched once, kept on disk: a file counts only once it is whole."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any


class Cache:
    """Answers by what was asked, and pictures by whom they show."""

    def __init__(self, folder: Path) -> None:
        """Keep everything below a folder, which need not be there yet."""
        self._answers, self._pictures = folder / "answers", folder / "pictures"

    def answer(self, question: str) -> Any:
        """Give what was answered to a question; raise KeyError where it was not asked yet."""
        try:
            return json.loads(self._answer(question).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError) as error:  # a disk may lose what it said it wrote
            raise KeyError(question) from error

    def keep_answer(self, question: str, answer: Any) -> None:
        """Keep what was answered to a question; it has to be JSON."""
        text = json.dumps(answer, ensure_ascii=False)
        write_whole(self._answer(question), text.encode())

    def picture(self, qid: str, digest: str) -> Path | None:
        """Give a person's picture, by the digest of the file it was made of, if it is there."""
        return next(self._pictures.glob(f"{qid}-{digest}.*"), None)

    def keep_picture(self, qid: str, digest: str, suffix: str, content: bytes) -> Path:
        """Keep a person's picture."""
        path = self._pictures / f"{qid}-{digest}{suffix}"
        write_whole(path, content)
        return path

    def forget_answers(self) -> None:
        """Forget every answer, so that all is asked anew; pictures stay, as they never change."""
        for path in self._answers.glob("*.json"):
            path.unlink()

    def forget_person(self, qid: str) -> None:
        """Delete every picture of a person."""
        for path in self._pictures.glob(f"{qid}-*"):
            path.unlink()

    def _answer(self, question: str) -> Path:
        return self._answers / f"{hashlib.sha256(question.encode()).hexdigest()}.json"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds all of it, or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
