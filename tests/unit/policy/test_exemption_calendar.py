"""Windows of tests as a calendar file."""

from datetime import UTC, datetime, timedelta, timezone

from holdtrue.policy.exemptions.calendar import Event, calendar_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def event(**more) -> Event:
    known = {"id": "1-0", "start": NOON, "end": NOON + timedelta(hours=3), "title": "WB-PA-11: Jonas", "told": "A test."}
    return Event(**(known | more))


def test_a_window_is_an_event_in_utc():
    start = NOON.astimezone(timezone(timedelta(hours=1)))
    lines = calendar_of([event(start=start)], host="office.example", at=NOON).split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261126T120000Z" in lines
    assert "DTEND:20261126T150000Z" in lines
    assert "UID:1-0@office.example" in lines


def test_nobody_begins_a_line_of_their_own():
    hostile = "a; b, c\\d\r\nEND:VEVENT\u2028BEGIN:VEVENT\x00"
    calendar = calendar_of([event(told=hostile)], host="office.example", at=NOON)

    assert calendar.count("\r\nEND:VEVENT\r\n") == 1
    assert "DESCRIPTION:a\\; b\\, c\\\\d\\nEND:VEVENT\\nBEGIN:VEVENT" in calendar


def test_long_lines_are_folded_at_75_bytes_and_read_back_whole():
    calendar = calendar_of([event(told="é" * 200)], host="office.example", at=NOON)

    assert max(len(line.encode()) for line in calendar.split("\r\n")) <= 75
    assert "é" * 200 in calendar.replace("\r\n ", "")


def test_without_tests_the_calendar_is_empty():
    assert "VEVENT" not in calendar_of([], host="office.example", at=NOON)
