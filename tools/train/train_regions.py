#!/usr/bin/env python3
"""Trains the network that judges regions:

    tools/train/train_regions.py SAMPLES... --calibrate WEIGHTS SET... -o FILE

SAMPLES are files of region_samples.py. Trained in one go. A batch holds far more deposits than a film does: on the regions that the U-Net
of WEIGHTS marks on validation films the logits are stretched, and that of a deposit shifted, until its
probability is about right on average (after Platt, 1999).
"""
import argparse
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import one_go
from calibrate import logistic_fit
from dataset import BITS, films_in
from network import KINDS, MAPS, RegionNet, fused
from patches import MARKS, PATCH, Viewer, candidates, with_size
from region_samples import kind_of, patches_of
from validate import loaded, logistic, logits_of, marks_of, truth_of

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


def regions_of_films(unet, folders):
    """Patches of what the U-Net marks on whole films, and whether each is a deposit."""
    patches, deposit = [], []
    for film in films_in(folders):
        logits = logits_of(unet, film)
        field = film.maps() & BITS["field"] > 0
        tone, planes = film.tone() * field, logistic(logits) * field
        viewer = Viewer(tone, marks_of(planes))
        truth, judged = ({name: truth_of(film, name)[which] for name in KINDS[:-1]} for which in (0, 1))
        for region in candidates(planes[MAPS.index("calcified")]):
            kind = kind_of(region, truth, judged)
            if kind is not None:
                patches.append(with_size(viewer.views(region)[None], [max(region.box[2:])])[0])
                deposit.append(kind == KINDS.index("deposit"))
    return torch.from_numpy(np.stack(patches)), np.array(deposit)


def calibrate(net, unet, folders):
    """Changes the last layer of the fused network, and says how."""
    patches, deposit = regions_of_films(unet, folders)
    with torch.no_grad():
        logits = torch.cat([net(part) for part in patches.split(64)])
        odds = (logits[:, 0] - torch.logsumexp(logits[:, 1:], 1)).numpy().astype(float)
        stretch, shift = logistic_fit(odds, deposit.astype(float), 1 - deposit)
        net.kinds.weight *= stretch
        net.kinds.bias *= stretch
        net.kinds.bias[0] += shift
    print(f"{len(deposit)} regions, {deposit.sum()} of them deposits: logits times {stretch:.3f}, deposit plus {shift:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--calibrate", nargs="+", type=Path, required=True, metavar=("WEIGHTS", "SET"))
    one_go.add_options(parser, steps=11000, batch=96)
    options = parser.parse_args()
    one_go.begin(options)
    samples = Samples(options.samples, options.batch, options.steps, options.seed)
    print(", ".join(f"{len(where)} {name}" for where, name in zip(samples.of_kind, KINDS)), flush=True)
    model = RegionNet().train()
    batches = torch.utils.data.DataLoader(samples, None, num_workers=1)
    for _ in one_go.Run(model, options).steps(batches, region_loss, every=50):
        pass
    model = fused(model)
    calibrate(model, loaded(options.calibrate[0]), options.calibrate[1:])
    torch.save({"regions": model.state_dict(), "steps": options.steps}, options.out)


if __name__ == "__main__":
    main()
