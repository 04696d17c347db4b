#!/usr/bin/env python3
"""Which deposits nobody could see: tools/train/unseen.py WEIGHTS SET...

A simulated deposit can add more than the noise takes away and still be lost over bone, in a black part of the film, or for having
no edge. Deposits that a trained U-Net finds improbable, and that hardly differ from what lies around them, become neither
asked for nor wrong in the sets' truth; some of them an eye would see. For sets to train on only: those that measure keep
all their deposits.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np

from dataset import BITS, films_in
from network import MAPS
from seats import save
from validate import loaded, logits_of, pieces_of

LIKELY = -1.2  # logit before calibration: a deposit that has more in a fifth of its pixels is seen
OUT = 2  # spreads of what lies around it: one that differs by more is seen
APART, AROUND = 2, 12  # pixels: where what lies around it begins and ends


def disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def difference(tone, deposit, maps):
    """How much brighter a deposit is than what lies around it, in spreads of that. 0 where nothing does."""
    rows, columns = np.flatnonzero(deposit.any(1)), np.flatnonzero(deposit.any(0))
    near = tuple(slice(max(0, n[0] - AROUND), n[-1] + AROUND + 1) for n in (rows, columns))
    inside, maps = deposit[near].astype(np.uint8), maps[near]
    around = (cv2.dilate(inside, disc(AROUND)) > 0) & (cv2.dilate(inside, disc(APART)) == 0) & (maps & BITS["field"] > 0)
    around &= maps & (BITS["deposit"] | BITS["mimic"] | BITS["foreign"]) == 0
    if around.sum() < 20:
        return 0
    even = cv2.GaussianBlur(tone[near], (0, 0), 1)
    usual = np.median(even[around])
    spread = 1.48 * np.median(np.abs(even[around] - usual)) + 0.004
    return (np.percentile(even[inside > 0], 75) - usual) / spread


def unseen(model, film):
    """The pixels of the film's deposits that cannot be seen, and how many there are, and of how many."""
    tone, maps = film.tone(), film.maps()
    label, count = pieces_of(maps & BITS["deposit"] > 0)
    pieces = [label == i for i in range(1, count + 1)]
    lost = [piece for piece in pieces if piece.any() and difference(tone, piece, maps) < OUT]
    if lost:  # the network takes longer
        calcified = logits_of(model, film)[MAPS.index("calcified")]
        lost = [piece for piece in lost if np.percentile(calcified[piece], 80) < LIKELY]
    return np.logical_or.reduce(lost, initial=False), len(lost), count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("sets", nargs="+", type=Path)
    options = parser.parse_args()
    model, lost, deposits = loaded(options.weights), 0, 0
    for film in films_in(options.sets):
        if not film.has_deposit():
            continue
        where, few, count = unseen(model, film)
        lost, deposits = lost + few, deposits + count
        if few:
            maps = film.maps()
            maps[where] = maps[where] & ~np.uint8(BITS["deposit"]) | BITS["unjudged"]
            save(film, maps)
    print(f"{lost} of {deposits} deposits cannot be seen")


if __name__ == "__main__":
    main()
