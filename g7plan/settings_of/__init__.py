"""Parts of the settings, each for one subject. `g7plan.settings` is the whole."""
