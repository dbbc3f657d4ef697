"""Writes each change before it is answered, so that a killed process loses no confirmed change.

Unfixed, ministack saves its state only when it ends in order. So:

- DynamoDB: the journal appends each operation's changes before the operation is answered. A
  snapshot of the tables begins a new journal. After a start the journal replays its files.
- Cognito and SQS: their state is small, and is written before a change is answered.
- S3 writes objects and their versions at once (S3_PERSIST); it confirms only what it has written.
- The rest changes with a deployment, and is written before CloudFormation reports that it is done.
  A thread saves other changes every few seconds.

A change that cannot be written, such as on a full disk, is answered with an error. A state that
cannot be read ends the process: otherwise a new state would overwrite it.

The workflow's executions are not kept: cli/sweep.py starts them again. Nothing calls fsync: a kill
loses nothing, a power cut may lose seconds.
"""

import asyncio
import functools
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypercorn.asyncio
from ministack import app
from ministack.core import persistence
from ministack.services import (
    cognito,
    dynamodb,
    eventbridge,
    s3,
    sqs,
)

from local.aws.history import forget_old_executions, forget_old_log_lines, machines
from local.aws.settings import state_folder

INTERVAL = 3.0
"""The least seconds between two searches for changes to save."""
SHARE = 0.02
"""The share of time that the search may take. During an import it finds changes every time."""
OF_DEPLOYMENTS = frozenset({"cloudformation", "cloudwatch_logs"})
"""Saved only with a deployment: CloudFormation's state changes with nothing else, and takes long to
compare; each call writes log lines, and nothing depends on them."""
LARGEST_JOURNAL = 4 * 2**20
"""Bytes of a journal after which a snapshot is due; twice the snapshot's size, if that is more."""

OPERATIONS = (
    "_put_item",
    "_update_item",
    "_delete_item",
    "_batch_write_item",
    "_transact_write_items",
    "_get_item",
    "_batch_get_item",
    "_transact_get_items",
    "_query",
    "_scan",
)
"""DynamoDB's operations on items. The workflow calls some of them from its own threads."""
READING = ("Get", "List", "Describe", "AdminGet", "AdminList")
"""The beginnings of the names of Cognito's calls that change nothing."""

LOG = logging.getLogger(__name__)

Change = dict[str, Any]


class Journal:
    """The changes to DynamoDB's items since the last snapshot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lock = threading.RLock()
        self._pending: list[Change] | None = None
        self._number = max((number for number, _ in self._files()), default=0) + 1
        self._file = self._path(self._number).open("ab", buffering=0)
        self._snapshot_size = 0
        self._structure = ""

    def operation(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Return the operation as an atomic one, which writes its changes before it returns."""

        @functools.wraps(run)
        def atomic(*args: Any, **kwargs: Any) -> Any:
            with self.lock:
                outer, self._pending = self._pending, []
                try:
                    return run(*args, **kwargs)
                finally:
                    changes, self._pending = self._pending, outer
                    self._write(changes)

        return atomic

    def note(self, table: dict[str, Any], partition: str, sort: str, item: Any) -> None:
        """Record an item's new state; None for an item that is removed."""
        change = {"table": table["TableArn"], "key": [partition, sort], "item": item}
        if self._pending is None:  # no caller's change: DynamoDB removes an expired item
            self._write([change])
        else:
            self._pending.append(change)

    def _write(self, changes: list[Change]) -> None:
        if not changes:
            return
        line = json.dumps(changes, default=persistence._json_default) + "\n"
        left = line.encode()
        with self.lock:
            end = self._file.seek(0, os.SEEK_END)
            try:
                while left:
                    left = left[self._file.write(left) :]
            except OSError:
                self._file.truncate(end)  # the next line must not continue half of this one
                raise

    def replay(self) -> None:
        """Apply the changes that the loaded snapshot does not have."""
        tables = {table["TableArn"]: table for _, table in dynamodb._tables.all_items()}
        for _, path in self._files():
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break  # a kill cut this line off, before the change was answered
                for change in json.loads(line, object_hook=persistence._json_object_hook):
                    if table := tables.get(change["table"]):
                        _apply(table, change)

    def snapshot_if_due(self) -> None:
        """Write a snapshot if the journal is long, or if there are new or fewer tables."""
        with self.lock:
            structure = ",".join(
                sorted(table["TableArn"] for _, table in dynamodb._tables.all_items())
            )
            due = max(LARGEST_JOURNAL, 2 * self._snapshot_size)
            if structure == self._structure and self._file.tell() < due:
                return
            # The last snapshot and the old journals stay until the new snapshot is written.
            state = dynamodb.get_state()
            old = [path for _, path in self._files()]
            if self._file.tell():
                self._number += 1
                self._file.close()
                self._file = self._path(self._number).open("ab", buffering=0)
            else:
                old.remove(self._path(self._number))
        _write_state("dynamodb", state)
        self._structure = structure
        self._snapshot_size = _path_of("dynamodb").stat().st_size
        for path in old:
            path.unlink()

    def _path(self, number: int) -> Path:
        return self._folder / f"dynamodb.journal.{number:06d}"

    def _files(self) -> list[tuple[int, Path]]:
        found = self._folder.glob("dynamodb.journal.*")
        return sorted((int(path.suffix[1:]), path) for path in found)


