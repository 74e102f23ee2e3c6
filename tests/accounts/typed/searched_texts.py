"""Generated texts and searches: in every script that delegations write, and hostile."""

from hypothesis import strategies as st

PARTS = [
    "INTERPOL", "interpol's", "Terrorism", "naïve", "œuvre", "État", "Straße",
    "\ufb01n",
    "l’accord", "co-operation", "2178", "(2014)", "m²", "½", "İstanbul", "ısı", "a",
    "الإرهاب", "إِرهَاب", "ارهـاب", "שָׁלוֹם", "שלום", "정책", "한국어를", "각", "가",
    "税関職員", "税関", "職員", "関", "データベース", "ﾊﾟｽﾎﾟｰﾄ", "パスポート", "々", "ば",
    "\uff29\uff2e\uff34\uff25\uff32", "１２", "हिन्दी", "ไทย", "Ωμέγας",
    "\U00020bb7野家",
]  # fmt: skip
# Invisible characters, quotes, and the signs of LIKE, of regular expressions, and of
# `tsquery`.
SIGNS = [
    " ", "\n", ", ", "\u200b", "\u00ad", "\u200d", "\u200f", "\ufe0f", "\u3000", "'",
    "''", '"', "\\", "%", "_", "@", ":*", " & ", " | ", "!", "<->", "(", ")", "$1",
    "%s",
    "・", "。", "\u0301", "\u3099", "😀", "",
]  # fmt: skip
# Text that PostgreSQL can store. The API refuses the rest before it searches.
ANY = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8
)
TEXTS = st.lists(
    st.sampled_from(PARTS) | st.sampled_from(SIGNS) | ANY, max_size=12
).map("".join)


@st.composite
def cut(draw: st.DrawFn) -> str:
    """Return a part of a part, as typed by a person who has not finished."""
    part = draw(st.sampled_from(PARTS))
    start = draw(st.integers(0, len(part) - 1))
    return part[start : draw(st.integers(start + 1, len(part)))]


SEARCHES = st.lists(cut() | st.sampled_from(SIGNS) | ANY, max_size=5).map("".join)
