"""What the pages of browsers that this process started take, read from /proc."""

import os
import re
from pathlib import Path


def of_renderers() -> int:
    """Bytes of all renderers, memory that several share counted in parts."""
    processes = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and "--type=renderer" in _read(path / "cmdline") and _is_ours(int(path.name))
    ]
    shares = (re.search(r"Pss:\s+(\d+)", _read(Path(f"/proc/{one}/smaps_rollup"))) for one in processes)
    return sum(int(found[1]) * 1024 for found in shares if found)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _is_ours(process: int) -> bool:
    while process > 1:
        if process == os.getpid():
            return True
        found = re.search(r"PPid:\s+(\d+)", _read(Path(f"/proc/{process}/status")))
        process = int(found[1]) if found else 0
    return False
