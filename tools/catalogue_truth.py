#!/usr/bin/env python3
"""Turns a catalogue of real radiographs into truth files that `calx evaluate` reads.

    tools/catalogue_truth.py OUT [FOLDER]

FOLDER (default ../shared/radiographs) holds CATALOG.tsv and the films. For each film a NAME.truth.json
("calx.truth/1") is written to OUT, in the film's subfolder. No image is read or copied:

- boxes marked by eye (x0,y0,x1,y1) become lesions with a box, without pixels, each with a "certainty":
  "mimic" where the finding says MIMIC, "possible" where it says POSSIBLE or UNCERTAIN, else "yes". What
  else is on such a film is not known: "exhaustive" is false, and nothing on it is a false positive.
- "none seen" becomes an empty list with "exhaustive" true; so does "none seen (thumbnail only)", which
  is marked by "looked_at": "thumbnail". Nothing obvious was seen by a non-radiologist: no more than that.
- a finding without a box gives no lesion and "exhaustive" false.
The kinds are null: the marks say where something is, not what calx should call it. The pattern is null too.
Bony prominences are those of tools/train/prominences.json, which we marked by eye as well: null where it is unclear where one lies.
"""

import argparse
import csv
import json
import os
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tools/train"))
import split  # noqa: E402

REGIONS = ["hand", "wrist", "forearm", "elbow", "shoulder", "pelvis", "hip", "thigh", "knee", "leg", "ankle", "foot"]


def certainty(finding):
    if "MIMIC" in finding:
        return "mimic"
    return "possible" if re.search("POSSIBLE|UNCERTAIN", finding) else "yes"


def region(part):
    """The vocabulary's word for a part that is one of its regions ("knee (skyline)"), else None."""
    word = part.split("(")[0].strip()
    return word if word in REGIONS else None


def lesions(row):
    """The row's boxes as lesions; a box runs from its upper-left pixel to just before x1, y1."""
    found = []
    for text in filter(None, (text.strip() for text in row["boxes_x0y0x1y1"].split(";"))):
        x0, y0, x1, y1 = (round(float(value)) for value in text.split(","))
        found.append({"id": len(found) + 1, "kind": None, "pattern": None, "certainty": certainty(row["finding"]),
                      "bbox": [x0, y0, x1 - x0, y1 - y0], "centroid": [(x0 + x1) / 2, (y0 + y1) / 2]})
    return found


def prominences(marked):
    """A film's prominences; None: nobody has marked them."""
    return None if marked is None else [{"name": name, "xy": xy} for name, xy in marked.items()]


def truth(row, film, target, marked):
    columns, rows = (int(value) for value in row["pixels"].split("x")[:2])
    none_seen = row["finding"].startswith("none seen")
    return {
        "schema": "calx.truth/1",
        "image": {"file": os.path.relpath(film, target.parent), "rows": rows, "columns": columns, "spacing_mm": None},
        "region": split.SHOWN.get(row["path"]) or region(row["part"]),
        "pattern": None,
        "lesions": lesions(row),
        "prominences": prominences(marked),
        "exhaustive": none_seen,
        "looked_at": "thumbnail" if "thumbnail" in row["finding"] else "film",
        "attribution": row["source"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for the truth files")
    parser.add_argument("folder", type=Path, nargs="?", default=REPOSITORY.parent / "shared" / "radiographs")
    parser.add_argument("--only", type=Path, help="a list of films, as tools/train/split.py prints it: no others")
    options = parser.parse_args()
    with open(options.folder / "CATALOG.tsv", encoding="utf-8", newline="") as file:
        catalogue = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if options.only:
        chosen = {Path(line.split("\t")[0]).resolve() for line in options.only.read_text().splitlines()}
        catalogue = [row for row in catalogue if (options.folder / row["path"]).resolve() in chosen]
    marked = json.loads(split.PROMINENCES.read_text(encoding="utf-8"))
    for row in catalogue:
        target = options.out / Path(row["path"]).with_suffix(".truth.json")
        target.parent.mkdir(parents=True, exist_ok=True)
        content = truth(row, options.folder.resolve() / row["path"], target.resolve(), marked.get(row["path"]))
        target.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"{len(catalogue)} films, {sum(len(lesions(row)) for row in catalogue)} boxes")


if __name__ == "__main__":
    main()
