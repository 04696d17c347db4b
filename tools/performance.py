#!/usr/bin/env python3
"""Runs the benchmarks and writes docs/performance.md: performance.py [BUILD_FOLDER [MESHES]] (default build/release).

Run it on an otherwise idle machine. With MESHES, as of calx-simulate --anatomy, the simulator is measured as well; without,
what the page says of it stays.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

PAGE = """# Performance

Made by `tools/performance.py`. Machines differ: trust the ratios, each of which is taken within one run.

## Analysis

`bench_analyse` draws a 3008 x 2508 film of two thighs (7.5 megapixels, 16 bit, with noise, a collimator edge, a letter and sixty small
deposits) and measures everything after loading on one core: processor time, median of nine, and the same as a multiple of one
`cv::GaussianBlur` with sigma 2 of that film.

{analysis}

A peak above 400 MB (classical) or 600 MB (learned) fails the test of the same name; time is looked at here, because it depends on what else the machine does.

## Reading

`bench_load` reads a film of that size in each transfer syntax, from a file to stored pixels in memory, through calx and through DCMTK alone
(OpenJPEG alone for JPEG 2000), alternating in one run. The last column is a whole `load_radiograph`: rescaled, dense is bright, in floats.

| transfer syntax | library alone, ms | calx, ms | ratio | load_radiograph, ms |
|---|---|---|---|---|
{reading}

## Real films

For processor time and peak memory of a whole `calx analyze` on each of two hundred films, see [real films](real_films.md).
"""

SIMULATION = """
## Simulation

`calx-simulate` on two cores, films of about 2.7 megapixels (as 1500 x 1800) with a mass, mimics and truth, bones and muscles prepared
before: seconds of one film alone, which is of so many pixels, the same as a multiple of the Gaussian blur in the first table, and of each of
six made two at a time, whose fields differ.

| region, view | pixels | one film, s | x Gaussian blur | each of six, s |
|---|---|---|---|---|
{rows}
"""


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout


def simulation(simulate, meshes, blur_ms):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        def made(region, view, pitch, *more):
            started = time.perf_counter()
            output_of(simulate, "--anatomy", meshes, "--cache", f"{folder}/cache", "--skeleton", "bodyparts3d", "--region", region,
                      "--view", view, "--pattern", "tumor-like", "--seed", "1", "--pitch", str(pitch), "--force", "-q", "-j", "2",
                      "-o", f"{folder}/{region}", *more)
            return time.perf_counter() - started

        for region, view in (("hand", "pa"), ("elbow", "lateral"), ("knee", "ap"), ("hip", "ap")):
            made(region, view, 0.5)
            image = json.loads(next(Path(folder, region).glob("*.truth.json")).read_text())["image"]
            pitch = 0.5 * math.sqrt(image["rows"] * image["columns"] / 2.7e6)
            alone = made(region, view, pitch)
            image = json.loads(next(Path(folder, region).glob("*.truth.json")).read_text())["image"]
            each = made(region, view, pitch, "--count", "6") / 6
            rows.append(f"| {region}, {view} | {image['columns']} x {image['rows']} | {alone:.1f} | {1000 * alone / blur_ms:.0f} | {each:.1f} |")
    return SIMULATION.format(rows="\n".join(rows))


def main():
    build = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "build/release"
    analysis = output_of(build / "tests/bench/bench_analyse", "9")
    reading = json.loads(output_of(build / "tests/bench/bench_load", "--benchmark_format=json"))
    rows = [f"| {entry['name'].split('/')[0]} | {entry['theirs_ms']:.1f} | {entry['ours_ms']:.1f} | "
            f"{entry['ratio']:.2f} | {entry['load_ms']:.1f} |" for entry in reading["benchmarks"]]
    page = PAGE.format(analysis=analysis.strip(), reading="\n".join(rows))
    target = REPOSITORY / "docs/performance.md"
    # The last section is by tools/cohort_study.py.
    before, heading, cohorts = target.read_text(encoding="utf-8").partition("\n## Cohorts\n")
    _, simulated, figures = before.partition("\n## Simulation\n")
    if len(sys.argv) > 2:
        blur_ms = float(re.search(r"^\| Gaussian blur.*?\| (\S+) \|", analysis, re.MULTILINE)[1])
        page += simulation(build / "tools/simulate/command/calx-simulate", sys.argv[2], blur_ms)
    else:
        page += simulated + figures
    target.write_text(page + heading + cohorts, encoding="utf-8")


if __name__ == "__main__":
    main()
