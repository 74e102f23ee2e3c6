"""No instrument owns itself, directly or through others.

`instruments_of(slug)`: the keys of an instrument and of all that it owns, at any depth.
"""

from django.db import migrations

OWNERS = """
CREATE FUNCTION instruments_of(owner_slug text) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 10 AS $$
    WITH RECURSIVE owned AS (
        SELECT id FROM commitments_instrument WHERE slug = owner_slug
        UNION
        SELECT instrument.id FROM commitments_instrument AS instrument
            JOIN owned ON instrument.owner_id = owned.id
    )
    SELECT id FROM owned;
$$;

-- One change of owners at a time: two at once could form a circle together.
CREATE FUNCTION refuse_circle_of_owners() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('owners of instruments'));
    IF NEW.owner_id = NEW.id OR NEW.owner_id IN (SELECT instruments_of(NEW.slug)) THEN
        RAISE EXCEPTION 'instrument % would own itself', NEW.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instrument_owners_form_no_circle
    BEFORE INSERT OR UPDATE OF owner_id ON commitments_instrument
    FOR EACH ROW WHEN (NEW.owner_id IS NOT NULL)
    EXECUTE FUNCTION refuse_circle_of_owners();
"""

UNDO = """
DROP TRIGGER instrument_owners_form_no_circle ON commitments_instrument;
DROP FUNCTION refuse_circle_of_owners;
DROP FUNCTION instruments_of;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0013_owners_by_name")]
    operations = [
        migrations.RunSQL(OWNERS, UNDO),
        migrations.RemoveField("instrument", "owner_name"),
    ]
