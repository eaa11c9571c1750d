"""Generated history of a chat application: Parquet files, one for each day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

USERS = 500
SESSIONS_PER_USER = 4
DAYS = 10
FIRST_DAY = datetime(2026, 1, 1, tzinfo=timezone.utc)


def write_history(folder: Path, *, events: int) -> int:
    """
    Write the files, and return the number of events.

    Every session has messages on every day, so its events are in all files.
    """
    sessions = USERS * SESSIONS_PER_USER
    per_day = max(1, events // (sessions * DAYS))
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for day in range(DAYS):
        rows = [
            (user, session, day * per_day + number)
            for number in range(per_day)
            for user in range(USERS)
            for session in range(SESSIONS_PER_USER)
        ][: events - written]
        pq.write_table(_to_table(rows), folder / f"day-{day:02}.parquet")
        written += len(rows)
    return written


def _to_table(rows: list[tuple[int, int, int]]) -> pa.Table:
    return pa.table(
        {
            "user": [f"user-{user}" for user, _, _ in rows],
            "chat": [f"chat-{user}-{session}" for user, session, _ in rows],
            "text": [
                f"message {number} of user {user}: I would like tea in chat {session}, please"
                for user, session, number in rows
            ],
            "sent_at": pa.array(
                [FIRST_DAY + timedelta(minutes=number) for _, _, number in rows],
                pa.timestamp("ms", "UTC"),
            ),
        }
    )
