#!/usr/bin/env python3
"""Regions to learn from: tools/train/region_samples.py CHECKPOINT SET... --count 300 -o FILE

Marks training films, changed as for its training but whole, with the U-Net, and keeps a patch of each region that
calx would look at, with what it truly shows. Regions that nobody judged, or that are half right, are left out.
The patches, gigabytes of them, go to a file of their own beside FILE, from which training reads what it needs.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from dataset import Windows, sampled
from network import KINDS, MAPS, to_blocks
from patches import Viewer, candidates
from validate import loaded, logistic, marks_of

MARGIN = 4 / 3
RIGHT, WRONG = 0.5, 0.1  # of a region's pixels on what is true


def kind_of(region, truth, judged):
    """Index in KINDS, None where it cannot be told; `truth`, `judged`: maps by name."""
    known = region.pixels(judged["mimic"])
    if known.sum() == 0:
        return None
    deposit, *others = (region.pixels(truth[name])[known].mean() for name in KINDS[:-1])
    if deposit >= RIGHT:
        return KINDS.index("deposit")
    if known.mean() < 0.7 or deposit >= WRONG:
        return None
    # A wide outline about a thing that is no deposit is still that thing.
    return 1 + int(np.argmax(others)) if max(others) >= WRONG else KINDS.index("neither")


def patches_of(file):
    """Where the patches of a file of samples are."""
    return file.with_suffix(".patches.npy")


def marked(model, sample):
    """Tone, planes, truth and judged of a film."""
    tone = torch.from_numpy(sample["tone"])[None]
    with torch.no_grad():
        maps = model(to_blocks(tone))
    planes = logistic(torch.pixel_shuffle(maps, 2)[0].numpy())
    whole = [torch.pixel_shuffle(torch.from_numpy(sample[key]).flatten(0, 1)[None], 2)[0].numpy() > 0
             for key in ("truth", "judged")]
    truth, judged = ({name: maps[i] for i, name in enumerate(MAPS)} for maps in whole)
    truth["deposit"] = truth["calcified"] & ~truth["mimic"]
    judged["deposit"] = judged["calcified"]
    return sample["tone"][0], planes, truth, judged


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sets", nargs="+", help="folders made by calx-trainset; FOLDER:WEIGHT")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=300, help="films")
    parser.add_argument("--paintings", type=int, default=3, help="of those films that are painted: a film holds several windows")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = loaded(options.checkpoint)
    films, weights = sampled(options.sets)
    samples = Windows(films, weights, None, options.seed, 0, options.count, options.paintings)
    patches, longer, kinds, known = [], [], [], []
    for i in range(options.count):
        tone, planes, truth, judged = marked(model, samples[i])
        viewer = Viewer(tone, marks_of(planes))
        for region in candidates(planes[MAPS.index("calcified")]):
            kind = kind_of(region, truth, judged)
            if kind is None:
                continue
            patches.append(viewer.views(region, MARGIN).astype(np.float16))
            longer.append(max(region.box[2:]))
            kinds.append(kind)
            known.append([region.pixels(judged[name]).mean() >= 0.5 for name in KINDS[:-1]])
        if (i + 1) % 50 == 0:
            print(f"{i + 1} films: " + ", ".join(f"{kinds.count(k)} {name}" for k, name in enumerate(KINDS)), flush=True)
    np.save(patches_of(options.out), np.stack(patches))
    np.savez(options.out, longer=np.array(longer), kinds=np.array(kinds), known=np.array(known))


if __name__ == "__main__":
    main()
