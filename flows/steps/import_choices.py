"""What an import can be asked for."""

from enum import StrEnum


class Until(StrEnum):
    """The last step that an import takes. What it leaves is done by the next run, an import or a daily one."""

    STORE = "store"
    EXTRACT = "extract"
    ENRICH = "enrich"
    LINK = "link"
    INDEX = "index"
    PUBLISH = "publish"
