#!/usr/bin/env python3
"""Checks sample_images/ against its manifest.csv: check_samples.py REPOSITORY.

Every file is listed with its size and SHA-256 and no other, each film is what its line says by its own
truth, and tools/make_samples.sh --manifest writes the same lines again. Copies that are damaged show that
the checks see it.
"""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NOT_LISTED = {"README.md", "manifest.csv"}
MOST_BYTES = 25_000_000
FILMS = 12


def read_rows(folder):
    with open(folder / "manifest.csv", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def file_problems(folder, rows):
    """What the files are that the lines do not say."""
    names = [row["file"] for row in rows]
    yield from (f"{name} is listed twice" for name in sorted(set(names)) if names.count(name) > 1)
    yield from (f"{path.name} is not listed" for path in sorted(folder.iterdir())
                if path.name not in NOT_LISTED and path.name not in names)
    for row in rows:
        file = folder / row["file"]
        if not file.exists():
            yield f"{row['file']} is not there"
            continue
        data = file.read_bytes()
        if len(data) != int(row["bytes"]):
            yield f"{row['file']} has {len(data)} bytes"
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            yield f"{row['file']} has another SHA-256"


def truth_problems(folder, rows):
    """What the films' own truth says otherwise."""
    films = [row for row in rows if row["file"].endswith(".truth.json")]
    if len(films) != FILMS:
        yield f"{len(films)} films"
    for row in films:
        truth = json.loads((folder / row["file"]).read_text(encoding="utf-8"))
        said = {"region": truth["region"], "view": truth["view"], "pattern": truth["pattern"],
                "skeleton": truth["parameters"]["skeleton"], "licence": truth["attribution"]}
        yield from (f"{row['file']}: {key} is {value}, not {row[key]}" for key, value in said.items()
                    if not value or value != row[key])
        if float(row["pitch"]) != truth["parameters"]["geometry"]["pitch_mm"]:
            yield f"{row['file']}: the pitch is {truth['parameters']['geometry']['pitch_mm']}"
        stem = row["file"].removesuffix("truth.json")
        of_film = [{key: other[key] for key in other if key not in ("file", "sha256", "bytes")}
                   for other in rows if other["file"].startswith(stem)]
        if len(of_film) != 6 or any(other != of_film[0] for other in of_film):
            yield f"{row['file']}: not six files with the same words"


def damaged_copies(folder, scratch):
    """What each kind of damage to a copy is called."""
    first = read_rows(folder)[0]["file"]

    def flip(copy):
        data = bytearray((copy / first).read_bytes())
        data[len(data) // 2] ^= 1
        (copy / first).write_bytes(data)

    for number, (damage, said) in enumerate([
            (flip, f"{first} has another SHA-256"),
            (lambda copy: (copy / first).unlink(), f"{first} is not there"),
            (lambda copy: (copy / "stray.png").touch(), "stray.png is not listed")]):
        copy = scratch / str(number)
        shutil.copytree(folder, copy)
        damage(copy)
        found = list(file_problems(copy, read_rows(copy)))
        if found != [said]:
            yield f"damage is not seen: {found} in place of {said}"


def main():
    repository = Path(sys.argv[1]).resolve()
    folder = repository / "sample_images"
    rows = read_rows(folder)
    problems = [*file_problems(folder, rows), *truth_problems(folder, rows)]
    size = sum(file.stat().st_size for file in folder.iterdir())
    if size > MOST_BYTES:
        problems.append(f"{size} bytes")
    with tempfile.TemporaryDirectory(prefix="calx-samples-") as scratch:
        if not problems:
            problems += damaged_copies(folder, Path(scratch))
        again = Path(scratch) / "again"
        shutil.copytree(folder, again, ignore=shutil.ignore_patterns("manifest.csv"))
        subprocess.run(["bash", repository / "tools" / "make_samples.sh", "--manifest", again], check=True)
        if (again / "manifest.csv").read_bytes() != (folder / "manifest.csv").read_bytes():
            problems.append("tools/make_samples.sh --manifest writes another manifest.csv")
    print("\n".join([*problems, f"{len(rows)} files, {size / 1e6:.1f} MB, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
