"""The time of each interaction, as far as a recording shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.compare.facts import Facts

_CLOSE: Final = timedelta(seconds=5)


class RecordedTime:
    """The clock of a recording.

    Args:
        facts: what the recording shows.
        fallback: the time of a recording that shows none.

    Attributes:
        dates_count: whether the `date` of responses is the time of the service. It is not for a fake server with a
            virtual clock.
    """

    def __init__(self, facts: Facts, fallback: datetime) -> None:
        self._times = [facts.time_of(index) for index in range(len(facts.interactions))]
        self._dates = [_date(each) for each in facts.interactions]
        self.dates_count = self._agree(facts)
        known = [time for index in range(len(self._times)) if (time := self.at(index)) is not None]
        self.start = known[0] if known else fallback

    def at(self, index: int) -> datetime | None:
        """Return the time of an interaction; None if it shows none."""
        shown, date = self._times[index], self._dates[index]
        if date is None or not self.dates_count:
            return shown
        return max(date, shown) if shown else date

    def _agree(self, facts: Facts) -> bool:
        for index, date in enumerate(self._dates):
            time = self._times[index]
            is_new = any(each.document["id"] in facts.created for each in facts.shown_at(index))
            if date and time and is_new and facts.interactions[index].request.method == "POST":
                return abs(date - time) <= _CLOSE
        return False


def _date(each: Interaction) -> datetime | None:
    try:
        moment = parsedate_to_datetime(each.response.headers.get("date", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
