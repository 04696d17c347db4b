#!/usr/bin/env python3
"""Checks that every relative link and picture in the Markdown files leads somewhere: check_links.py REPOSITORY."""

import re
import sys
from pathlib import Path


def dead_links(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.split("#")[0]).exists():
            yield target


def main():
    repository = Path(sys.argv[1])
    pages = sorted([*repository.glob("*.md"), *repository.glob("docs/**/*.md"), *repository.glob("models/*.md"),
                    *repository.glob("sample_images/*.md")])
    dead = [f"{page.relative_to(repository)}: {target}" for page in pages for target in dead_links(page)]
    print("\n".join(dead + [f"{len(pages)} pages, {len(dead)} dead links"]))
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
