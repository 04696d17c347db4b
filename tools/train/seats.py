#!/usr/bin/env python3
"""Marks where a deposit may lie on real films: tools/train/seats.py WEIGHTS SET...

Nobody has outlined the body on real films: what calx-trainset writes without networks holds backgrounds and scattered rays as well,
and deposits painted there teach that deposits float in the air. Where the U-Net of WEIGHTS too sees the body, "seat" is set in their maps.
"""
import argparse
import os
from pathlib import Path

import cv2
import numpy as np

from dataset import BITS, films_in, is_judged
from network import MAPS
from validate import loaded, logits_of


def seats(model, films):
    """Each film and its maps with their seats. Copies of one film with other deposits have the same body: the first one's."""
    first, body = None, None
    for film in films:
        maps = film.maps() & ~np.uint8(BITS["seat"])
        which = (film.path.parent, film.about["file"], maps.shape)
        if which != first:
            first, body = which, logits_of(model, film)[MAPS.index("body")] > 0
        maps[(maps & BITS["body"] > 0) & body] |= BITS["seat"]
        yield film, maps


def save(film, maps):
    """Atomic: nothing makes a film's maps anew."""
    path, part = film.stem + ".maps.png", film.stem + ".part.png"
    if not cv2.imwrite(part, maps):
        raise OSError(f"cannot write {part}")
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("sets", nargs="+", type=Path)
    options = parser.parse_args()
    model = loaded(options.weights)
    for film, maps in seats(model, [film for film in films_in(options.sets) if not is_judged(film.about, "body")]):
        save(film, maps)


if __name__ == "__main__":
    main()
