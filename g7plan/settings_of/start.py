"""Which kind of start the environment asks for: production or a trial."""

from environs import Env

env = Env()


def is_production() -> bool:
    """Return whether this is a server: its database is named, or it says so itself."""
    return env.bool("PRODUCTION", default=bool(env.str("DATABASE_URL", default="")))
