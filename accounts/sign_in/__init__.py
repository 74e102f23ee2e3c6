"""How a person shows who they are: the checks, their limits, and how long they hold."""
