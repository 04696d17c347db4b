#!/usr/bin/env python3
"""Trains the network that judges regions:

    tools/train/train_regions.py SAMPLES... -o FILE

SAMPLES are files of region_samples.py. Trained in one go. A batch holds far more deposits than a film does: calibrate_regions.py makes up for it.
"""
import argparse
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import one_go
from network import KINDS, RegionNet, fused
from patches import MARKS, PATCH, with_size
from region_samples import patches_of

DRAWN = (0.35, 0.15, 0.1, 0.4)  # shares of KINDS in a batch


def cut(rng, patches):
    """Another patch out of each larger one: turned, mirrored, shifted, nearer or further away."""
    count = len(patches)
    angle = rng.normal(0, 0.15, count) + math.pi / 2 * rng.integers(4, size=count)
    zoom = PATCH / patches.shape[-1] * np.exp(rng.uniform(-0.15, 0.15, count))
    mirror = rng.choice([-1, 1], count)
    turn = np.zeros((count, 2, 3), np.float32)
    turn[:, 0, 0], turn[:, 0, 1] = zoom * np.cos(angle) * mirror, -zoom * np.sin(angle)
    turn[:, 1, 0], turn[:, 1, 1] = zoom * np.sin(angle) * mirror, zoom * np.cos(angle)
    turn[:, :, 2] = rng.normal(0, 0.04, (count, 2))
    grid = F.affine_grid(torch.from_numpy(turn), (count, patches.shape[1], PATCH, PATCH), align_corners=False)
    return F.grid_sample(torch.from_numpy(patches), grid, align_corners=False).numpy()


def retoned(rng, planes):
    """Another department's look, and a U-Net that is surer or less sure; in place."""
    count = (len(planes), 1, 1, 1)
    gamma, gain, shift = np.exp(rng.normal(0, 0.12, count)), np.exp(rng.normal(0, 0.06, count)), rng.normal(0, 0.02, count)
    sure = np.exp(rng.normal(0, 0.2, count))
    a_view = 2 + len(MARKS)
    for first in (0, a_view, 2 * a_view):
        tone = planes[:, first:first + 1]
        planes[:, first:first + 1] = np.where(tone > 0, np.clip(tone, 0, None) ** gamma * gain + shift, 0)
        marks = planes[:, first + 1:first + 1 + MARKS.index("body")]  # from afar only one is shown
        marks[:] = np.clip(marks, 0, 1) ** sure
    return planes


class Samples(torch.utils.data.Dataset):
    """An endless reproducible sequence of batches: batch i depends on the seed and on i alone. The patches stay on disk."""

    def __init__(self, files, batch, steps, seed):
        parts = [np.load(file) for file in files]
        self.patches = [np.load(patches_of(file), mmap_mode="r") for file in files]
        self.longer, self.kinds, self.known = (np.concatenate([part[key] for part in parts]) for key in ("longer", "kinds", "known"))
        self.first = np.cumsum([0] + [len(part) for part in self.patches])
        self.of_kind = [np.flatnonzero(self.kinds == k) for k in range(len(KINDS))]
        shares = np.array([share if len(of) else 0 for share, of in zip(DRAWN, self.of_kind)])
        self.drawn = shares / shares.sum()
        self.batch, self.steps, self.seed = batch, steps, seed

    def patch(self, i):
        """From its file: it is mapped, not read."""
        part = np.searchsorted(self.first, i, side="right") - 1
        return self.patches[part][i - self.first[part]]

    def __len__(self):
        return self.steps

    def __getitem__(self, i):
        rng = np.random.default_rng([self.seed, i])
        picks = np.array([rng.choice(self.of_kind[k]) for k in rng.choice(len(KINDS), self.batch, p=self.drawn)])
        planes = retoned(rng, cut(rng, np.stack([self.patch(i) for i in picks]).astype(np.float32)))
        longer = self.longer[picks] * np.exp(rng.normal(0, 0.1, self.batch))
        return {"patches": with_size(planes, longer), "kinds": self.kinds[picks], "known": self.known[picks]}


def region_loss(model, batch):
    """What is nothing that was outlined may be anything that was not."""
    log, kinds = F.log_softmax(model(batch["patches"]).float(), 1), batch["kinds"]
    can_be = F.one_hot(kinds, len(KINDS)).bool()
    can_be[:, :-1] |= (kinds == KINDS.index("neither"))[:, None] & ~batch["known"]
    return -torch.logsumexp(log.masked_fill(~can_be, -torch.inf), 1).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    one_go.add_options(parser, steps=11000, batch=96)
    options = parser.parse_args()
    one_go.begin(options)
    samples = Samples(options.samples, options.batch, options.steps, options.seed)
    print(", ".join(f"{len(where)} {name}" for where, name in zip(samples.of_kind, KINDS)), flush=True)
    model = RegionNet().train()
    batches = torch.utils.data.DataLoader(samples, None, num_workers=1)
    for _ in one_go.Run(model, options).steps(batches, region_loss, every=50):
        pass
    torch.save({"regions": fused(model).state_dict(), "steps": options.steps}, options.out)


if __name__ == "__main__":
    main()
