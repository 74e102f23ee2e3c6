"""The settings of backups."""

from environs import Env

env = Env()

# Public keys of age. A backup is encrypted for all of them.
BACKUP_AGE_RECIPIENT: list[str] = env.list("BACKUP_AGE_RECIPIENT", default=[])
# Legal erasures, outside the database: a restore repeats them.
ERASURES_FILE = env.str("ERASURES_FILE", default="")
