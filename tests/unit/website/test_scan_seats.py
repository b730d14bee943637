"""The tabs that the visitors of a scan share."""

from holdtrue.website.scan.engine.seats import FEWEST_TABS, MOST_OF_ONE, MOST_TABS, SLOW_SECONDS, Seats


def seated(**ways):
    seats = Seats()
    for visitor, number in ways.items():
        seats.begin(visitor, ways=number)
    return seats


def taken(seats, visitor):
    while seats.take(visitor):
        pass
    return seats.held(visitor)


def test_who_goes_the_way_twice_gets_twice_the_tabs():
    seats = seated(silent=1, refuses=1, accepts=2)

    assert taken(seats, "accepts") == 2 * taken(seats, "silent") + MOST_TABS % 4 // 2
    assert sum(seats.held(one) for one in ("silent", "refuses", "accepts")) <= MOST_TABS


def test_who_is_left_alone_gets_more_and_never_all():
    seats = seated(silent=1, accepts=2)
    before = taken(seats, "accepts")
    seats.end("silent")

    assert not seats.must_give("accepts")
    assert before <= taken(seats, "accepts") == MOST_OF_ONE


def test_while_pages_come_slowly_tabs_are_given_back():
    seats = seated(silent=1, refuses=1, accepts=2)
    taken(seats, "accepts")
    for _ in range(50):
        seats.felt(3 * SLOW_SECONDS)

    given = 0
    while seats.must_give("accepts"):
        seats.give("accepts")
        given += 1
    assert given == (MOST_TABS - FEWEST_TABS) // 2
    assert seats.held("accepts") == FEWEST_TABS // 2


def test_a_visitor_has_one_tab_in_any_case():
    seats = seated(accepts=2, silent=0)

    assert not seats.take("silent")
    assert seats.held("silent") == 1
