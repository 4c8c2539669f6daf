"""Whether a channel still serves: one word for what came of asking it, and what to say of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.discovery.listing import ChannelOutcome, ChannelReading

STALE_AFTER = timedelta(days=14)  # the rarest of the weeklies that we gather from publishes within this


class Health(StrEnum):
    """What a person should know of one channel."""

    ALIVE = "alive"  # lists something; the newest entry with a date is at most 14 days old, or none has a date
    EMPTY = "empty"  # read whole, lists nothing
    STALE = "stale"  # its newest entry is older than 14 days
    UNREADABLE = "unreadable"  # something came that is not a list: a page, a bot challenge, broken XML
    GONE = "gone"  # 404, 410, or the host's name is not known any more
    REFUSED = "refused"  # robots.txt or the server says no
    TROUBLE = "trouble"  # no answer for now: ask again later


@dataclass(frozen=True, slots=True)
class Judged:
    """The health of a reading, with what it rests on."""

    health: Health
    listed: int  # addresses and further sitemaps
    newest_at: datetime | None  # newest publication or change that it states; aware, UTC
    says: str | None = None


def judge_reading(reading: ChannelReading, now: datetime) -> Judged:
    """Judge what a channel served.

    Args:
        reading: as `reading.read` gives it.
        now: aware instant of the check; an entry dated ahead of it counts as new.
    """
    listed = len(reading.listings) + len(reading.more)
    stated = (at for one in reading.listings for at in (one.stated_at, one.stated_modified_at) if at is not None)
    newest_at = max(stated, default=None)
    if reading.outcome is ChannelOutcome.EMPTY:
        return Judged(Health.EMPTY, 0, None, reading.reason)
    if reading.outcome in {ChannelOutcome.UNREADABLE, ChannelOutcome.XML_DTD}:
        return Judged(Health.UNREADABLE, listed, newest_at, reading.reason)
    if newest_at is not None and now - newest_at > STALE_AFTER:
        days = (now - newest_at).days
        return Judged(Health.STALE, listed, newest_at, f"the newest entry is {days} days old")
    return Judged(Health.ALIVE, listed, newest_at, reading.reason)
