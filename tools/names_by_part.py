#!/usr/bin/env python3
"""Names of prominences by part of the body, as a table:

    tools/names_by_part.py LIST EVALUATION

LIST is of films as tools/train/split.py prints it, EVALUATION the evaluation.json of `calx evaluate` on them.
"""
import json
import sys
from pathlib import Path

PARTS = {"hands": "hand", "wrists": "wrist", "feet and ankles": "foot ankle", "shoulders": "shoulder", "elbows and forearms": "elbow forearm",
         "knees": "knee", "pelves, hips and thighs": "pelvis hip thigh"}


def parts_of(lines):
    """The part of each film of a list, by the film's folder and name."""
    parts = {}
    for line in lines:
        path, part = line.rstrip("\n").split("\t")[:2]
        parts[str(Path(Path(path).parent.name) / Path(path).stem)] = part
    return parts


def rows(parts, films):
    """Of each of PARTS, and of these together: films, prominences, those named where they are, wrong names."""
    sums = {words: [0, 0, 0, 0] for words in PARTS}
    for film in films:
        words = [words for words, regions in PARTS.items() if parts.get(film["name"]) in regions.split()]
        for one in words:
            known = film["prominences"]
            for i, more in enumerate((1, len(known), sum(point["near"] for point in known), film["wrong_names"])):
                sums[one][i] += more
    return {**sums, "all": [sum(column) for column in zip(*sums.values())]}


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        parts = parts_of(lines)
    films = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["films"]
    print("| part | films | prominences | named where they are | wrong names |")
    print("|---|---|---|---|---|")
    for part, numbers in rows(parts, films).items():
        print("|", " | ".join([part, *map(str, numbers)]), "|")


if __name__ == "__main__":
    main()
