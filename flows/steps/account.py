"""Whose account of the machine does something that is written down."""

import getpass
import os


def account() -> str:
    """The account's name; its number where it has none, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
