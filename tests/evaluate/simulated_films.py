#!/usr/bin/env python3
"""`calx evaluate` on films that calx-simulate wrote: simulated_films.py CALX CALX_SIMULATE.

Results that are a copy of the truth score 1, those without any finding 0.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILMS = ["--count", "5", "--seed", "12", "--normal-share", "0.4", "--pitch", "0.8"]
BEST_IS_ONE = ["sensitivity", "sensitivity/all", "sensitivity/any_kind", "film_sensitivity", "film_specificity",
               "froc/0.125", "froc/mean", "dice/deposits", "dice/pooled", "dice/lesion", "dice/bone", "dice/body",
               "area/icc", "area/icc_log", "prominence/named", "prominence/near", "kind/accuracy",
               "suggestion/accuracy_decided", "suggestion/accuracy", "region/accuracy"]
BEST_IS_ZERO = ["fp/with", "fp/without", "fp/any_kind/with", "mimics_claimed", "area/signed", "area/absolute",
                "prominence/wrong", "prominence/error", "kind/abstention"]
EMPTY_IS_ZERO = ["sensitivity", "sensitivity/all", "film_sensitivity", "froc/mean", "dice/deposits", "dice/pooled",
                 "prominence/named"]


def findings(truth, lesions, prominences, suggestion):
    """The truth's words as those of a result."""
    return {"schema": "calx.findings/1",
            "tool": {"name": "copy", "version": "1", "revision": "none", "models": []},
            "image": {"path": truth["image"]["file"], "rows": truth["image"]["rows"],
                      "columns": truth["image"]["columns"], "spacing_mm": truth["image"]["spacing_mm"],
                      "region": {"name": truth["region"], "source": "image"}},
            "assessment": {"suggestion": suggestion},
            "lesions": [{"id": each["id"], "kind": each["kind"], "score": 0.9, "bbox": each["bbox"],
                         "centroid": each["centroid"], "area_mm2": each["area_mm2"], "outline": [],
                         "other_outlines": []} for each in lesions],
            "anatomy": {"prominences": prominences}}


def write_results(truths, copies, empties):
    for file in truths:
        truth = json.loads(file.read_text(encoding="utf-8"))
        stem = file.name.removesuffix(".truth.json")
        for folder, document in [
                (copies, findings(truth, truth["lesions"], truth["prominences"], truth["pattern"])),
                (empties, findings(truth, [], [], "indeterminate"))]:
            (folder / f"{stem}.findings.json").write_text(json.dumps(document), encoding="utf-8")
        for mask, name in [("lesions", "mask"), ("bone", "bone"), ("body", "body")]:
            shutil.copyfile(file.parent / truth["masks"][mask], copies / f"{stem}.{name}.png")


def figures(calx, truth, results, report):
    subprocess.run([calx, "evaluate", "--truth", truth, "--results", results, "-o", report], check=True,
                   stdout=subprocess.DEVNULL)
    document = json.loads((report / "evaluation.json").read_text(encoding="utf-8"))
    return {figure["id"]: figure["value"] for figure in document["figures"]}


def main():
    calx, simulate = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="calx-simulated-") as scratch:
        truth, copies, empties = (Path(scratch) / name for name in ("truth", "copies", "empties"))
        for folder in (copies, empties):
            folder.mkdir()
        subprocess.run([simulate, *FILMS, "-q", "-o", truth], check=True)
        truths = sorted(truth.glob("*.truth.json"))
        write_results(truths, copies, empties)
        perfect = figures(calx, truth, copies, Path(scratch) / "report")
        empty = figures(calx, truth, empties, Path(scratch) / "empty")
    wrong = [f"a copy of the truth: {name} is {perfect[name]}, not {best}"
             for names, best in ((BEST_IS_ONE, 1), (BEST_IS_ZERO, 0)) for name in names
             if perfect[name] is None or abs(perfect[name] - best) > 1e-6]
    wrong += [f"nothing found: {name} is {empty[name]}, not 0" for name in EMPTY_IS_ZERO if empty[name] != 0]
    print("\n".join([*wrong, f"{len(truths)} films, {len(wrong)} figures wrong"]))
    return 1 if wrong or not truths else 0


if __name__ == "__main__":
    sys.exit(main())
