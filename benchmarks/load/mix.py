"""What people and tools ask for, how often, and how long they think meanwhile.

Addresses are templates: `facts` names what their parts are filled with.
"""

from collections.abc import Mapping
from random import Random

PLAN = "/plans/{plan}/"
OWED = f"{PLAN}commitments/{{code}}/{{member}}/"

# ---- What is read: a kind of the figures, and its address ----------------------------
PAGES = {
    "home": "/",
    "tasks": f"{PLAN}tasks/",
    "matrix": f"{PLAN}matrix/",
    "plan": PLAN,
    "member": f"{PLAN}members/{{member}}/",
    "commitment": f"{PLAN}commitments/{{code}}/",
    "timeline": OWED,
    "entry": "/entries/{entry}/",
    "changes": f"{PLAN}changes/",
    "news": "/new/",
    "notices": "/notices/",
    "comments": "/comments/",
    "questions": "/questions/",
    "stocktake": f"{PLAN}stocktakes/{{stocktake}}/",
    "reports": "/reports/",
    "ledger": "/ledger/",
    "chart": f"{PLAN}charts/status/",
    "search": "/search/?q={word}&plan={plan}",
    "suggestions": "/search/suggestions/?q={word}",
    "clearance": "/clearance/",
    "review": "/review/",
    "people": "/people/",
    "jobs": "/jobs/",
    "guide": "/guides/officers/",
}
DOWNLOADS = {
    "matrix as CSV": f"{PLAN}matrix/?format=csv",
    "matrix as XLSX": f"{PLAN}matrix/?format=xlsx",
    "evidence file": "/evidence/{file}/file/",
}
_COMMON = {
    "home": 4, "matrix": 5, "member": 4, "commitment": 3, "timeline": 3, "entry": 3,
    "changes": 3, "news": 2, "notices": 1, "search": 3, "suggestions": 3, "plan": 1,
    "stocktake": 1, "reports": 1, "ledger": 1, "chart": 1, "guide": 1,
    "matrix as CSV": 1, "evidence file": 1,
}  # fmt: skip
# What an administrator has no access to.
_OF_ENTRIES = frozenset({"entry", "evidence file", "stocktake", "chart"})
_OF_CONTRIBUTORS = {**_COMMON, "tasks": 4, "questions": 1}
_OF_DELEGATES = {**_OF_CONTRIBUTORS, "comments": 1}
# How often each role reads what, of all that it reads.
READS: Mapping[str, Mapping[str, int]] = {
    "officer": _OF_DELEGATES,
    "contributor": _OF_CONTRIBUTORS,
    "head": {**_OF_DELEGATES, "clearance": 4},
    "coordinator": {**_COMMON, "questions": 2, "matrix as XLSX": 1},
    "observer": _COMMON,
    "assessor": _COMMON,
    "administrator": {
        **{name: often for name, often in _COMMON.items() if name not in _OF_ENTRIES},
        "people": 4,
        "jobs": 4,
    },
}

# ---- What is done: the kind, and where its form goes ---------------------------------
ACTS = {
    "editor": f"{OWED}entries/new/",
    "autosave": "/entries/{entry}/autosave/",
    "first autosave": f"{OWED}entries/new/autosave/",
    "submit": "/entries/{entry}/edit/",
    "sent": "/entries/{entry}/sent/",
    "clear": "/entries/{entry}/clear/",
    "send back": "/entries/{entry}/send-back/",
    "publish": "/entries/{entry}/publish/",
    "return": "/entries/{entry}/return/",
    "report form": "/reports/new/{report}/",
    "report page": "/reports/{entry}/",
    "report file": "/reports/{entry}/files/pdf/",
    "sign-in page": "/accounts/login/",
    "password": "/accounts/login/",
    "second step page": "/accounts/second-step/",
    "second step": "/accounts/second-step/",
}
# The kinds of report that a role may compile.
REPORTS: Mapping[str, tuple[str, ...]] = {
    "officer": (),
    "contributor": (),
    "head": ("member",),
    "coordinator": (),
    "Presidency": ("gaps", "stocktake"),
    "observer": ("stocktake", "member"),
    "assessor": ("stocktake", "member"),
    "administrator": (),
}
MOST_TRIES = 2  # more, if a sign-in is refused
MOST_LOOKS = 12  # at the page of a report, until it is done
# Of 100 tasks that someone takes up, so many are an act. The others are reading.
ACTS_OF_100 = {"officer": 40, "head": 40, "reviewer": 60, "reporter": 6}
# Of 100 decisions, so many go the other way: sent back, or returned.
REFUSED_OF_100 = 12

# ---- What tools ask for --------------------------------------------------------------
API = "/api/v1/"
CALLS = {
    "API: changes": f"{API}changes/?plan={{plan}}&member={{member}}&page_size=1000",
    "API: entries": f"{API}entries/?plan={{plan}}&member={{member}}&page_size=100",
    "API: new entries": (
        f"{API}entries/?published_since={{since}}&ordering=-published_at"
    ),
    "API: positions": f"{API}positions/?plan={{plan}}&page_size=1000",
    "API: stocktakes": f"{API}stocktakes/?plan={{plan}}",
    "API: entry": f"{API}entries/{{entry}}/",
    "API: evidence file": f"{API}evidence/{{file}}/file/",
    "API: me": f"{API}me/",
}
CALLED = {
    "API: changes": 8, "API: entries": 4, "API: new entries": 3, "API: positions": 2,
    "API: stocktakes": 1, "API: entry": 3, "API: evidence file": 1, "API: me": 1,
}  # fmt: skip
WRITTEN = {
    "API: draft": f"{API}entries/",
    "API: edit": f"{API}entries/{{entry}}/",
    "API: discard": f"{API}entries/{{entry}}/",
}
# Of 100 tasks of a tool that can write.
WRITES_OF_100 = 15

# ---- Seconds: from, to ---------------------------------------------------------------
BETWEEN_TASKS = (10.0, 30.0)
READING, TYPING = (4.0, 12.0), (5.0, 15.0)
BETWEEN_LOOKS = (5.0, 5.0)
# Before a sign-in that was refused is tried again: the time of its rate limit.
AGAIN = (60.0, 65.0)
BETWEEN_CALLS = (3.0, 8.0)


def choose(weights: Mapping[str, int], random: Random) -> str:
    """Return a name, the more often the greater its weight."""
    [name] = random.choices([*weights], [*weights.values()])
    return name
