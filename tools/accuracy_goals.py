#!/usr/bin/env python3
"""What was wanted and what was reached, as a table: tools/accuracy_goals.py WORK, the folder of tools/accuracy.sh."""
import json
import sys
from pathlib import Path

# Set of films, figure of `calx evaluate`, what it is, the least or most wanted.
GOALS = (
    ("simulated", "sensitivity/size/over-25-mm", "visible deposits over 25 mm found", ">=", 0.97),
    ("simulated", "sensitivity/size/5-25-mm", "of 5 to 25 mm", ">=", 0.97),
    ("simulated", "sensitivity/size/2-5-mm", "of 2 to 5 mm", ">=", 0.92),
    ("simulated", "sensitivity/size/0.7-2-mm", "of 0.7 to 2 mm", ">=", 0.75),
    ("simulated", "fp/with", "false positives a film with deposits", "<=", 0.2),
    ("simulated", "fp/without", "false positives a film without", "<=", 0.2),
    ("simulated", "dice/lesion", "Dice of each deposit that was found", ">=", 0.85),
    ("simulated", "area/icc", "agreement of areas, ICC(A,1)", ">=", 0.95),
    ("simulated", "dice/bone", "Dice of bone", ">=", 0.96),
    ("simulated", "region/accuracy", "body region right", ">=", 0.97),
    ("simulated", "prominence/named", "visible prominences named", ">=", 0.9),
    ("inserted", "sensitivity", "visible deposits found", ">=", 0.9),
    ("real", "fp/without", "false positives a film on which nothing was seen", "<=", 0.15),
    ("real", "prominence/near", "visible prominences named where they are", ">=", 0.9),
    ("real", "marked/yes", "boxes marked YES hit, by a finding of any kind", ">=", 0.8),
)
FILMS = {"simulated": "simulated", "inserted": "real, with deposits put in", "real": "real"}


def main():
    work = Path(sys.argv[1])
    figures = {}
    for name in FILMS:
        report = json.loads((work / name / "evaluation" / "evaluation.json").read_text())
        figures[name] = {figure["id"]: figure for figure in report["figures"]}
    print("| films | figure | wanted | measured | 95 % interval | reached |")
    print("|---|---|---|---|---|---|")
    for films, figure, what, sense, wanted in GOALS:
        value, interval = figures[films][figure]["value"], figures[films][figure]["interval"]
        measured, within, reached = "no cases", "", ""
        if value is not None:
            measured, within = f"{value:.3g}", " to ".join(f"{end:.3g}" for end in interval or ())
            reached = "yes" if (value >= wanted if sense == ">=" else value <= wanted) else "no"
        print(f"| {FILMS[films]} | {what} | {sense} {wanted} | {measured} | {within} | {reached} |")


if __name__ == "__main__":
    main()
