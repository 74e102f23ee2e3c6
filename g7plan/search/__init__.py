"""The search: a page that composes what the apps find."""
