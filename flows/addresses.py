"""URLs: one parser, one normal form, one key. Pure."""
