"""Find each owner by its name. An owner that is no instrument yet becomes one.

A name that would make an instrument own itself, directly or through others, is left
out: an administrator can set the owner on its page.
"""

from django.db import migrations
from django.utils.text import slugify


def find_owners(apps, schema_editor):
    instruments = apps.get_model("commitments", "Instrument").objects.using(
        schema_editor.connection.alias
    )
    rows = list(instruments.order_by("pk"))
    by_name = {row.name.casefold(): row for row in reversed(rows)}
    for row in rows:
        if not row.owner_name:
            continue
        owner = by_name.get(row.owner_name.casefold())
        if owner is None:
            slug = free_slug(row.owner_name, {known.slug for known in by_name.values()})
            owner = instruments.create(slug=slug, name=row.owner_name, kind="body")
            by_name[row.owner_name.casefold()] = owner
        if not owns(row, owner):
            row.owner = owner
            row.save(update_fields=["owner"])


def owns(row, owner):
    """Whether the row is the owner itself, or one of the owner's owners."""
    while owner is not None:
        if owner.pk == row.pk:
            return True
        owner = owner.owner
    return False


def free_slug(name, taken):
    slug = slugify(name)[:40] or "owner"
    number = 2
    found = slug
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    return found


class Migration(migrations.Migration):
    dependencies = [("commitments", "0012_instrument_owners")]
    operations = [migrations.RunPython(find_owners, migrations.RunPython.noop)]
