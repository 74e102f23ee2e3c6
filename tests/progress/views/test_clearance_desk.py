"""Tests of deciding on the clearance page: next, undo, own words, newer versions."""

import re
from datetime import timedelta

import pytest

from accounts.models import Role
from progress.actions.clearance import recall_entry, submit_entry
from progress.actions.drafting import edit_entry
from progress.entries.text import EntryText
from progress.models import Clearance, Entry, State, Transition
from progress.views.clearance import texts
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page

CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")
CANARY = "kestrel7381"
GONE = "That entry is not in clearance any more, or you cannot see it"


def open_code(answer):
    """Return the code of the entry that the page shows in full."""
    found = re.search(r'id="open-entry"><span class="code">([^<]+)<', page(answer))
    return found and found[1]


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def row_of(shown, entry):
    """Return the words of an entry's row in the list."""
    rows = re.findall(r'<li class="desk-row.*?</li>', shown, re.DOTALL)
    return words(next(row for row in rows if str(entry.pk) in row))


def hidden(shown, name, form):
    part = shown[shown.index(f'action="{form}"') :]
    return re.search(rf'name="{name}" value="([^"]*)"', part)[1]


@pytest.fixture
def entry_on(plan, officer_jp, stocktake):
    def make(code, state=State.IN_CLEARANCE, **fields):
        mine = member_commitment_of(plan, code, fields.pop("member", "JP"))
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(mine, **values)

    return make


@pytest.fixture
def four(entry_on):
    return {code: entry_on(code) for code in CODES}


@pytest.fixture
def three(entry_on, head_jp):
    """Three by an officer, and the last by the head."""
    entry_on("2.1", by=head_jp, narrative="My own words.")
    return {code: entry_on(code) for code in CODES[:3]}


@pytest.fixture
def own(three):
    return Entry.objects.get(narrative="My own words.")


@pytest.fixture
def browser(signed_in, head_jp):
    return signed_in(head_jp)


@pytest.fixture
def decide(browser):
    def post(entry, verb="clear", **fields):
        sent = {"version": entry.version, **fields}
        return browser.post(f"/entries/{entry.pk}/{verb}/", sent, follow=True)

    return post


def edit_and_send(entry, narrative, officer, now):
    """The officer recalls the entry, changes its text, and sends it again."""
    at_hand = {"by": officer, "at": now}
    entry = recall_entry(entry_id=entry.pk, version=entry.version, **at_hand)
    text = EntryText(entry.as_of, status=entry.status, narrative=narrative)
    entry = edit_entry(entry_id=entry.pk, version=entry.version, text=text, **at_hand)
    return submit_entry(entry_id=entry.pk, version=entry.version, **at_hand)


# ---- One after the other -------------------------------------------------------------


def test_one_entry_is_open_and_all_are_listed(browser, four):
    shown = page(browser.get("/clearance/"))
    assert "4 entries wait." in shown
    for code, entry in four.items():
        assert f"Choose {code} {code}" in row_of(shown, entry)
    assert shown.count('id="open-entry"') == 1
    assert shown.count('aria-current="true"') == 1


def test_the_next_follows_each_and_the_first_follows_the_last(decide, four):
    assert open_code(decide(four["1.1.1"])) == "1.2.1"
    assert open_code(decide(four["2.1"])) == "1.2.1"
    assert open_code(decide(four["1.2.1"], "send-back", reason="Why?")) == "1.2.2"
    done = decide(four["1.2.2"])
    assert open_code(done) is None
    assert "No entries are waiting for clearance" in page(done)
    assert "See all tasks" in page(done)


def test_the_next_is_one_that_the_head_can_clear(decide, entry_on, head_jp):
    first = entry_on("1.1.1")
    own = entry_on("1.2.1", by=head_jp)
    entry_on("1.2.2")
    assert open_code(decide(first)) == "1.2.2"
    last = Entry.objects.get(member_commitment__commitment__code="1.2.2")
    assert open_code(decide(last)) == "1.2.1"  # to send back, or to know who can
    assert own.state == State.IN_CLEARANCE


