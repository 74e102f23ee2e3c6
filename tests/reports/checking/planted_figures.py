"""Errors in figures, lists and positions: docs/check_report.py must find them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Json = dict[str, Any]
# Plants one error. False if the snapshot has no place for it.
Plant = Callable[[Json], bool]

PARTS = (
    "not_started", "limited", "substantial", "implemented", "not_applicable",
    "no_update", "not_reported",
)  # fmt: skip
STATUSES = PARTS[:5]
CHANGES = ("up", "down", "same", "other", "new", "gone")
LEVELS = ("overall", "actions", "sub_areas", "members", "commitments")
LISTS = ("at_risk", "overdue", "moved_up", "moved_down", "new", "gone", "other")
GAPS = ("none", "no_update", "repeated", "late")
BLOCKS = ("standing", "moved", "at_risk", "overdue", "silent")
SECRET = "Words that belong to one entry alone."
# What no report below amber may say of an empty position.
NOT_BELOW_AMBER = ("not reported", "missing", "owes", "failed to report")


def rows_of(facts: Json) -> list[Json]:
    return [
        row
        for action in facts["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for row in commitment["positions"]
    ]


def commitments_of(facts: Json) -> list[Json]:
    return [
        commitment
        for action in facts["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
    ]


def first(found: Any, holds: Callable[[Any], Any] = bool) -> Any:
    return next((one for one in found if holds(one)), None)


# Figures: each field at each level.


def figure_rows(facts: Json, level: str) -> list[Json]:
    found = facts["figures"][level]
    return [found] if level == "overall" else list(found)


def one_more(level: str, field: str, part: str = "") -> Plant:
    def plant(facts: Json) -> bool:
        rows = figure_rows(facts, level)
        if not rows:
            return False
        if not part:
            rows[-1][field] += 1
        elif part in rows[-1][field]:
            rows[-1][field][part] += 1
        else:
            return False
        return True

    return plant


def moved_to_another(level: str, field: str) -> Plant:
    """One less of a part and one more of another: the sum stays right."""

    def plant(facts: Json) -> bool:
        for row in figure_rows(facts, level):
            counts = row[field]
            if taken := first(counts, counts.get):
                given = first([name for name in counts if name != taken])
                counts[taken] -= 1
                counts[given] += 1
                return True
        return False

    return plant


def renamed(level: str, field: str) -> Plant:
    def plant(facts: Json) -> bool:
        rows = figure_rows(facts, level)
        if not rows or (field == "name" and level == "overall"):
            return False
        rows[0][field] = "another"
        return True

    return plant


def row_left_out(level: str) -> Plant:
    return popped(at("figures", level))


def row_twice(level: str) -> Plant:
    def plant(facts: Json) -> bool:
        rows = facts["figures"][level]
        rows += deepcopy(rows[:1])
        return bool(rows)

    return plant


def popped(place: Callable[[Json], Any]) -> Plant:
    def plant(facts: Json) -> bool:
        rows = place(facts)
        return bool(rows and rows.pop())

    return plant


def at(*path: str) -> Callable[[Json], Any]:
    """Return what the facts have at a path."""

    def place(facts: Json) -> Any:
        for name in path:
            facts = facts[name]
        return facts

    return place


def other_order(place: Callable[[Json], Any]) -> Plant:
    def plant(facts: Json) -> bool:
        rows = place(facts)
        before = deepcopy(rows)
        rows.reverse()
        return bool(rows != before)

    return plant


def figures() -> Iterator[tuple[str, Plant]]:
    for level in LEVELS:
        name = f"figures of {level}:"
        for field in ("cells", "at_risk", "at_risk_in_all", "overdue"):
            yield f"{name} {field}", one_more(level, field)
        for field, parts in (
            ("parts", PARTS),
            ("in_all", STATUSES),
            ("changes", CHANGES),
            ("before", (*STATUSES, "not_reported")),
        ):
            for part in parts:
                yield f"{name} {field} {part}", one_more(level, field, part)
            yield f"{name} {field}, the sum kept", moved_to_another(level, field)
        for field in ("of", "code", "name"):
            yield f"{name} {field}", renamed(level, field)
        if level != "overall":
            yield f"{name} one left out", row_left_out(level)
            yield f"{name} one twice", row_twice(level)
            yield (
                f"{name} in another order",
                other_order(at("figures", level)),
            )


# Lists: an item too few, one too many, another order.


def item_left_out(name: str) -> Plant:
    return popped(at("lists", name))


def item_too_many(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        listed = facts["lists"][name]
        for commitment in commitments_of(facts):
            for row in commitment["positions"]:
                cell = {"commitment": commitment["code"], "member": row["member"]}
                if cell not in listed:
                    listed.append(cell)
                    return True
        return False

    return plant


def gap_left_out(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        row = first(facts["lists"]["gaps"], lambda row: row[name])
        return bool(row and row[name].pop())

    return plant


def gap_too_many(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        codes = [commitment["code"] for commitment in commitments_of(facts)]
        for row in facts["lists"]["gaps"]:
            if code := first([code for code in codes if code not in row[name]]):
                row[name].append(code)
                return True
        return False

    return plant


def lists() -> Iterator[tuple[str, Plant]]:
    for name in LISTS:
        yield f"list {name}: one left out", item_left_out(name)
        yield f"list {name}: one too many", item_too_many(name)
        yield (
            f"list {name}: another order",
            other_order(at("lists", name)),
        )
    for name in GAPS:
        yield f"gaps {name}: one left out", gap_left_out(name)
        yield f"gaps {name}: one too many", gap_too_many(name)
    yield (
        "gaps: a member left out",
        lambda facts: bool(facts["lists"]["gaps"] and facts["lists"]["gaps"].pop()),
    )
    yield "gaps: another order", other_order(lambda facts: facts["lists"]["gaps"])


# Positions: what each says of itself.


def other_value(field: str, values: tuple[Any, ...], *, is_shown: bool) -> Plant:
    def plant(facts: Json) -> bool:
        if field in {"before", "change"} and facts["compared"] is None:
            return False
        row = first(rows_of(facts), lambda row: (row["entry"] is not None) == is_shown)
        if row is None:
            return False
        row[field] = first(values, lambda value: value != row[field])
        return True

    return plant


def wrong_change(change: str) -> Plant:
    """A position that says of itself what did not become of it."""

    def plant(facts: Json) -> bool:
        if facts["compared"] is None:
            return False
        row = first(rows_of(facts), lambda row: row["change"] not in {change, ""})
        if row is None:
            return False
        row["change"] = change
        return True

    return plant


def overdue(value: bool) -> Plant:
    def plant(facts: Json) -> bool:
        row = first(rows_of(facts), lambda row: row["is_overdue"] != value)
        if row is None:
            return False
        row["is_overdue"] = value
        return True

    return plant


def withdrawn_though_it_is_there(facts: Json) -> bool:
    row = first(rows_of(facts), lambda row: row["entry"] is not None)
    if row is None:
        return False
    row["is_withdrawn"] = True
    return True


def tracked(field: str, value: Any) -> Plant:
    def plant(facts: Json) -> bool:
        row = first(rows_of(facts), lambda row: row["entry"] is None)
        if row is None or facts["audience"] == "amber":
            return False
        row[field] = value
        return True

    return plant


def entry_that_is_not_there(facts: Json) -> bool:
    row = first(rows_of(facts), lambda row: row["entry"] is not None)
    if row is None:
        return False
    row["entry"] = "0" * 8
    return True


def entry_without_a_position(facts: Json) -> bool:
    if not facts["entries"]:
        return False
    facts["entries"]["1" * 8] = {
        **deepcopy(first(facts["entries"].values(), lambda _: True)),
        "content_sha256": "a" * 64,
    }
    return True


def two_positions_of_one_entry(facts: Json) -> bool:
    rows = [row for row in rows_of(facts) if row["entry"] is not None]
    if len(rows) < 2:
        return False
    rows[1]["entry"] = rows[0]["entry"]
    return True


def positions() -> Iterator[tuple[str, Plant]]:
    for change in CHANGES:
        yield f"position: {change} where it is not", wrong_change(change)
    for is_shown in (True, False):
        name = "with an entry" if is_shown else "without an entry"
        yield (
            f"position {name}: another status before",
            other_value("before", (*STATUSES, ""), is_shown=is_shown),
        )
        yield (
            f"position {name}: another figure",
            other_value("figure", ("current", "not_reported"), is_shown=is_shown),
        )
    yield "position: overdue where it is not", overdue(value=True)
    yield "position: not overdue where it is", overdue(value=False)
    yield "position: withdrawn, though it is there", withdrawn_though_it_is_there
    yield "position: lead authority without an entry", tracked("lead_authority", "Us")
    yield (
        "position: target date without an entry",
        tracked("target_on", {"iso": "2016-01-01", "text": "1 January 2016"}),
    )
    yield "position: an entry that is not there", entry_that_is_not_there
    yield "position: the entry of another one", two_positions_of_one_entry
    yield (
        "position: a member left out",
        lambda facts: (
            bool(commitments_of(facts))
            and len(facts["members"]) > 1
            and bool(commitments_of(facts)[0]["positions"].pop())
        ),
    )
    yield (
        "position: members in another order",
        other_order(
            lambda facts: (
                commitments_of(facts)[0]["positions"] if commitments_of(facts) else []
            )
        ),
    )
