"""Explore as a server of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import environment


@contextmanager
def served(lake: Path) -> Iterator[str]:
    """Explore over a lake; its address, as soon as it says it."""
    words = [str(Path(sys.executable).with_name("sillok")), "explore", "--port", "0"]
    with subprocess.Popen(words, env=environment(lake), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
        assert found
        try:
            yield found[0]
        finally:
            server.terminate()
