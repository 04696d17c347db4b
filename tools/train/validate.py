#!/usr/bin/env python3
"""How the network does on validation films: tools/train/validate.py WEIGHTS SET... --regions FILE... [--picture FILE]

Deposits found and false regions a film, for several least scores, and deposits found at several rates of false
regions: what networks are compared by. The operating point is chosen by operating_point.sh. Regions are cut out and
judged as calx does it (src/network), and a deposit counts as found as in `calx evaluate`. Two
things differ: regions in the air beside a limb, which calx leaves out, count here; and of the rules only the limit of K5
is asked, not what others make of a region. A score is how probable it is that the region is calcified. `--picture` draws
the films with what was found. Without `--regions`: how much the U-Net marks by itself, deposits that stand out
of the likeliest places where nothing is.
"""
import argparse
import math
from pathlib import Path

import cv2
import numpy as np
import torch

from dataset import BITS, bits, films_in, is_judged
from network import KINDS, MAPS, RegionNet, fused, restored, to_blocks
from patches import MARKS, Viewer, candidates, outlined, with_size

SCORES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
BANDS = ((0.7, 2), (2, 5), (5, 25), (25, 1000))  # equivalent diameter in mm
RATES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1)  # false regions a film
CLAIMED = 0.2  # less likely a deposit, what is calcified is called no deposit (models/subtype_rules.json, K5)
MARKED = 0.9  # less surely marked by the U-Net, a region is not reported (network.min_marked_score)
DRAWN = 0.3  # least score of a region in the picture
PEAK, APART = 64, 12  # pixels a side of a block whose likeliest pixel is one peak, and from anything
PEAKS = (0.2, 0.5, 1, 2, 5)  # peaks a film


def logits_of(model, film):
    """What the network makes of a whole film, as calx asks it."""
    tone, field = film.tone(), (film.maps() & BITS["field"]) > 0
    padded = np.zeros((1, 1, *film.size()), np.float32)
    padded[0, 0, : tone.shape[0], : tone.shape[1]] = tone * field
    with torch.no_grad():
        planes = model(to_blocks(torch.from_numpy(padded)))
    return torch.pixel_shuffle(planes, 2)[0].numpy()[:, : tone.shape[0], : tone.shape[1]]


def truth_of(film, name):
    """Where the film shows it, and where that is known."""
    maps = film.maps()
    known = (maps & BITS["field"] > 0) & (maps & BITS["unjudged"] == 0)
    return maps & bits(name) > 0, known & is_judged(film.about, name)


def region_net(file):
    """The network of weights written by train_regions.py or calibrate_regions.py."""
    net = fused(RegionNet())
    net.load_state_dict(torch.load(file)["regions"])
    return net


def logistic(z):
    return 1 / (1 + np.exp(-z))


def loaded(checkpoint):
    """The network without batch normalisation."""
    return fused(restored(torch.load(checkpoint, map_location="cpu")))


def marks_of(planes):
    return [planes[MAPS.index(name)] for name in MARKS]


def judged_regions(net, tone, planes):
    """What calx would report at the least scores of all: regions with a score for each of KINDS."""
    calcified, viewer, regions = planes[MAPS.index("calcified")], Viewer(tone, marks_of(planes)), []
    for region in candidates(calcified):
        seen = with_size(viewer.views(region)[None], [max(region.box[2:])])
        regions.append(outlined(calcified, region))
        with torch.no_grad():
            regions[-1].kinds = dict(zip(KINDS, net(torch.from_numpy(seen)).softmax(1)[0].tolist()))
    return regions


def covered(a, b):
    """Share of the smaller of two regions that the other covers."""
    x, y = max(a.box[0], b.box[0]), max(a.box[1], b.box[1])
    right, low = (min(a.box[i] + a.box[i + 2], b.box[i] + b.box[i + 2]) for i in (0, 1))
    if right <= x or low <= y:
        return 0
    shared = [r.mask[y - r.box[1]:low - r.box[1], x - r.box[0]:right - r.box[0]] for r in (a, b)]
    return (shared[0] & shared[1]).sum() / min(a.mask.sum(), b.mask.sum())


