#!/usr/bin/env python3
"""Which films may train, which choose the operating point, which are for figures only.

    tools/train/split.py RADIOGRAPHS                 writes split.json beside this file
    tools/train/split.py RADIOGRAPHS --list train    prints FILE, region, view, side, prominences for calx-trainset

Simulated films are parted by skeleton and by seed. Real films are parted by case: files whose names
differ by a number at the end only count as one case. Films with a marked finding are never trained
on. The committed split.json decides; it is written anew only where the catalogue has new films.
The prominences are those of prominences.json.
"""
import argparse
import csv
import hashlib
import json
import re
from pathlib import Path

SPLIT = Path(__file__).with_name("split.json")
PROMINENCES = Path(__file__).with_name("prominences.json")
SIMULATED = {
    "train": {"skeletons": ["bodyparts3d", "opensim"], "seeds": [1, 799999]},
    "validation": {"skeletons": ["bodyparts3d", "opensim"], "seeds": [800000, 899999]},
    "test": {"skeletons": ["z-anatomy"], "seeds": [900000, 999999]},
}
REGION = {"hand": "hand", "hand/finger": "hand", "wrist": "wrist", "forearm": "forearm", "elbow": "elbow",
          "shoulder/upper arm": "shoulder", "hip/pelvis": "pelvis", "femur": "thigh", "knee": "knee",
          "knee (skyline)": "knee", "ankle/hindfoot": "ankle", "foot": "foot", "hip": "hip"}

# What the catalogue has under a wrong part.
SHOWN = {"foot/carpal-coalition-multiple.png": "hand"}


def case(path):
    if path.startswith("dicom/"):
        return "dicom/" + re.split(r"[_.]", Path(path).stem)[0]
    if path.startswith("hand_bone_age/"):  # numbered patients
        return path
    return str(Path(path).parent / re.sub(r"[-_]?\d*$", "", Path(path).stem))


def role(row):
    if not row["finding"].startswith("none seen"):
        return "test"
    draw = hashlib.sha256(case(row["path"]).encode()).digest()[0]
    return "train" if draw < 128 else "validation" if draw < 154 else "test"


def shown(row):
    part = row["part"]
    if part.startswith("hand (paediatric"):
        return "hand", "pa", "left"
    return SHOWN.get(row["path"], REGION.get(part.strip(), "other")), "", ""


def marked(path, prominences):
    """A film's prominences as calx-trainset reads them; empty: nobody has marked them."""
    return " ".join(f"{name}={'?' if at is None else '{},{}'.format(*at)}" for name, at in prominences.get(path, {}).items())


def print_list(radiographs, catalogue, chosen, prominences):
    """One line a film; of the encodings of one DICOM film the first is enough."""
    seen = set()
    for row in catalogue:
        known = case(row["path"]) if row["path"].startswith("dicom/") else row["path"]
        if row["path"] in chosen and known not in seen:
            print(radiographs / row["path"], *shown(row), marked(row["path"], prominences), sep="\t")
            seen.add(known)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("radiographs", type=Path)
    parser.add_argument("--list", choices=["train", "validation", "test"])
    options = parser.parse_args()
    with open(options.radiographs / "CATALOG.tsv", encoding="utf-8", newline="") as file:
        catalogue = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if options.list:
        print_list(options.radiographs, catalogue, set(json.loads(SPLIT.read_text())["real"][options.list]),
                   json.loads(PROMINENCES.read_text()))
        return
    real = {name: [row["path"] for row in catalogue if role(row) == name] for name in SIMULATED}
    SPLIT.write_text(json.dumps({"simulated": SIMULATED, "real": real}, indent=1) + "\n")
    print({name: len(paths) for name, paths in real.items()})


if __name__ == "__main__":
    main()
