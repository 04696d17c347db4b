#!/usr/bin/env python3
"""Tries `calx run` on a tree as archives have them and says what it took.

  cohort_study.py CALX                    5,000 files; writes the figures into docs/performance.md
  cohort_study.py CALX --files 300        fewer, and nothing is written: a test
  cohort_study.py --make DIR --files N    only makes the tree

Checked: every file is accounted for, one job or two and four merged parts give the same tables, a
second run does nothing. With 5,000 files also: memory is flat, two jobs are faster than one,
isolation and resuming cost little, and a run by the networks accounts for the same files. All other
runs find deposits by thresholds: the less a film costs, the harder the machinery around it is tried.
Run it on an otherwise idle machine; the time limits are then part of the verdict with --strict.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from cohort_tree import make_tree

PAGE = Path(__file__).resolve().parent.parent / "docs/performance.md"
HEADING = "## Cohorts"
TABLES = [f"{name}.{suffix}" for name in ("images", "deposits", "failures", "skipped")
          for suffix in ("csv", "ndjson")] + ["calx.sqlite"]


class Complaints(list):
    def expect(self, true, text):
        print(("ok      " if true else "FAILED  ") + text, flush=True)
        if not true:
            self.append(text)


def memory_mb(pid):
    """Resident memory of a process and of its children, in MB; the larger part of it is shared."""
    total = 0
    todo = [pid]
    while todo:
        at = todo.pop()
        try:
            pages = int(Path(f"/proc/{at}/statm").read_text().split()[1])
            todo += [int(child) for task in Path(f"/proc/{at}/task").iterdir()
                     for child in (task / "children").read_text().split()]
        except (OSError, ValueError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return total


class Run:
    """One run of the program: its time, its processor time and the course of its memory."""

    def __init__(self, *command):
        self.samples = []
        start = time.monotonic()
        before = os.times()
        process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        watch = threading.Thread(target=self.watch, args=(process,))
        watch.start()
        self.output = process.communicate()[0].decode(errors="replace")
        self.wall_s = time.monotonic() - start
        watch.join()
        after = os.times()
        self.cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
        self.status = process.returncode

    def watch(self, process):
        while process.poll() is None:
            self.samples.append(memory_mb(process.pid))
            time.sleep(0.1)

    def memory_growth(self):
        """The last tenth of the run over the first tenth, without the start and the tables at the end."""
        course = self.samples[len(self.samples) // 50:-max(1, len(self.samples) // 50)]
        tenth = max(1, len(course) // 10)
        return statistics.median(course[-tenth:]) / statistics.median(course[:tenth])


def tables(out):
    return {name: (out / name).read_bytes() for name in TABLES}


def differing(a, b):
    return [name for name in TABLES if a[name] != b[name]]


def rows(out, name):
    with open(out / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def check_accounts(tree, out, complaints):
    """Every file is in exactly one table, and every good film among the images."""
    paths = [row["path"] for name in ("images", "failures", "skipped") for row in rows(out, name)]
    complaints.expect(len(paths) == tree.files and len(set(paths)) == tree.files,
                      f"{len(set(paths))} of {tree.files} files are accounted for")
    outcomes = json.loads((out / "run.json").read_text())["counts"]["outcomes"]
    print("        " + ", ".join(f"{n} {word}" for word, n in sorted(outcomes.items())))
    complaints.expect(outcomes.get("done", 0) >= tree.kinds["film"], f"all {tree.kinds['film']} undamaged films are analysed")
    complaints.expect(outcomes.get("duplicate", 0) >= tree.kinds["copy"] * 0.9, "copies are known as duplicates")
    return outcomes


def size_mb(folder):
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def study(calx, tree, work, complaints, full):
    """The figures, by name. Without `full` no overlays are drawn, and what only matters for time is left out."""
    films = tree.folder
    how = ["-q", "--detector", "classical"] + ([] if full else ["--no-overlay"])

    def run(name, *options):
        result = Run(calx, "run", films, *how, "-o", work / name, *options)
        complaints.expect(result.status == 0, f"run {name}: {result.wall_s:.1f} s, {result.cpu_s:.1f} s of processor time")
        if result.status != 0:
            sys.exit(result.output)
        return result

    two = run("two-jobs", "-j", 2)
    outcomes = check_accounts(tree, work / "two-jobs", complaints)
    expected = tables(work / "two-jobs")
    again = run("two-jobs", "-j", 2)
    complaints.expect(not differing(tables(work / "two-jobs"), expected), "a second run changes nothing")
    one = run("one-job", "-j", 1)
    trusted = run("in-process", "-j", 2, "--in-process") if full else None
    different = differing(tables(work / "one-job"), expected)
    complaints.expect(not different, f"one job: the same tables {' '.join(different)}")

    manifest = work / "manifest"
    subprocess.run([calx, "plan", films, "-q", "-o", manifest], check=True)
    parts = [work / f"part-{i}" for i in range(1, 5)]
    for i, part in enumerate(parts, 1):
        subprocess.run([calx, "run", "--manifest", manifest, "--shard", f"{i}/4", *how, "-o", part], check=True)
    merge = Run(calx, "merge", *parts, "-o", work / "merged")
    if merge.status != 0:
        sys.exit(merge.output)
    different = differing(tables(work / "merged"), expected)
    complaints.expect(not different, f"four merged parts: the same tables {' '.join(different)}, {merge.wall_s:.1f} s")
    networks = None
    if full:
        networks = Run(calx, "run", films, "-q", "-j", 2, "-o", work / "networks")
        complaints.expect(networks.status == 0, f"run by the networks: {networks.wall_s:.1f} s, {networks.cpu_s:.1f} s of processor time")
        complaints.expect(check_accounts(tree, work / "networks", complaints) == outcomes, "the same outcomes by the networks")
    return {"outcomes": outcomes, "two": two, "networks": networks, "one": one, "trusted": trusted, "again": again, "merge": merge,
            "records_mb": size_mb(work / "two-jobs/records"), "tables_mb": sum(map(len, expected.values())) / 1e6,
            "overlays_mb": size_mb(work / "two-jobs/overlays") if full else 0}


def judge(figures, complaints, strict):
    growth = figures["two"].memory_growth()
    networks_growth = figures["networks"].memory_growth()
    speedup = figures["one"].wall_s / figures["two"].wall_s
    isolation = figures["two"].cpu_s / figures["trusted"].cpu_s - 1
    resume_s = figures["again"].wall_s
    verdict = complaints.expect if strict else lambda true, text: print(("ok      " if true else "slow    ") + text)
    for what, value in ("memory", growth), ("memory with the networks", networks_growth):
        complaints.expect(abs(value - 1) <= 0.05, f"{what}: last tenth {value:.3f} of the first tenth")
    verdict(speedup >= 1.8, f"two jobs are {speedup:.2f} x as fast as one")
    verdict(isolation <= 0.05, f"isolation costs {isolation:+.1%} of processor time")
    verdict(resume_s <= 2, f"a run with nothing to do: {resume_s:.2f} s")
    return growth, networks_growth, speedup, isolation, resume_s


def section(tree, figures, verdicts):
    growth, networks_growth, speedup, isolation, resume_s = verdicts
    two, one, trusted, networks = (figures[name] for name in ("two", "one", "trusted", "networks"))
    megabytes = sum(f.stat().st_size for f in tree.folder.glob("[dp]*/**/*") if f.is_file()) / 1e6
    count = figures["outcomes"]
    done = count["done"]
    lines = [
        HEADING, "",
        f"`tools/cohort_study.py` runs `calx run` over {tree.files:,} files ({megabytes:,.0f} MB): copies of the sample films with new UIDs, exact",
        "copies, damaged films, files that are no films, deep folders, odd names, links and loops of links, on two cores.",
        "Outcomes: " + ", ".join(f"{n:,} {word}" for word, n in sorted(count.items())) + ".", "",
        "Deposits were found by thresholds (`--detector classical`), except where the networks are named.", "",
        "| figure | value |", "|---|---|",
        f"| files without a record | 0 of {tree.files:,} |",
        f"| processor time a film, with overlay | {one.cpu_s / done:.3f} s; by the networks {networks.cpu_s / done:.3f} s |",
        f"| films an hour and core | {3600 * done / one.cpu_s:,.0f}; by the networks {3600 * done / networks.cpu_s:,.0f} |",
        f"| two jobs over one | {speedup:.2f} x ({one.wall_s:.0f} s, {two.wall_s:.0f} s) |",
        f"| memory, supervisor and two workers | {max(two.samples):.0f} MB at most; last tenth over first tenth of the run {growth:.3f} |",
        f"| the same with the networks | {max(networks.samples):.0f} MB at most; {networks_growth:.3f} |",
        f"| isolation over `--in-process` | {isolation:+.1%} of processor time ({two.cpu_s:.0f} s, {trusted.cpu_s:.0f} s) |",
        f"| a second run with nothing to do | {resume_s:.2f} s |",
        f"| overlays, records and tables a film | {1000 * figures['overlays_mb'] / done:.0f} kB, {1000 * figures['records_mb'] / done:.1f} kB, "
        f"{1000 * figures['tables_mb'] / done:.1f} kB |",
        f"| merging four parts, with tables | {figures['merge'].wall_s:.1f} s |",
        "| two jobs, one job, four merged parts | the same tables byte for byte |", "",
    ]
    return "\n".join(lines)


def write_section(text):
    page = PAGE.read_text(encoding="utf-8")
    before = page.split(HEADING)[0].rstrip()
    PAGE.write_text(before + "\n\n" + text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calx", nargs="?", type=lambda text: Path(text).resolve())
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--make", type=Path, help="only make the tree, here")
    parser.add_argument("--strict", action="store_true", help="time limits are part of the verdict")
    parser.add_argument("--work", type=Path, help="folder to work in; default: a temporary one")
    arguments = parser.parse_args()
    if arguments.make:
        print(make_tree(arguments.make, arguments.files).files)
        return 0
    if not arguments.calx:
        parser.error("say where calx is")
    work = Path(tempfile.mkdtemp(prefix="calx-study-", dir=arguments.work))
    complaints = Complaints()
    try:
        tree = make_tree(work / "films", arguments.files)
        full = arguments.files >= 5000
        figures = study(arguments.calx, tree, work, complaints, full)
        if full:
            write_section(section(tree, figures, judge(figures, complaints, arguments.strict)))
    finally:
        shutil.rmtree(work)
    print(f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