def _apply(table: dict[str, Any], change: Change) -> None:
    if change["item"] is None:
        _remove_item(table, *change["key"])
    else:
        _set_item(table, *change["key"], change["item"])


_set_item, _remove_item = dynamodb._set_item, dynamodb._remove_item


class Checkpoints(threading.Thread):
    """Saves, every few seconds, the services whose state has changed."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(daemon=True)
        self._journal = journal
        self._saved: dict[str, int] = {}
        self._saving = threading.Lock()

    def run(self) -> None:
        """Save until the process ends."""
        took = 0.0
        while True:
            time.sleep(max(INTERVAL, took / SHARE))
            started = time.thread_time()
            try:
                self.save()
            except OSError as error:  # the journals and the last states stay
                LOG.error("the state cannot be saved: %s", error.strerror)
            took = time.thread_time() - started
            forget_old_executions()
            forget_old_log_lines()

    def _services(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        for name, get_state in app._build_persistence_save_dict().items():
            if name == "stepfunctions":
                yield name, machines
            elif name != "dynamodb":
                yield name, get_state

    def save(self, *, deployed: bool = False) -> None:
        """Save the services whose state has changed."""
        with self._saving:
            self._journal.snapshot_if_due()
            for name, get_state in self._services():
                if name in OF_DEPLOYMENTS and not deployed:
                    continue
                try:
                    state = get_state()
                    digest = hash(json.dumps(state, default=persistence._json_default))
                except RuntimeError:  # it changed while it was read; the next search saves it
                    continue
                if state is not None and digest != self._saved.get(name):
                    with _SAVING:
                        _save(name, get_state)
                    self._saved[name] = digest


def journal() -> None:
    """Write each change before it is answered, and read the changes at the start."""
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    kept = Journal(folder)
    checkpoints = Checkpoints(kept)

    def set_and_note(table: Any, partition: str, sort: str, item: Any) -> Any:
        before = _set_item(table, partition, sort, item)
        kept.note(table, partition, sort, item)
        return before

    def remove_and_note(table: Any, partition: str, sort: str) -> Any:
        before = _remove_item(table, partition, sort)
        if before is not None:
            kept.note(table, partition, sort, None)
        return before

    dynamodb._set_item, dynamodb._remove_item = set_and_note, remove_and_note
    for name in OPERATIONS:
        setattr(dynamodb, name, kept.operation(getattr(dynamodb, name)))
    _keep_accounts()
    _keep_messages()
    _keep_objects()
    _keep_deployments(checkpoints)
    load, load_state = app._load_persisted_state, app.load_state

    def load_state_or_end(name: str) -> Any:
        state = load_state(name)
        if state is None and _path_of(name).exists():
            words = (
                "cannot be read. Put a copy of it back, or delete the state folder to start again."
            )
            print(f"{_path_of(name)} {words}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(1)
        return state

    app.load_state = load_state_or_end

    def load_and_replay() -> None:
        load()
        kept.replay()
        _show_messages()
        checkpoints.start()

    app._load_persisted_state = load_and_replay


_SAVING = threading.RLock()
"""Held while a small state changes and is written, so that the newest state is written last."""


def _save(name: str, get_state: Callable[[], Any]) -> None:
    while True:
        try:
            _write_state(name, get_state())
        except RuntimeError:  # a thread of ministack changed it while it was copied
            continue
        return


def _write_state(name: str, state: Any) -> None:
    """Write a state as ministack does; raise OSError where ministack would only log the failure."""
    version = persistence._state_format_version(name)
    document = {"__ministack_format__": version, "payload": state}
    fresh = _path_of(name).with_suffix(".json.new")
    try:
        fresh.write_text(json.dumps(document, default=persistence._json_default))
        fresh.replace(_path_of(name))
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _path_of(name: str) -> Path:
    return Path(persistence.STATE_DIR) / f"{name}.json"


def prompt_end() -> None:
    """Save and end at once on SIGTERM, even while calls are under way.

    Unfixed, ministack waits for each call of a function, and the functions wait for ministack,
    which has stopped answering. The state keeps each confirmed change in both cases.
    """
    serve = hypercorn.asyncio.serve

    async def serve_until_told(application: Any, config: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _save_and_end)
        await serve(application, config, shutdown_trigger=asyncio.Event().wait)

    hypercorn.asyncio.serve = serve_until_told


def _save_and_end() -> None:
    with _SAVING:
        persistence.save_all({**app._build_persistence_save_dict(), "stepfunctions": machines})
    os._exit(0)


def _keep_accounts() -> None:
    run = cognito._run_idp_handler

    def run_and_save(handler: Any, action: str, data: Any) -> Any:
        with _SAVING:
            answer = run(handler, action, data)
            if not action.startswith(READING):
                _save("cognito", cognito.get_state)
        return answer

    cognito._run_idp_handler = run_and_save


def _keep_messages() -> None:
    # Only sends are saved: after a kill, to receive or delete a message again does no harm.
    def then_save(send: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(send)
        def send_and_save(*args: Any, **kwargs: Any) -> Any:
            with _SAVING:
                answer = send(*args, **kwargs)
                _save("sqs", sqs.get_state)
            return answer

        return send_and_save

    for name in ("SendMessage", "SendMessageBatch"):
        sqs._HANDLERS[name] = then_save(sqs._HANDLERS[name])
    eventbridge._dispatch_to_sqs = then_save(eventbridge._dispatch_to_sqs)
    # An object's event reaches its queue before S3 answers, not later.

    def fire_now(bucket: str, key: str, event: str, *args: Any, **kwargs: Any) -> None:
        if bucket in s3._bucket_notifications:
            sequencer = s3._next_event_sequencer(event)
            s3._fire_s3_event(bucket, key, event, *args, sequencer=sequencer, **kwargs)

    s3._fire_s3_event_async = fire_now


def _show_messages() -> None:
    """Show messages again that a consumer of an earlier process received and did not delete."""
    for _, queue in sqs._queues.all_items():
        for message in queue["messages"]:
            if message["receipt_handle"]:
                message["visible_at"] = min(message["visible_at"], time.time())


def _keep_objects() -> None:
    persist = s3._persist_object

    def persist_or_fail(bucket: str, key: str, record: Any) -> None:
        persist(bucket, key, record)
        # ministack drops the bytes once it has written them. Where it cannot, it only logs that.
        if isinstance(record, dict) and record.get("body") is not None:
            raise OSError("an object could not be written")

    s3._persist_object = persist_or_fail


def _keep_deployments(checkpoints: Checkpoints) -> None:
    handle = app.SERVICE_HANDLERS["cloudformation"]

    async def handle_and_save(*request: Any) -> Any:
        answer = await handle(*request)
        ended = b"<DescribeStacksResult>" in answer[2] and b"IN_PROGRESS" not in answer[2]
        if ended or b"does not exist</Message>" in answer[2]:  # it is deleted
            checkpoints.save(deployed=True)
        return answer

    app.SERVICE_HANDLERS["cloudformation"] = handle_and_save