def test_previous_and_next_are_links_with_keys(browser, four):
    shown = page(browser.get("/clearance/", {"entry": four["1.2.1"].pk}))
    for key, code in (("k", "1.1.1"), ("j", "1.2.2")):
        address = f'data-key="{key}" href="/clearance/?entry={four[code].pk}"'
        assert address in shown
    assert "2 of 4" in words(shown)


@pytest.mark.parametrize("named", ["", "x", "a b", "1" * 32, "日本"])
def test_an_address_that_names_nothing_shows_the_first(browser, four, named):
    for parameter in ("entry", "after"):
        answer = browser.get("/clearance/", {parameter: named})
        assert answer.status_code == 200
        assert open_code(answer) == "1.1.1"


def test_an_entry_of_others_reads_like_one_that_does_not_exist(
    browser, four, entry_on, officer_fr
):
    theirs = entry_on("1.2.1", member="FR", by=officer_fr, narrative=CANARY)
    for pk in (theirs.pk, "0199aaaa-0000-7000-8000-000000000000"):
        for parameter in ("entry", "after"):
            shown = page(browser.get("/clearance/", {parameter: pk}))
            assert CANARY not in shown
            assert (GONE in shown) is (parameter == "entry")
            assert open_code(browser.get("/clearance/", {parameter: pk})) == "1.1.1"


# ---- The state of each row ----------------------------------------------------------


def test_each_row_says_its_state(browser, decide, entry_on, head_jp, members):
    make_user(Role.HEAD, member="JP", name="Ada of Japan")
    waiting, own = entry_on("1.1.1"), entry_on("1.2.1", by=head_jp)
    before, cleared = entry_on("2.1", State.SUBMITTED), entry_on("1.2.2")
    decide(cleared)
    shown = page(browser.get("/clearance/"))
    assert "Waiting" in row_of(shown, waiting)
    assert "You changed this entry, so you cannot clear it." in row_of(shown, own)
    assert "Ada of Japan can clear it." in row_of(shown, own)
    assert "Cleared just now" in row_of(shown, cleared)
    assert "With the Presidency" in row_of(shown, before)
    assert f"/entries/{own.pk}/clear/" not in page(
        browser.get("/clearance/", {"entry": own.pk})
    )


def test_just_now_ends(browser, entry_on, head_jp, now):
    entry = entry_on("1.2.2", State.SUBMITTED)
    Clearance.objects.create(
        entry=entry, sent_at=now, sent_by=head_jp, cleared_by=head_jp,
        cleared_at=now - timedelta(hours=2),
    )  # fmt: skip
    assert "Cleared just now" not in page(browser.get("/clearance/"))


def test_a_cleared_entry_can_be_recalled_until_it_is_published(
    browser, decide, four, stocktake
):
    entry = four["1.1.1"]
    shown = page(decide(entry))
    assert f'action="/entries/{entry.pk}/recall/"' in shown
    assert "Recall 1.1.1" in shown
    entry.refresh_from_db()
    again = page(browser.get("/clearance/", {"entry": entry.pk}))
    assert f'action="/entries/{entry.pk}/recall/"' in again
    assert f"/entries/{entry.pk}/clear/" not in again
    browser.post(f"/entries/{entry.pk}/recall/", {"version": entry.version})
    entry.refresh_from_db()
    assert entry.state == State.DRAFT
    assert "/recall/" not in page(browser.get("/clearance/", {"after": entry.pk}))


def test_nothing_is_recalled_after_publication(browser, entry_on):
    entry = entry_on("1.2.2", State.PUBLISHED)
    for parameter in ("after", "entry"):
        shown = page(browser.get("/clearance/", {parameter: entry.pk}))
        assert "/recall/" not in shown


