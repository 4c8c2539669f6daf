"""Other tools, installed into environments of their own that are thrown away, never into ours."""

import subprocess
import venv
from pathlib import Path


def python_with(folder: Path, *packages: str) -> Path | None:
    """A Python with these packages in a new environment at `folder`; None where pip cannot get them."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    words = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return python
    print(f"pip could not install {', '.join(packages)}, to compare with: {done.stderr.strip()[-500:]}")
    return None
