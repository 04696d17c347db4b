#!/usr/bin/env python3
"""Runs every ```sh block of README.md: run_examples.py REPOSITORY CALX.

Each block runs by itself in an empty folder that holds sample_images and models, with `calx` on the
path; a command that fails fails the block. A block that shows how a failure looks says so itself
(`|| test $? = 1`). Blocks with another fence (console, cpp, text) are not run here.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def run_block(block, repository, calx):
    """Whether the block ran without a failure; prints what it said if not."""
    with tempfile.TemporaryDirectory(prefix="calx-readme-") as work:
        for name in ("sample_images", "models"):
            os.symlink(repository / name, Path(work) / name)
        environment = dict(os.environ, PATH=f"{calx.parent}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=work, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        print(f"--- exit {done.returncode}\n{block}\n--- said\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def main():
    repository, calx = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    text = (repository / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    failed = sum(not run_block(block, repository, calx) for block in blocks)
    print(f"{len(blocks)} examples, {failed} failed")
    return 1 if failed or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
