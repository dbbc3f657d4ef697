"""What a build has fetched, kept on disk. A file appears only when it is complete."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any


class Cache:
    """Answers by their question, and pictures by the person they show."""

    def __init__(self, folder: Path) -> None:
        """Keep everything in a folder, which is made when it is needed."""
        self._answers, self._pictures = folder / "answers", folder / "pictures"

    def answer(self, question: str) -> Any:
        """Return the answer to a question; raise KeyError where there is none."""
        try:
            return json.loads(self._answer(question).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError) as error:  # after a crash a file can be damaged
            raise KeyError(question) from error

    def keep_answer(self, question: str, answer: Any) -> None:
        """Keep the answer to a question; it has to be JSON."""
        text = json.dumps(answer, ensure_ascii=False)
        write_whole(self._answer(question), text.encode())

    def picture(self, qid: str, digest: str) -> Path | None:
        """Return a person's picture, made of the file with this digest, if there is one."""
        return next(self._pictures.glob(f"{qid}-{digest}.*"), None)

    def keep_picture(self, qid: str, digest: str, suffix: str, content: bytes) -> Path:
        """Keep a person's picture."""
        path = self._pictures / f"{qid}-{digest}{suffix}"
        write_whole(path, content)
        return path

    def forget_answers(self) -> None:
        """Delete every answer, so that a build asks again. Pictures stay: they never change."""
        for path in self._answers.glob("*.json"):
            path.unlink()

    def forget_person(self, qid: str) -> None:
        """Delete every picture of a person."""
        for path in self._pictures.glob(f"{qid}-*"):
            path.unlink()

    def _answer(self, question: str) -> Path:
        return self._answers / f"{hashlib.sha256(question.encode()).hexdigest()}.json"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds either all of it, or the previous content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
