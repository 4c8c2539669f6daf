"""How dealing with one listed URL (or one saved input) ended: one state and one reason, both from closed lists."""

from enum import StrEnum


class State(StrEnum):
    """Exactly one a URL and run. The counts add up: listed = the sum of all states."""

    STORED = "stored"  # a new capture lies in the WARC files
    UNCHANGED = "unchanged"  # asked, and the server or the digest says nothing changed
    DUPLICATE = "duplicate"  # the same bytes of the same URL or input are already held
    SKIPPED = "skipped"  # not asked for, by a rule; the reason says which
    RETRY_LATER = "retry_later"  # trouble that may pass; the next run tries again
    FAILED = "failed"  # tried, and there is no page (a body that came in part is kept, marked, as evidence only)
    QUARANTINED = "quarantined"  # something came and is kept, but it is not what it should be


class Reason(StrEnum):
    """Why. A person can act on each of them; docs/outcomes.md says how."""

    NONE = "none"
    # skipped
    NOT_DUE = "not_due"
    NO_CONTACT = "no_contact"
    ROBOTS_DISALLOWED = "robots_disallowed"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    BLOCKED_ADDRESS = "blocked_address"
    BAD_URL = "bad_url"
    BAD_SCHEME = "bad_scheme"
    BAD_PORT = "bad_port"
    OFF_SITE = "off_site"
    HOST_BUDGET = "host_budget"
    NOT_HTML = "not_html"
    TAKEN_DOWN = "taken_down"
    METADATA_ONLY = "metadata_only"
    # unchanged and duplicate
    NOT_MODIFIED = "not_modified"
    SAME_DIGEST = "same_digest"
    # trouble on the way
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    SHORT_BODY = "short_body"
    WIRE_TOO_LARGE = "wire_too_large"
    DECODED_TOO_LARGE = "decoded_too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_HEADERS = "bad_headers"
    BAD_304 = "bad_304"
    EMPTY_BODY = "empty_body"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_LIMIT = "redirect_limit"
    BAD_REDIRECT = "bad_redirect"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_410 = "http_410"
    HTTP_429 = "http_429"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    # kept but odd
    TYPE_MISMATCH = "type_mismatch"
    BOT_CHALLENGE = "bot_challenge"
    LOGIN_WALL = "login_wall"
    SOFT_404 = "soft_404"
    CHANNEL_UNREADABLE = "channel_unreadable"
    CHANNEL_DEADLINE = "channel_deadline"
    CHANNEL_CRASHED = "channel_crashed"
    XML_DTD = "xml_dtd"
    # what befell a capture later
    RECORD_LOST = "record_lost"
    # saved inputs
    EMPTY_FILE = "empty_file"
    BINARY_FILE = "binary_file"
    UNREADABLE_FILE = "unreadable_file"
    BROKEN_GZIP = "broken_gzip"
    BROKEN_WARC = "broken_warc"
    FILE_TOO_LARGE = "file_too_large"