# ---- The entry that is open ---------------------------------------------------------


def test_old_and_new_stand_side_by_side_with_their_own_marks(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Two bureaus.", status="limited")
    entry_on("1.2.1", narrative="Four bureaus.", status="substantial")
    shown = page(browser.get("/clearance/"))
    old, new = (
        re.findall(rf'<div class="compare-{side}">.*?\n    </div>', shown, re.DOTALL)
        for side in ("old", "new")
    )
    assert "<del>" in "".join(old)
    assert "<ins>" not in "".join(old)
    assert "<ins>" in "".join(new)
    assert "<del>" not in "".join(new)
    assert "status changed" in shown


def test_old_words_written_anew_are_open_too(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Nothing yet of all this.")
    entry_on("1.2.1", narrative="Screening began everywhere in April.")
    shown = page(browser.get("/clearance/"))
    before = shown.index("Nothing yet of all this.")
    assert "<details" not in shown[shown.index("data-quotable") : before]


def test_dates_people_and_earlier_reasons_are_at_hand(browser, four, officer_jp, now):
    entry = four["1.1.1"]
    for verb, reason in (("send_back", "Which year?"), ("submit", "")):
        Transition.objects.create(
            entry=entry, verb=verb, before="draft", after="in_clearance",
            reason=reason, at=now, by=officer_jp,
        )  # fmt: skip
    shown = words(page(browser.get("/clearance/")))
    assert "Written by Officer JP" in shown
    assert "Sent by Officer JP" in shown
    assert "It came back 1 time before" in shown
    assert "Which year?" in shown
    assert "Due" in shown


def test_the_page_takes_few_queries_with_everything_on_it(
    browser, decide, three, own, django_assert_max_num_queries
):
    decide(three["1.1.1"])
    with django_assert_max_num_queries(12):
        browser.get("/clearance/", {"after": three["1.1.1"].pk})
    with django_assert_max_num_queries(12):
        browser.get("/clearance/", {"entry": own.pk})


# ---- A newer version -----------------------------------------------------------------


def test_a_newer_version_is_not_cleared_and_its_difference_is_shown(
    browser, decide, entry_on, officer_jp, now
):
    entry_on("1.2.1", State.PUBLISHED, narrative="Nothing yet.")
    entry = entry_on("1.2.1", narrative="Two bureaus joined.")
    shown = page(browser.get("/clearance/"))
    sealed = hidden(shown, "shown", f"/entries/{entry.pk}/clear/")
    edit_and_send(entry, "Nine bureaus joined.", officer_jp, now)
    answer = decide(entry, shown=sealed, capital_reference="T 12")
    assert answer.status_code == 409
    told = page(answer)
    assert "Another person changed this entry after you opened it" in told
    notice = told[told.index('id="stale"') : told.index("data-quotable")]
    assert "As you opened it" in notice
    assert ">Two<" in notice[notice.index("<del>") : notice.index("</del>")]
    assert ">Nine<" in notice[notice.index("<ins>") : notice.index("</ins>")]
    assert "Nothing yet." in told[told.index("data-quotable") :]
    assert 'value="T 12"' in told
    entry.refresh_from_db()
    assert entry.state == State.IN_CLEARANCE

    newer = hidden(told, "shown", f"/entries/{entry.pk}/clear/")
    assert newer != sealed
    assert decide(entry, shown=newer).redirect_chain
    entry.refresh_from_db()
    assert entry.state == State.SUBMITTED


@pytest.mark.parametrize("sealed", ["", "junk", "e30:1x:abc"])
def test_a_seal_that_is_none_only_loses_the_difference(
    decide, entry_on, officer_jp, now, sealed
):
    entry = entry_on("1.2.1")
    edit_and_send(entry, "Newer.", officer_jp, now)
    answer = decide(entry, shown=sealed)
    assert answer.status_code == 409
    assert "Newer." in page(answer)
    assert "As you opened it" not in page(answer)


def test_the_seal_of_another_entry_shows_nothing_of_it(
    browser, decide, four, officer_jp, now
):
    other = page(browser.get("/clearance/", {"entry": four["2.1"].pk}))
    sealed = hidden(other, "shown", f"/entries/{four['2.1'].pk}/clear/")
    edit_and_send(four["1.1.1"], "Newer.", officer_jp, now)
    assert "As you opened it" not in page(decide(four["1.1.1"], shown=sealed))


# ---- Sending back -------------------------------------------------------------------


def reason_of(entry):
    return entry.transitions.get(verb="send_back").reason


def test_a_reason_may_be_a_usual_one_a_passage_and_own_words(decide, four):
    decide(
        four["1.1.1"], "send-back", usual="figures", passage="exchange alerts",
        reason="Which year?",
    )  # fmt: skip
    assert reason_of(four["1.1.1"]) == (
        "Please give the source of the figures.\n\n“exchange alerts”\n\nWhich year?"
    )
    decide(four["1.2.1"], "send-back", usual="evidence")
    assert reason_of(four["1.2.1"]) == "Please add evidence."
    decide(four["2.1"], "send-back", reason="Only this.")
    assert reason_of(four["2.1"]) == "Only this."


def test_every_reader_of_the_entry_reads_the_passage(
    decide, four, signed_in, officer_jp
):
    decide(four["1.1.1"], "send-back", passage="exchange alerts")
    shown = page(signed_in(officer_jp).get(f"/entries/{four['1.1.1'].pk}/edit/"))
    assert "“exchange alerts”" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"usual": "", "passage": "", "reason": " "}, "Give a reason."),
        (
            {"usual": "figures", "passage": "p" * 1000, "reason": "w" * 1200},
            "The whole reason has 2,244 characters",
        ),
        ({"usual": "", "passage": "a\x00b", "reason": "Kept."}, "null character"),
        ({"usual": "invented", "reason": "Kept."}, "not one of the available choices"),
    ],
)
def test_what_was_typed_stays_with_the_problem(decide, four, typed, sentence):
    answer = decide(four["1.1.1"], "send-back", **typed)
    assert answer.status_code == 422
    shown = page(answer)
    assert sentence in shown
    assert 'id="send-back" open' in shown
    for name in ("passage", "reason"):
        assert typed.get(name, "").strip().split("\x00")[0] in shown
    if typed["usual"] == "figures":
        assert re.search(r'<option value="figures"\s+selected', shown)
    assert Transition.objects.count() == 0


