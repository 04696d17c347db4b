#!/usr/bin/env python3
"""How many of the deposits that count as visible a reader finds:

    tools/reader_study.py make TRUTH... OUT [--deposits 96] [--empty 32]
    tools/reader_study.py score OUT ANSWERS... [--evaluation FILE]

TRUTH are folders of calx-simulate. `make` cuts squares of at least 60 mm out of their PNG and JPEG films, each about one
visible deposit, or none, at a place drawn at random, and writes OUT/NN.png: as it is on the left, with more local contrast on the
right. OUT.key.json, which readers must not see, says what is where. A reader answers with a JSON file of
{"NN": [{"x": 100, "y": 200, "certainty": 1 to 5}, ...]}: pixels of the left half. FILE is the evaluation.json of `calx evaluate`
over the whole films: what calx found of the same deposits.
"""
import argparse
import json
from pathlib import Path

import cv2
import numpy as np

SIDE = 700       # pixels of a picture
LEAST_MM = 60    # that a picture shows
ABOUT = 2.6      # ... and so many times the deposit's longer side
OFF = 0.6        # how far from the middle a deposit may lie, of what keeps it inside
NEAR, LEAST_NEAR = 0.25, 10  # a mark counts this far outside the box: part of its side, pixels
READABLE = (".png", ".jpg")
NAMES = {"equivalent_diameter_mm": "diameter in mm", "snr": "SNR", "clutter_ratio": "clutter ratio", "overlaps_bone": "share over bone"}
BANDS = {"equivalent_diameter_mm": ((0, 2), (2, 5), (5, 25), (25, 1e9)), "snr": ((0, 20), (20, 40), (40, 100), (100, 1e9)),
         "clutter_ratio": ((2.5, 4), (4, 8), (8, 20), (20, 1e9)), "overlaps_bone": ((0, 0.1), (0.1, 0.6), (0.6, 1.1))}


def films_in(folders):
    """Truths of the films that OpenCV reads, with where they are."""
    for folder in folders:
        for file in sorted(Path(folder).glob("*.truth.json")):
            truth = json.loads(file.read_text())
            if truth["image"]["file"].endswith(READABLE):
                yield file.parent, truth


def is_asked_for(lesion):
    return lesion["kind"] == "deposit" and lesion["visible"]


def spacing_of(truth):
    """Of the film itself; a film without one is of the size that its lesions say."""
    if truth["image"].get("spacing_mm"):
        return truth["image"]["spacing_mm"][0]
    return next((np.sqrt(lesion["area_mm2"] / lesion["area_px"]) for lesion in truth["lesions"]), 0.15)


def window(rng, folder, truth, lesion):
    """Middle and half side, in pixels of the film."""
    least = LEAST_MM / 2 / spacing_of(truth)
    if lesion is None:
        body = cv2.imread(str(folder / truth["masks"]["body"]), cv2.IMREAD_UNCHANGED)
        rows, columns = np.nonzero(body)
        pick = rng.integers(len(rows))
        return np.array([columns[pick], rows[pick]]), int(least)
    x, y, width, height = lesion["bbox"]
    half = int(max(least, ABOUT / 2 * max(width, height)))
    room = OFF * (half - np.array([width, height]) / 2)
    return (np.array([x + width / 2, y + height / 2]) + rng.uniform(-1, 1, 2) * room).astype(int), half


def picture(folder, truth, middle, half):
    film = cv2.imread(str(folder / truth["image"]["file"]), cv2.IMREAD_UNCHANGED).astype(np.float32)
    film = film if film.ndim == 2 else film[..., 0]
    part = np.pad(film, half)[middle[1]:middle[1] + 2 * half, middle[0]:middle[0] + 2 * half]
    low, high = np.percentile(part[part > 0], (1, 99.7)) if (part > 0).any() else (0, 1)
    grey = (np.clip((part - low) / max(1e-6, high - low), 0, 1) * 255).astype(np.uint8)
    grey = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA if 2 * half > SIDE else cv2.INTER_LINEAR)
    return np.hstack([grey, cv2.createCLAHE(4, (6, 6)).apply(grey)])


def entry(number, truth, lesion, middle, half):
    scale = SIDE / (2 * half)

    def box_of(one):
        x, y, width, height = one["bbox"]
        return [round(scale * v, 1) for v in (x - middle[0] + half, y - middle[1] + half, width, height)]

    return {"number": number, "film": truth["image"]["file"], "asked": lesion,
            "lesions": [{"kind": one["kind"], "box": box_of(one), "asked": one is lesion} for one in truth["lesions"]]}


