#!/usr/bin/env python3
"""Measures `calx merge` on synthetic records, those of the sample films under other names.

  merge_study.py CALX                       1,000,000 records in two parts; prints what merging them takes
  merge_study.py CALX --records 500         fewer: a test

Checked: the merged tables have a row for each record, in images.csv and in calx.sqlite. A million records take
20 GB of disk and a few minutes to make; --work says where.
"""

import argparse
import hashlib
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "sample_images"


def templates(calx, work):
    """The records of the sample films, each as text and what in it belongs to one film."""
    subprocess.run([calx, "run", SAMPLES, "-q", "--no-overlay", "--detector", "classical", "-o", work / "samples"], check=True)
    found = []
    for file in sorted((work / "samples/records").rglob("*.json")):
        record = json.loads(file.read_text())
        if record["outcome"] == "done" and record["uids"]["sop"]:
            found.append((file.read_text(), record))
    return found


def clone(template, i):
    """The name and the text of another film's record: other bytes, another path, other UIDs."""
    text, record = template
    key = record["key"] | {"content_sha256": hashlib.sha256(b"%d" % i).hexdigest()}
    changes = {record["key"]["content_sha256"]: key["content_sha256"],
               json.dumps(record["input"]["path"]): json.dumps(f"patient-{i // 40:06}/film-{i:08}.dcm")}
    for level, uid in record["uids"].items():
        changes[f'"{uid}"'] = f'"2.25.{10**20 + (i if level == "sop" else i // 4)}{len(level)}"'
    for old, new in changes.items():
        text = text.replace(old, new)
    name = hashlib.sha256("\n".join(key[part] for part in ("content_sha256", "parameters_sha256", "version")).encode()).hexdigest()
    return name, text


def make_parts(calx, work, count):
    films = templates(calx, work)
    for i in range(count):
        name, text = clone(films[i % len(films)], i)
        folder = work / f"part-{i % 2 + 1}/records" / name[:2] / name[2:4]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(text)
    return [work / "part-1", work / "part-2"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calx", type=lambda text: Path(text).resolve())
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, help="folder to work in; default: a temporary one")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="calx-merge-", dir=arguments.work))
    try:
        parts = make_parts(arguments.calx, work, arguments.records)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([arguments.calx, "merge", *parts, "-q", "-o", work / "merged"], check=True)
        wall_s, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(work / "merged/images.csv", "rb") as table:
            rows = sum(1 for _ in table) - 1
        database = sqlite3.connect(work / "merged/calx.sqlite")
        stored, findings = (database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("images", "deposits"))
        database.close()
    finally:
        shutil.rmtree(work)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{arguments.records:,} records ({findings:,} findings) from two parts: {cpu_s:.1f} s of processor time, {wall_s:.1f} s, "
          f"at most {after.ru_maxrss / 1024:.0f} MB")
    if not rows == stored == arguments.records:
        sys.exit(f"FAILED  {rows} rows in images.csv and {stored} in calx.sqlite for {arguments.records} records")


if __name__ == "__main__":
    main()
