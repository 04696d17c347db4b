#!/usr/bin/env python3
"""Regions to learn from: tools/train/region_samples.py CHECKPOINT SET... --count 3000 -o FILE

Marks windows of training films, drawn as for its training, with the U-Net, and keeps a patch of each region that
calx would look at, with what it truly shows. Regions that nobody judged, or that are half right, are left out.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from dataset import Windows, sampled
from network import KINDS, MAPS, to_blocks
from patches import candidates, views
from validate import loaded, logistic

MARGIN = 4 / 3
RIGHT, WRONG = 0.5, 0.1  # of a region's pixels on what is true


def kind_of(region, truth, judged):
    """Index in KINDS, None where it cannot be told; `truth`, `judged`: maps by name."""
    if region.pixels(judged["deposit"]).mean() < 0.7:
        return None
    shares = [region.pixels(truth[name]).mean() for name in KINDS[:2]]
    if max(shares) >= RIGHT:
        return shares.index(max(shares))
    return KINDS.index("neither") if max(shares) < WRONG else None


def marked(model, sample):
    """Tone, planes, truth and judged of a window."""
    tone = torch.from_numpy(sample["tone"])[None]
    with torch.no_grad():
        maps = model(to_blocks(tone))
    planes = logistic(torch.pixel_shuffle(maps, 2)[0].numpy())
    whole = [torch.pixel_shuffle(torch.from_numpy(sample[key]).flatten(0, 1)[None], 2)[0].numpy() > 0
             for key in ("truth", "judged")]
    return sample["tone"][0], planes, *({name: maps[i] for i, name in enumerate(MAPS)} for maps in whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sets", nargs="+", help="folders made by calx-trainset; FOLDER:WEIGHT")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3000, help="windows")
    parser.add_argument("--window", type=int, default=768, help="working pixels a side")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = loaded(options.checkpoint)
    films, weights = sampled(options.sets)
    samples = Windows(films, weights, (options.window, options.window), options.seed, 0, options.count)
    patches, longer, kinds, mimics = [], [], [], []
    for i in range(options.count):
        tone, planes, truth, judged = marked(model, samples[i])
        for region in candidates(planes[MAPS.index("deposit")]):
            kind = kind_of(region, truth, judged)
            if kind is None:
                continue
            seen = views(tone, planes[MAPS.index("deposit")], planes[MAPS.index("bone")], region, MARGIN)
            patches.append(seen.astype(np.float16))
            longer.append(max(region.box[2:]))
            kinds.append(kind)
            mimics.append(bool(judged["mimic"].any()))
        if (i + 1) % 100 == 0:
            print(f"{i + 1} windows: " + ", ".join(f"{kinds.count(k)} {name}" for k, name in enumerate(KINDS)), flush=True)
    np.savez(options.out, patches=np.stack(patches), longer=np.array(longer), kinds=np.array(kinds), mimics=np.array(mimics))


if __name__ == "__main__":
    main()
