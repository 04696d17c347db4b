#!/usr/bin/env python3
"""Runs calx over a folder of real radiographs and compares the findings with its catalogue.

    tools/catalogue_table.py [FOLDER]                     writes docs/real_films.md
    tools/catalogue_table.py --no-doc --json new.json     keeps the results for a later comparison
    tools/catalogue_table.py --no-doc --baseline old.json prints what was won and lost since
    tools/catalogue_table.py --montage /tmp/sheets        contact sheets of the overlays to look at

FOLDER (default ../shared/radiographs) holds CATALOG.tsv; see read_catalogue for its columns. Each
film is analysed by a process of its own, so that a crash or a hang is seen as one. No image data
goes into the document. Arguments after `--` are handed to `calx analyze`.
"""

import argparse
import collections
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# What counts as finding a marked box; HIT_DEFINITION says the same in words.
CENTROID_MARGIN_PX = 10
MIN_IOU = 0.1
MIN_COVERED = 0.3
MAX_TIMES_LARGER = 10
HIT_DEFINITION = (
    f"A box is hit by a region whose centroid lies in the box enlarged by {CENTROID_MARGIN_PX} px on every "
    f"side, or whose bounding box has IoU >= {MIN_IOU} with it, or covers >= {MIN_COVERED:.0%} of it; a region "
    f"with a bounding box over {MAX_TIMES_LARGER} times as large as the enlarged box hits nothing. Regions of "
    f"any kind can hit.")


