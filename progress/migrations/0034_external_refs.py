"""What partners' systems call the entries they send, and which of them are current.

The database itself moves a reference with its entry, whoever acts: a correction takes it
over, and gives it back if it is discarded. A discarded or a withdrawn entry frees it.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion

KEEP = """
CREATE FUNCTION hand_on_external_ref() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    former progress_externalref;
BEGIN
    UPDATE progress_externalref SET is_current = false
        WHERE entry_id = NEW.supersedes_id AND is_current RETURNING * INTO former;
    IF FOUND THEN
        INSERT INTO progress_externalref
            (entry_id, member_id, text, is_current, sender_id, known_text_at,
                known_text_by_id)
            VALUES (NEW.id, former.member_id, former.text, true, former.sender_id,
                former.known_text_at, former.known_text_by_id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION free_external_ref() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'published' THEN
        UPDATE progress_externalref SET is_current = false
            WHERE entry_id = NEW.supersedes_id AND is_current;
        RETURN NULL;
    END IF;
    UPDATE progress_externalref SET is_current = false
        WHERE entry_id = NEW.id AND is_current;
    IF FOUND THEN
        UPDATE progress_externalref SET is_current = true
            WHERE entry_id = NEW.supersedes_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_hands_on_external_ref AFTER INSERT ON progress_entry
    FOR EACH ROW WHEN (NEW.kind = 'correction')
    EXECUTE FUNCTION hand_on_external_ref();
CREATE TRIGGER entry_frees_external_ref AFTER UPDATE OF state ON progress_entry
    FOR EACH ROW WHEN (
        NEW.state = 'discarded' AND OLD.state <> 'discarded'
        OR NEW.kind = 'withdrawal' AND NEW.state = 'published')
    EXECUTE FUNCTION free_external_ref();
CREATE FUNCTION refuse_external_ref_of_another_member() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM progress_entry AS entry
        JOIN commitments_membercommitment AS mine ON mine.id = entry.member_commitment_id
        WHERE entry.id = NEW.entry_id AND mine.member_id = NEW.member_id)
    THEN
        RAISE EXCEPTION 'entry % is not of member %', NEW.entry_id, NEW.member_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER external_ref_is_of_its_member
    BEFORE INSERT OR UPDATE OF entry_id, member_id ON progress_externalref
    FOR EACH ROW EXECUTE FUNCTION refuse_external_ref_of_another_member();
"""

UNDO = """
DROP TRIGGER entry_hands_on_external_ref ON progress_entry;
DROP TRIGGER entry_frees_external_ref ON progress_entry;
DROP TRIGGER external_ref_is_of_its_member ON progress_externalref;
DROP FUNCTION hand_on_external_ref;
DROP FUNCTION free_external_ref;
DROP FUNCTION refuse_external_ref_of_another_member;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_acting_heads"),
        ("progress", "0033_acting_heads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ExternalRef",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=deletion.PROTECT,
                        primary_key=True,
                        related_name="external_ref",
                        serialize=False,
                        to="progress.entry",
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("is_current", models.BooleanField(default=True)),
                ("known_text_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        related_name="external_refs",
                        to="accounts.member",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=deletion.PROTECT,
                        related_name="sent_external_refs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "known_text_by",
                    models.ForeignKey(
                        on_delete=deletion.PROTECT,
                        related_name="external_refs_of_texts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("member", "text"),
                        name="external_ref_is_unique_of_a_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="external_ref_has_a_text",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["text", "member"], name="external_ref_by_text"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