def test_the_reason_has_a_counter_of_two_thousand(browser, four):
    shown = page(browser.get("/clearance/"))
    assert 'id="back_reason_limit" data-limit="2000"' in shown


def test_own_words_can_be_sent_back(decide, entry_on, head_jp):
    entry = entry_on("1.2.1", by=head_jp)
    decide(entry, "send-back", reason="I was wrong.")
    entry.refresh_from_db()
    assert entry.state == State.DRAFT


# ---- Several at once ----------------------------------------------------------------


def items_in(shown):
    return re.findall(r'form="clear-these" name="item" value="([^"]+)"', shown)


def test_all_are_cleared_from_a_page_with_their_texts(browser, three, own):
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert own.narrative not in shown
    assert shown.count("Border agencies exchange alerts every day.") == 3
    items = items_in(shown)
    assert items == [f"{entry.pk}.1" for entry in three.values()]
    sent = {"item": items, "confirmed": "1", "capital_reference": "T 12"}
    done = words(page(browser.post("/entries/bulk/clear/", sent)))
    assert "3 entries cleared and sent for review." in done
    own.refresh_from_db()
    assert own.state == State.IN_CLEARANCE


def test_own_words_that_are_chosen_are_left_out_and_it_says_who_can(
    browser, three, own
):
    make_user(Role.HEAD, member="JP", name="Ada of Japan")
    chosen = {"item": [f"{own.pk}.1", f"{three['1.2.2'].pk}.1"]}
    shown = page(browser.post("/entries/bulk/clear/", chosen))
    assert "2.1 is left out" in shown
    assert "Ada of Japan can clear it." in shown
    assert items_in(shown) == [f"{three['1.2.2'].pk}.1"]
    only = page(browser.post("/entries/bulk/clear/", {"item": [f"{own.pk}.1"]}))
    assert "You can clear none of these entries" in only
    assert 'name="confirmed"' not in only