def score_of(region):
    """How probable it is that it is calcified, calcinosis or not."""
    return region.kinds["deposit"] + region.kinds["mimic"]


def without_repeats(regions):
    """One region can be outlined at several levels: the likeliest stays."""
    kept = []
    for region in sorted(regions, key=lambda r: -score_of(r)):
        if all(covered(other, region) <= 0.5 for other in kept):
            kept.append(region)
    return kept


def reported(regions, kind):
    """What is called so, of all that calx reports, with its score, best first."""
    return [(region, score_of(region)) for region in without_repeats(r for r in regions if r.score >= MARKED)
            if (region.kinds["deposit"] >= CLAIMED) == (kind == "deposit")]


def judge(maps, bit, scored, pitch):
    """Each lesion's size in mm and the least score at which it is found; the scores of false regions.

    `scored`: regions and their scores, best first.
    """
    label, count = pieces_of(maps & bit > 0)
    tolerant = cv2.dilate((label > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    unjudged = maps & BITS["unjudged"] > 0
    on = [region.pixels(tolerant).mean() for region, _ in scored]
    found = []
    for i in range(1, count + 1):
        area = (label == i).sum()
        if area == 0:
            continue
        score, left = 0, area
        for (region, value), share in zip(scored, on):
            met = (region.pixels(label) == i).sum()
            if share >= 0.3 and met and (met >= 0.3 * area or met >= 0.5 * region.mask.sum()):
                left -= met
                if left <= 0.9 * area:
                    score = value
                    break
        found.append((math.sqrt(4 * area / math.pi) * pitch, score))
    false = [value for (region, value), share in zip(scored, on)
             if share == 0 and region.pixels(unjudged).mean() < 0.3]
    return found, false


def drawn(tone, maps, regions):
    grey = (np.clip(tone / 1.2, 0, 1) * 255).astype(np.uint8)
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for bit, colour in (("deposit", (0, 0, 255)), ("unjudged", (200, 0, 200)), ("mimic", (255, 200, 0))):
        lines, _ = cv2.findContours((maps & BITS[bit] > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(picture, lines, -1, colour, 1)
    for region, score in regions:
        if score < DRAWN:
            continue
        x, y, width, _ = region.box
        lines, _ = cv2.findContours(region.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(x, y))
        cv2.drawContours(picture, lines, -1, (0, 255, 0), 1)
        cv2.putText(picture, f"{score:.2f}", (x + width, y), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 255, 255), 1)
    side = 480
    scale = side / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(small, 0, side - small.shape[0], 0, side - small.shape[1], cv2.BORDER_CONSTANT)


def found_at(rate, found, false, films):
    """Share found at the least score that leaves so many false regions a film, were half of the films with deposits.

    `false`, `films`: scores of false regions, number of films; of those with deposits, then of those without.
    """
    each = sorted(((score, 0.5 / max(1, count)) for scores, count in zip(false, films) for score in scores), reverse=True)
    left = np.cumsum([share for _, share in each]) <= rate
    least = each[left.sum()][0] if not left.all() else 0
    return np.mean([score > least for _, score in found])


def table(found, false_with, false_without, films_with, films_without):
    bands = "  ".join(f"{low:g}-{high:g} mm".rjust(9) for low, high in BANDS)
    print(f"score  all    {bands}   false/film with, without any")
    for least in SCORES:
        def share(low, high):
            inside = [score >= least for size, score in found if low <= size < high]
            return f"{np.mean(inside):.2f}/{len(inside)}" if inside else "-"
        cells = "  ".join(share(*band).rjust(9) for band in BANDS)
        rate = [sum(s >= least for s in scores) / max(1, films)
                for scores, films in ((false_with, films_with), (false_without, films_without))]
        print(f"{least:.3f} {share(0, 1e9):>8} {cells}   {rate[0]:.2f}, {rate[1]:.2f}")
    if found:
        false, films = (false_with, false_without), (films_with, films_without)
        print("found at false regions a film, half of the films with: "
              + ", ".join(f"{found_at(rate, found, false, films):.2f} at {rate:g}" for rate in RATES))


def pieces_of(mask):
    """Label of each pixel of what lies within two pixels of one another, and how many there are."""
    count, label = cv2.connectedComponents(cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)), connectivity=8)
    return np.where(mask, label, 0), count - 1


def marked_alone(film, logits):
    """What eight tenths of each deposit stay below, and the peaks where nothing lies: the rims of a mimic are not nothing."""
    maps, calcified = film.maps(), logits[MAPS.index("calcified")]
    label, count = pieces_of(maps & BITS["deposit"] > 0)
    something = maps & (BITS["deposit"] | BITS["mimic"] | BITS["foreign"] | BITS["unjudged"]) > 0
    near = cv2.dilate(something.astype(np.uint8), np.ones((2 * APART + 1, 2 * APART + 1), np.uint8)) > 0
    empty = (maps & BITS["field"] > 0) & ~near
    rows, columns = (n // PEAK for n in maps.shape)
    blocks = np.where(empty, calcified, -np.inf)[: rows * PEAK, : columns * PEAK].reshape(rows, PEAK, columns, PEAK)
    return [np.percentile(calcified[label == i], 80) for i in range(1, count + 1) if (label == i).any()], blocks.max((1, 3)).ravel()


def alone(model, films):
    """How many deposits the U-Net marks by itself, at so many peaks a film, and its bone."""
    deposits, peaks, dice = [], [], []
    for film in films:
        logits = logits_of(model, film)
        here, there = marked_alone(film, logits)
        deposits += here
        peaks += list(there)
        dice += bone_dice(film, logits[1] >= 0)
    peaks = np.sort(peaks)[::-1]
    shares = (f"{np.mean(np.array(deposits) > peaks[int(rate * len(films))]):.3f} at {rate:g}" for rate in PEAKS)
    print(f"{len(deposits)} deposits marked at peaks a film: " + ", ".join(shares if deposits else ["none"]))
    return dice


def bone_dice(film, bone):
    """Of a film whose bone is known, as a list."""
    if "bone" not in film.about["judged"]:
        return []
    maps = film.maps()
    bone, truth = bone & (maps & BITS["field"] > 0), maps & BITS["bone"] > 0
    return [2 * (bone & truth).sum() / max(1, bone.sum() + truth.sum())]


def judged_films(model, films, folder, options):
    """Both networks together: prints the tables, draws the picture, and gives the Dice of bone."""
    net = region_net(options.regions)
    found, false, count, dice, tiles = [], ([], []), [0, 0], [], []
    for film in films:
        field = film.maps() & BITS["field"] > 0
        planes = logistic(logits_of(model, film)) * field
        regions = reported(judged_regions(net, film.tone() * field, planes), options.kind)
        here, wrong = judge(film.maps(), BITS[options.kind], regions, film.about.get("pitch_mm", 0.25))
        found += here
        without = not here
        count[without] += 1
        false[without].extend(wrong)
        dice += bone_dice(film, planes[MAPS.index("bone")] >= 0.5)
        tiles.append(drawn(film.tone(), film.maps(), regions) if options.picture else None)
    print(f"{count[1]} without {options.kind}s")
    table(found, *false, *count)
    if options.picture:
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 4)
        rows = [np.hstack(tiles[i:i + 4]) for i in range(0, len(tiles), 4)]
        cv2.imwrite(str(options.picture.with_stem(options.picture.stem + "-" + folder.name)), np.vstack(rows))
    return dice


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--regions", type=Path, help="weights written by calibrate_regions.py")
    parser.add_argument("--kind", choices=("deposit", "mimic"), default="deposit", help="which to look for")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--most", type=int, default=10**6, help="films")
    options = parser.parse_args()
    model = loaded(options.checkpoint)
    for folder in options.sets:
        films = films_in([folder])[: options.most]
        print(f"{folder}: {len(films)} films")
        dice = judged_films(model, films, folder, options) if options.regions else alone(model, films)
        if dice:
            print(f"bone Dice {np.mean(dice):.3f}")


if __name__ == "__main__":
    main()
