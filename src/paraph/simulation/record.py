"""A campaign that is kept in a file, so that it goes on where it stopped.

The file is written beside its place and then put there, so that whoever reads it, and whatever fails, finds one state or the next.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from paraph.errors import ConflictError, FormatError, LocalActError, PermanentError
from paraph.simulation.campaign import Campaign
from paraph.simulation.program import program

__all__ = ["Record"]

FORMAT: Final = "paraph-campaign/1"

PAUSE_S: Final = 20.0
"""Between two writes: what is lost with a machine is run again."""


@dataclass(slots=True, kw_only=True)
class Record:
    """Keeps one campaign.

    Attributes:
        path: Where.
        schedules: How many it has to run.
        campaign: What came of those that were run.
    """

    path: Path
    schedules: int
    campaign: Campaign
    _written: float = field(init=False)

    def __post_init__(self) -> None:
        """It begins now."""
        self._written = time.monotonic()

    @classmethod
    @contextmanager
    def opened(cls, path: Path, schedules: int, seed: int, *, ideal: bool) -> Iterator[Record]:
        """Take up what is kept, or begin; nobody else goes on with it meanwhile.

        Raises:
            LocalActError: ``campaign-differs`` if another campaign is kept there.
            FormatError: ``campaign-format`` if the file is none.
            ConflictError: ``campaign-busy`` if another process goes on with it.
            PermanentError: ``campaign-file`` if it cannot be read or written.
        """
        begins = {"schedules": schedules, "seed": seed, "ideal": ideal, "program": program()}
        with _alone(path):
            try:
                kept = _read(path)
            except OSError as error:
                raise _unusable(path, error) from error
            if kept is None:
                yield cls(path=path, schedules=schedules, campaign=Campaign(seed=seed, ideal=ideal))
                return
            _compare(path, kept, begins)
            try:
                campaign = Campaign.from_json(kept["result"], kept["done"])
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _no_campaign(path) from error
            yield cls(path=path, schedules=schedules, campaign=campaign)

    def keep(self, campaign: Campaign, *, at_once: bool = False) -> None:
        """Keep what came of a campaign so far: now and then, or at once.

        Raises:
            PermanentError: ``campaign-file``.
        """
        self.campaign = campaign
        if not at_once and time.monotonic() - self._written < PAUSE_S:
            return
        self._written = time.monotonic()
        content = {
            "format": FORMAT,
            "campaign": {
                "schedules": self.schedules,
                "seed": campaign.seed,
                "ideal": campaign.ideal,
                "program": program(),
            },
            "done": [list(run) for run in campaign.done],
            "result": campaign.to_json(),
        }
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with beside.open("w", encoding="utf-8") as out:
                json.dump(content, out)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise _unusable(self.path, error) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        lock = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise ConflictError(
            "campaign-busy", f"another process goes on with the campaign in {path}"
        ) from error
    try:
        yield
    finally:
        os.close(lock)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        kept = json.loads(data)
    except ValueError as error:
        raise _no_campaign(path) from error
    if not isinstance(kept, dict) or kept.get("format") != FORMAT:
        raise _no_campaign(path)
    return kept


def _compare(path: Path, kept: dict[str, Any], begins: dict[str, Any]) -> None:
    before = kept.get("campaign")
    if not isinstance(before, dict):
        raise _no_campaign(path)
    differing = [
        f"{name} {before.get(name)} instead of {now}"
        for name, now in begins.items()
        if before.get(name) != now
    ]
    if differing:
        raise LocalActError(
            "campaign-differs",
            f"{path} keeps another campaign: {', '.join(differing)}. Go on with the same options and program, or name another file",
        )


def _no_campaign(path: Path) -> FormatError:
    return FormatError(
        "campaign-format", f"{path} is not what `paraph simulate --keep` writes; name another file"
    )


def _unusable(path: Path, error: OSError) -> PermanentError:
    return PermanentError("campaign-file", f"the campaign cannot be kept in {path}: {error.strerror}")