def make(options):
    rng = np.random.default_rng(options.seed)
    films = list(films_in(options.truth))
    deposits = [(folder, truth, lesion) for folder, truth in films for lesion in filter(is_asked_for, truth["lesions"])]
    bare = [(folder, truth, None) for folder, truth in films if not any(map(is_asked_for, truth["lesions"]))]
    chosen = [deposits[i] for i in rng.permutation(len(deposits))[:options.deposits]]
    chosen += [bare[i] for i in rng.integers(len(bare), size=options.empty)]
    options.out.mkdir(parents=True, exist_ok=True)
    key = []
    for number, pick in enumerate(rng.permutation(len(chosen))):
        folder, truth, lesion = chosen[pick]
        middle, half = window(rng, folder, truth, lesion)
        cv2.imwrite(str(options.out / f"{number:03}.png"), picture(folder, truth, middle, half))
        key.append(entry(number, truth, lesion, middle, half))
    key_of(options.out).write_text(json.dumps(key) + "\n")
    print(f"{len(key)} pictures, {sum(one['asked'] is not None for one in key)} of them of a visible deposit; {len(films)} films")


def key_of(out):
    return out.with_name(out.name + ".key.json")


def meets(mark, box):
    x, y, width, height = box
    near = max(LEAST_NEAR, NEAR * max(width, height))
    return x - near <= mark["x"] <= x + width + near and y - near <= mark["y"] <= y + height + near


def judged(key, answers):
    """Each deposit's place in the key and the certainty of the best mark on it; the certainties of marks on nothing, on something else."""
    found, on_nothing, on_others = [], [], []
    for one in key:
        marks = answers.get(f"{one['number']:03}", [])
        if one["asked"]:
            box = next(lesion["box"] for lesion in one["lesions"] if lesion["asked"])
            found.append((one, max([mark["certainty"] for mark in marks if meets(mark, box)], default=0)))
        for mark in marks:
            kinds = [lesion["kind"] for lesion in one["lesions"] if meets(mark, lesion["box"])]
            if not kinds:
                on_nothing.append(mark["certainty"])
            elif "deposit" not in kinds:
                on_others.append(mark["certainty"])
    return found, np.array(on_nothing), np.array(on_others)


def found_by_calx(file):
    """Whether a deposit was, by film and number."""
    films = json.loads(file.read_text())["films"]
    return {(film["name"], lesion["id"]): lesion["found_at_score"] is not None for film in films for lesion in film["lesions"]}


def row(name, deposits):
    """`deposits`: certainty of the reader, and whether calx found it (None: not asked)."""
    cells = [name, str(len(deposits))] + [f"{np.mean([c >= least for c, _ in deposits]):.2f}" for least in (3, 4)]
    if deposits[0][1] is not None:
        cells += [f"{np.mean([calx for _, calx in deposits]):.2f}"]
    return "| " + " | ".join(cells) + " |"


def score(options):
    key = json.loads(key_of(options.out).read_text())
    answers = {}
    for file in options.answers:
        answers |= json.loads(file.read_text())
    found, on_nothing, on_others = judged(key, answers)
    calx = found_by_calx(options.evaluation) if options.evaluation else {}
    deposits = [(one["asked"], (certainty, calx.get((Path(one["film"]).stem, one["asked"]["id"])))) for one, certainty in found]
    print(f"{len(key)} pictures, {len(found)} visible deposits\n")
    print("| certainty from | found | marks on nothing, a picture | marks on something else, a picture |\n|---|---|---|---|")
    for least in range(1, 6):
        print(f"| {least} | {np.mean([c >= least for _, c in found]):.2f} | {(on_nothing >= least).sum() / len(key):.2f} "
              f"| {(on_others >= least).sum() / len(key):.2f} |")
    print("\n| deposits | number | readers, certainty from 3 | from 4 |" + (" calx |" if calx else "") + "\n|---|---|---|---|" + "---|" * bool(calx))
    print(row("all", [both for _, both in deposits]))
    for name, bands in BANDS.items():
        for low, high in bands:
            inside = [both for lesion, both in deposits if low <= lesion[name] < high]
            if inside:
                print(row(f"{NAMES[name]} {low:g} to {high:g}" if high < 1000 else f"{NAMES[name]} from {low:g}", inside))
    if calx:
        seen = [(c >= 3, by_calx) for _, (c, by_calx) in deposits]
        print(f"\nFound by readers (certainty from 3) and calx {seen.count((True, True))}, by readers alone {seen.count((True, False))}, "
              f"by calx alone {seen.count((False, True))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("make", help="cut pictures for readers out of simulated films")
    making.add_argument("truth", nargs="+", type=Path, help="folders of calx-simulate")
    making.add_argument("out", type=Path)
    making.add_argument("--deposits", type=int, default=96)
    making.add_argument("--empty", type=int, default=32, help="pictures of films without a visible deposit")
    making.add_argument("--seed", type=int, default=1)
    making.set_defaults(run=make)
    scoring = commands.add_parser("score", help="what the readers found")
    scoring.add_argument("out", type=Path)
    scoring.add_argument("answers", nargs="+", type=Path)
    scoring.add_argument("--evaluation", type=Path, help="evaluation.json of the same films: what calx found")
    scoring.set_defaults(run=score)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