def read_catalogue(folder):
    """Rows of CATALOG.tsv (path, part, finding, boxes_x0y0x1y1, ...) with the boxes parsed."""
    with open(folder / "CATALOG.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        texts = filter(None, (text.strip() for text in row["boxes_x0y0x1y1"].split(";")))
        row["boxes"] = [tuple(float(value) for value in text.split(",")) for text in texts]
    return rows


def error_codes(calx):
    """The documented error codes, as the program lists them."""
    page = subprocess.run([calx, "errors", "--markdown"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\| *`?([a-z-]+)`? *\|", page, re.MULTILINE)) - {"code", "error"}


def run_limited(command, limit_s):
    """(exit status or "timeout", stderr, CPU seconds, peak MB) of one child process."""
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        late = threading.Event()
        timer = threading.Timer(limit_s, lambda: (late.set(), child.kill()))
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        text = stderr.read().decode("utf-8", "replace")
    outcome = "timeout" if late.is_set() else child.returncode
    return outcome, text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def analyse(row, number, options, codes):
    """One film's result: outcome ("ok", an error code, or what went wrong), regions and cost."""
    out = options.work / f"{number:03d}"
    out.mkdir()
    # OpenCV and oneTBB would otherwise share the cores with the films run beside this one.
    command = [options.calx, "analyze", str(options.folder / row["path"]), "-o", str(out), "-j", "1"]
    command += [] if options.montage else ["--no-overlay"]
    status, stderr, cpu_s, peak_mb = run_limited(command + options.rest, options.limit_s)
    result = {"path": row["path"], "cpu_s": cpu_s, "peak_mb": peak_mb, "lesions": []}
    written = list(out.glob("*.findings.json"))
    if status == 0 and len(written) == 1:
        findings = json.loads(written[0].read_text(encoding="utf-8"))
        result["outcome"] = "ok"
        result["suggestion"] = findings["assessment"]["suggestion"]
        result["region"] = findings["image"]["region"]["name"]
        result["lesions"] = [{key: lesion[key] for key in ("id", "kind", "score", "bbox", "centroid")}
                             for lesion in findings["lesions"]]
    elif status == 1 and not written:
        named = [word for word in re.findall(r"[a-z-]+", stderr) if word in codes]
        result["outcome"] = named[0] if named else "UNDOCUMENTED ERROR"
    else:
        result["outcome"] = f"FAILED: exit {status}, {len(written)} findings files"
    overlays = list(out.glob("*.overlay.png"))
    result["overlay"] = str(overlays[0]) if overlays else None
    return result


def hits(lesion, box):
    """Whether a lesion finds a marked box; see HIT_DEFINITION."""
    x0, y0, x1, y1 = box
    left, top, width, height = lesion["bbox"]
    margin = CENTROID_MARGIN_PX
    if width * height > MAX_TIMES_LARGER * (x1 - x0 + 2 * margin) * (y1 - y0 + 2 * margin):
        return False
    x, y = lesion["centroid"]
    if x0 - margin <= x <= x1 + margin and y0 - margin <= y <= y1 + margin:
        return True
    overlap = (max(0.0, min(x1, left + width) - max(x0, left)) *
               max(0.0, min(y1, top + height) - max(y0, top)))
    box_area = (x1 - x0) * (y1 - y0)
    return overlap >= MIN_IOU * (width * height + box_area - overlap) or overlap >= MIN_COVERED * box_area


def judge(row, result):
    """Adds to the result which boxes were hit, by which kinds, and how many regions hit nothing."""
    found_by = [[lesion for lesion in result["lesions"] if hits(lesion, box)] for box in row["boxes"]]
    hitting = {lesion["id"] for lesions in found_by for lesion in lesions}
    extra = [lesion for lesion in result["lesions"] if lesion["id"] not in hitting]
    result["part"] = row["part"]
    result["finding"] = row["finding"]
    result["none_seen"] = row["finding"].startswith("none seen")
    result["boxes"] = [{"box": box, "hit": bool(lesions), "kinds": sorted({lesion["kind"] for lesion in lesions})}
                       for box, lesions in zip(row["boxes"], found_by)]
    result["extra"] = len(extra)
    result["extra_deposits"] = sum(lesion["kind"] == "deposit" for lesion in extra)


def totals(results):
    """The figures that sum up a run."""
    read = [result for result in results if result["outcome"] == "ok"]
    clean = [result for result in read if result["none_seen"]]
    boxes = [box for result in results for box in result["boxes"]]
    broken = [result for result in results if result["outcome"].startswith(("FAILED", "UNDOCUMENTED"))]
    return {
        "films": len(results), "read": len(read), "broken": len(broken),
        "refused": len(results) - len(read) - len(broken),
        "boxes": len(boxes), "boxes_hit": sum(box["hit"] for box in boxes),
        "boxes_hit_as_deposit": sum("deposit" in box["kinds"] for box in boxes),
        "sure_boxes": sum(len(result["boxes"]) for result in results if result["finding"].startswith("YES")),
        "sure_boxes_hit": sum(box["hit"] for result in results if result["finding"].startswith("YES")
                              for box in result["boxes"]),
        "none_seen": len(clean),
        "none_seen_regions": sum(result["extra"] for result in clean),
        "none_seen_deposits": sum(result["extra_deposits"] for result in clean),
        "none_seen_films_with_regions": sum(result["extra"] > 0 for result in clean),
        "none_seen_films_with_deposits": sum(result["extra_deposits"] > 0 for result in clean),
        "none_seen_suggestion_none": sum(result["suggestion"] == "none" for result in clean),
        "cpu_s_median": statistics.median(result["cpu_s"] for result in read) if read else 0.0,
        "cpu_s_max": max((result["cpu_s"] for result in read), default=0.0),
        "peak_mb_max": max((result["peak_mb"] for result in results), default=0.0),
    }


def summary_lines(sums):
    """The totals in words, a line each; without time, which depends on the machine."""
    films = max(1, sums["none_seen"])
    return [
        f"{sums['films']} files: {sums['read']} gave findings, {sums['refused']} were refused with a documented "
        f"error code, {sums['broken']} ended in any other way.",
        f"Marked boxes: {sums['boxes_hit']} of {sums['boxes']} hit by a region of any kind, "
        f"{sums['boxes_hit_as_deposit']} by one of kind `deposit`. Of the boxes marked YES (neither mimic nor uncertain): "
        f"{sums['sure_boxes_hit']} of {sums['sure_boxes']} hit.",
        f"False positives on {sums['none_seen']} films on which nothing was seen: {sums['none_seen_regions']} regions "
        f"of any kind ({sums['none_seen_regions'] / films:.2f} a film, on {sums['none_seen_films_with_regions']} films), "
        f"of which {sums['none_seen_deposits']} of kind `deposit` ({sums['none_seen_deposits'] / films:.2f} a film, on "
        f"{sums['none_seen_films_with_deposits']} films); {sums['none_seen_suggestion_none']} of these films end in the "
        f"suggestion `none`.",
    ]


def cost_line(sums):
    return (f"CPU time a film: median {sums['cpu_s_median']:.2f} s, largest {sums['cpu_s_max']:.2f} s; "
            f"peak memory {sums['peak_mb_max']:.0f} MB.")


def kinds_text(lesions):
    counts = collections.Counter(lesion["kind"] for lesion in lesions)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "none"


def boxes_text(boxes):
    return "; ".join(f"hit ({', '.join(box['kinds'])})" if box["hit"] else "missed" for box in boxes)


def document(results, sums):
    """docs/real_films.md."""
    marked = [result for result in results if result["boxes"]]
    refused = [result for result in results if result["outcome"] != "ok"]
    others = [result for result in results if result["outcome"] == "ok" and not result["boxes"]]
    lines = ["# What calx finds on real films", "",
             "Made by `tools/catalogue_table.py` from a folder of public radiographs that is not part of the project. "
             "The boxes were marked by eye by a non-radiologist; \"none seen\" means that nothing was obvious, not that "
             "nothing is there. " + HIT_DEFINITION, "",
             "[What the overlays show](real_films_seen.md) when they are looked at.", ""]
    lines += [f"- {line}" for line in summary_lines(sums) + [cost_line(sums)]]
    lines += ["", "## Films with marked boxes", "",
              "One entry a box, in the catalogue's order; *other regions* hit no box.", "",
              "| film | marked as | boxes | other regions | suggestion |", "|---|---|---|---|---|"]
    for result in marked:
        hit = sum(box["hit"] for box in result["boxes"])
        lines.append(f"| {result['path']} | {result['finding']} | {hit}/{len(result['boxes'])}: "
                     f"{boxes_text(result['boxes'])} | {result['extra']} ({result['extra_deposits']} deposit) | "
                     f"{result.get('suggestion', result['outcome'])} |")
    lines += ["", "## Files that were refused", "", "| file | what it is | error |", "|---|---|---|"]
    lines += [f"| {result['path']} | {result['part']} | `{result['outcome']}` |" for result in refused]
    lines += ["", "## All other films", "",
              "| film | marked as | regions by kind | suggestion |", "|---|---|---|---|"]
    lines += [f"| {result['path']} | {result['finding']} | {kinds_text(result['lesions'])} | {result['suggestion']} |"
              for result in others]
    return "\n".join(lines) + "\n"


def compare(old_results, results):
    """Prints which boxes and regions changed between two runs."""
    old = {result["path"]: result for result in old_results}
    for result in results:
        before = old.get(result["path"])
        if before is None:
            continue
        if before["outcome"] != result["outcome"]:
            print(f"  outcome  {result['path']}: {before['outcome']} -> {result['outcome']}")
        for number, (was, now) in enumerate(zip(before["boxes"], result["boxes"]), start=1):
            if was["hit"] != now["hit"]:
                print(f"  {'won ' if now['hit'] else 'LOST'}     {result['path']} box {number}")
        if (before["extra"], before["extra_deposits"]) != (result["extra"], result["extra_deposits"]):
            print(f"  regions  {result['path']}: {before['extra']} ({before['extra_deposits']} deposit) -> "
                  f"{result['extra']} ({result['extra_deposits']} deposit)")
    both = {result["path"] for result in results} & old.keys()
    was = totals([result for path, result in old.items() if path in both])
    now = totals([result for result in results if result["path"] in both])
    for key in ("boxes_hit", "sure_boxes_hit", "boxes_hit_as_deposit", "none_seen_regions", "none_seen_deposits", "refused", "broken",
                "cpu_s_median"):
        print(f"  {key:24} {was[key]:8.2f} -> {now[key]:8.2f}  ({now[key] - was[key]:+.2f})")


def make_sheets(results, folder, per_sheet=9):
    """Contact sheets of the overlays, marked films first; needs ImageMagick's montage."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [result for result in results if result["overlay"]]
    shown.sort(key=lambda result: (not result["boxes"], -result["extra"], result["path"]))
    for start in range(0, len(shown), per_sheet):
        command = ["montage"]
        for result in shown[start:start + per_sheet]:
            command += ["-label", result["path"], result["overlay"]]
        sheet = folder / f"sheet-{start // per_sheet:02d}.jpg"
        subprocess.run(command + ["-font", "DejaVu-Sans", "-geometry", "900x900+4+4", "-quality", "88", str(sheet)], check=True)
    print(f"contact sheets in {folder}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY / "../shared/radiographs")
    parser.add_argument("--calx", type=Path, default=REPOSITORY / "build/release/bin/calx")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--only", metavar="REGEX", default="", help="films whose path or finding matches")
    parser.add_argument("--limit-s", type=float, default=60, help="a film that takes longer counts as a hang")
    parser.add_argument("--no-doc", action="store_true", help="leave docs/real_films.md as it is")
    parser.add_argument("--json", type=Path, help="write the results for a later --baseline")
    parser.add_argument("--baseline", type=Path, help="compare with these results")
    parser.add_argument("--montage", type=Path, metavar="DIR", help="contact sheets of the overlays")
    own, rest = sys.argv[1:], []
    if "--" in own:
        own, rest = own[:own.index("--")], own[own.index("--") + 1:]
    options = parser.parse_args(own)
    if options.montage and not shutil.which("montage"):
        parser.error("--montage needs the program of that name: apt-get install imagemagick")
    options.rest = rest
    options.calx = str(options.calx.resolve())
    return options


def main():
    options = parse_arguments()
    rows = [row for row in read_catalogue(options.folder)
            if re.search(options.only, row["path"]) or re.search(options.only, row["finding"])]
    codes = error_codes(options.calx)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="calx-films-") as work:
        options.work = Path(work)
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda item: analyse(item[1], item[0], options, codes), enumerate(rows)))
        for row, result in zip(rows, results):
            judge(row, result)
        if options.montage:
            make_sheets(results, options.montage)
    sums = totals(results)
    for result in results:
        if result["boxes"]:
            print(f"  {result['path']}: {boxes_text(result['boxes'])}; other regions {result['extra']}")
        if result["outcome"].startswith(("FAILED", "UNDOCUMENTED")):
            print(f"  {result['path']}: {result['outcome']}")
    print("\n".join(summary_lines(sums) + [cost_line(sums)]))
    print(f"wall time {time.monotonic() - start:.0f} s with {options.jobs} jobs")
    if options.baseline:
        compare(json.loads(options.baseline.read_text()), results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    if not options.no_doc and not options.only:
        (REPOSITORY / "docs/real_films.md").write_text(document(results, sums), encoding="utf-8")
    return 1 if sums["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
