"""Words that people who use this system would choose first, and so would an attacker.

A password of such words and a number is refused, however long it is. The words are
those of the product, its members and its summits, and the usual beginnings.
"""

from accounts.passwords.normal_form import normal

_WORDS = """
    action administrator amber assessor bari britain canada changeme clearance
    commitment commitments coordinator counterterrorism delegation demo deutschland
    elmau england europe european france french gateway germany green hiroshima
    implemented iseshima italia italy japan japanese kananaskis kingdom letmein
    observer officer password passwort plan presidency progress qwerty qwertz report
    secret sherpa signin states stocktake summer summit taormina terrorism
    unitedkingdom unitedstates welcome winter autumn spring gseven
"""
OWN_WORDS = frozenset(_WORDS.split())
_LONGEST_FIRST = sorted(OWN_WORDS, key=lambda word: (-len(word), word))
# A password must have so many letters of its own.
OWN_LETTERS = 6


def is_of_own_words(password: str) -> bool:
    """Return whether hardly any letter is left without the words of this system.

    A password without any of these words is not ours to judge: return False.
    """
    letters = "".join(filter(str.isalpha, normal(password).casefold()))
    left = letters
    for word in _LONGEST_FIRST:
        left = left.replace(word, " ")
    return left != letters and len(left.replace(" ", "")) < OWN_LETTERS