def test_what_a_page_cannot_hold_is_not_cleared_from_it(browser, four, monkeypatch):
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 90)  # two texts of 42 characters
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert "2 more entries follow on the next page." in shown
    items = items_in(shown)
    assert items == [f"{four[code].pk}.1" for code in CODES[:2]]
    later = re.findall(r'name="later" value="([^"]+)"', shown)
    sent = {"item": items, "later": later, "confirmed": "1"}
    done = page(browser.post("/entries/bulk/clear/", sent))
    assert "Read the next 2 entries" in done
    assert Entry.objects.filter(state=State.SUBMITTED).count() == 2
    rest = re.findall(r'name="item" value="([^"]+)"', done)
    following = page(browser.post("/entries/bulk/clear/", {"item": rest}))
    assert items_in(following) == [f"{four[code].pk}.1" for code in CODES[2:]]


def test_one_long_text_is_always_shown(browser, four, monkeypatch):
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 10)
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert len(items_in(shown)) == 1


def test_a_text_that_changed_after_the_page_is_refused_with_the_difference(
    browser, four, officer_jp, now
):
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    edit_and_send(four["1.2.1"], "Nine agencies exchange alerts.", officer_jp, now)
    sealed = re.findall(r'name="shown" value="([^"]+)"', shown)
    sent = {"item": items_in(shown), "shown": sealed, "confirmed": "1"}
    done = page(browser.post("/entries/bulk/clear/", sent))
    assert "3 entries cleared and sent for review. 1 could not be done" in words(done)
    assert "What changed in 1.2.1 after you opened the page" in done
    part = done[done.index("What changed in 1.2.1") :]
    assert "Border" in part[part.index("<del>") : part.index("</del>")]
    assert "Nine" in part[part.index("<ins>") : part.index("</ins>")]
    four["1.2.1"].refresh_from_db()
    assert four["1.2.1"].state == State.IN_CLEARANCE


def test_an_item_with_a_newer_version_is_shown_as_it_is_now(
    browser, four, officer_jp, now
):
    newer = edit_and_send(four["1.2.1"], "Newer words.", officer_jp, now)
    chosen = {"item": [f"{newer.pk}.1"]}
    shown = page(browser.post("/entries/bulk/clear/", chosen))
    assert "Newer words." in shown
    assert items_in(shown) == [f"{newer.pk}.{newer.version}"]


def test_the_texts_of_others_are_not_shown(browser, entry_on, officer_fr, plan):
    theirs = entry_on("1.2.1", member="FR", by=officer_fr, narrative=CANARY)
    for which in ({"item": [f"{theirs.pk}.1"]}, {"which": "all"}):
        answer = browser.post("/entries/bulk/clear/", which, follow=True)
        assert CANARY not in page(answer)
        assert str(theirs.pk) not in page(answer)


def test_many_texts_take_few_queries(browser, four, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        browser.post("/entries/bulk/clear/", {"which": "all"})


def test_sending_several_back_takes_a_usual_reason(browser, four):
    sent = {
        "item": [f"{entry.pk}.1" for entry in four.values()],
        "confirmed": "1",
        "usual": "capital",
    }
    done = words(page(browser.post("/entries/bulk/send-back/", sent)))
    assert "4 entries sent back." in done
    assert reason_of(four["2.1"]).startswith("The capital has not agreed")
