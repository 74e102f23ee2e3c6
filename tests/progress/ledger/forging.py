"""What a forger with the application's password writes: a publication, or the trail."""

from dataclasses import dataclass

from progress.ledger.chain import TrailLink, canonical, hash_of_text
from progress.models import TrailRecord

# The instant of a forgery. `BEGIN` reads the clock, so that it is the present one.
BEGIN = "SELECT set_config('forgery.at', clock_timestamp()::text, true)"
AT = "current_setting('forgery.at')::timestamptz"
LONG_AGO = f"({AT} - interval '100 days')"
SOON = f"({AT} + interval '2 days')"


@dataclass(frozen=True)
class Scene:
    """What is there to forge: ids, as SQL literals."""

    waiting: str  # with the Presidency, cleared by the head of its member
    draft: str
    published: str
    head: str  # of the entries' member
    officer: str  # of the entries' member
    coordinator: str
    stranger: str  # an officer of a third member


def record(kind: str = "publication", at: str = AT, step: int = 1) -> str:
    """Add the next record of the chain, with the right hash of its own fields."""
    line = (
        '{"content_sha256":"%s","kind":"%s","previous_sha256":"%s",'
        '"recorded_at":"%s","sequence":%s}'
    )
    return f"""
        INSERT INTO public.progress_ledgerrecord (sequence, kind, recorded_at,
            content_sha256, previous_sha256, sha256)
        SELECT sequence, kind, at, content, previous, encode(sha256(convert_to(format(
            '{line}', content, kind, previous, to_char(at AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), sequence), 'UTF8')), 'hex')
        FROM (SELECT sequence + {step} AS sequence, '{kind}' AS kind, {at} AS at,
            repeat('c', 64) AS content, sha256 AS previous
            FROM public.progress_ledgerrecord ORDER BY sequence DESC LIMIT 1) AS head
    """


def transition(
    entry: str,
    by: str,
    *,
    verb: str = "publish",
    before: str = "submitted",
    after: str = "published",
    at: str = AT,
) -> str:
    return f"""
        INSERT INTO public.progress_transition
            (entry_id, verb, before, after, reason, at, by_id)
        VALUES ({entry}, '{verb}', '{before}', '{after}', '', {at}, {by})
    """


def clearance(entry: str, by: str, *, at: str = AT) -> str:
    return f"""
        INSERT INTO public.progress_clearance (entry_id, sent_at, sent_by_id,
            cleared_at, cleared_by_id, capital_reference)
        VALUES ({entry}, {at}, {by}, {at}, {by}, '')
    """


def published(entry: str, by: str, **columns: str) -> str:
    """Let an entry become published. A column may have another value."""
    values = {
        "state": "'published'",
        "published_at": AT,
        "published_by_id": by,
        "publisher_member_id": f"(SELECT member_id FROM accounts_user WHERE id = {by})",
        "was_clearance_needed": "true",
        "ledger_record_id": "(SELECT max(sequence) FROM public.progress_ledgerrecord)",
        **columns,
    }
    assigned = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"UPDATE public.progress_entry SET {assigned} WHERE id = {entry}"


def inserted(entry: str, by: str, **columns: str) -> str:
    """Add a copy of an entry that is published from the start, as a new row."""
    changed = {
        "id": "gen_random_uuid()",
        "state": "'published'",
        "published_at": AT,
        "published_by_id": by,
        "publisher_member_id": f"(SELECT member_id FROM accounts_user WHERE id = {by})",
        "was_clearance_needed": "true",
        "ledger_record_id": "(SELECT max(sequence) FROM public.progress_ledgerrecord)",
        **columns,
    }
    pairs = ", ".join(f"'{name}', {value}" for name, value in changed.items())
    return f"""
        INSERT INTO public.progress_entry
        SELECT (jsonb_populate_record(entry, jsonb_build_object({pairs}))).*
        FROM public.progress_entry AS entry WHERE id = {entry}
    """


def trail(entry: str) -> str:
    """Add the row of the trail that says that an entry was published."""
    return f"""
        INSERT INTO public.progress_trailrecord
        SELECT (row.made).sequence, (row.made).kind, (row.made).subject,
            (row.made).content, (row.made).salt, (row.made).content_sha256,
            (row.made).previous_sha256, public.hash_of_trail(row.made)
        FROM (SELECT jsonb_populate_record(NULL::public.progress_trailrecord,
            jsonb_build_object('sequence', COALESCE(max(sequence), 0) + 1,
                'kind', 'publication', 'subject', {entry}, 'content', '{{}}',
                'salt', repeat('d', 64),
                'content_sha256', encode(sha256('{{}}'), 'hex'),
                'previous_sha256', COALESCE(
                    (array_agg(sha256 ORDER BY sequence DESC))[1], repeat('0', 64)))
            ) AS made FROM public.progress_trailrecord) AS row
    """


def forged_trail(
    kind: TrailRecord.Kind,
    subject: object,
    content: str = canonical({"answered_at": "2016-05-26T12:00:00.000000Z"}),
) -> None:
    """Add a row that continues the trail, about something that was not so."""
    head = TrailRecord.objects.latest("sequence")
    link = TrailLink(
        head.sequence + 1, kind, str(subject), hash_of_text(content), head.sha256
    )
    TrailRecord.objects.create(
        sequence=link.sequence, kind=kind, subject=link.subject, content=content,
        salt="a" * 64, content_sha256=link.content_sha256,
        previous_sha256=link.previous_sha256, sha256=link.sha256,
    )  # fmt: skip
