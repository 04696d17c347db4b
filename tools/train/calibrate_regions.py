#!/usr/bin/env python3
"""Makes the probabilities of regions right on average: tools/train/calibrate_regions.py REGIONS WEIGHTS SET... -o FILE

REGIONS are weights of train_regions.py, WEIGHTS those of the U-Net. Training shows more deposits, and far more mimics, than films do: on
the regions that the U-Net marks on validation films each logit is stretched and shifted until the probabilities fit
(vector scaling; Guo et al., ICML 2017), which the last layer takes up.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from dataset import BITS, films_in
from network import KINDS, MAPS
from patches import Viewer, candidates, with_size
from region_samples import kind_of
from validate import loaded, logistic, logits_of, marks_of, region_net, truth_of

AS_IT_WAS = torch.stack([torch.ones(len(KINDS)), torch.zeros(len(KINDS))])  # stretches and shifts
STAY = torch.tensor([[0.003], [0.0001]])  # penalty on others: few regions are foreign, or none at all


def regions_of_films(unet, folders):
    """Patches of what the U-Net marks on whole films, and what each region is, as an index in KINDS."""
    patches, kinds = [], []
    for film in films_in(folders):
        field = film.maps() & BITS["field"] > 0
        tone, planes = film.tone() * field, logistic(logits_of(unet, film)) * field
        viewer = Viewer(tone, marks_of(planes))
        truth, judged = ({name: truth_of(film, name)[which] for name in KINDS[:-1]} for which in (0, 1))
        for region in candidates(planes[MAPS.index("calcified")]):
            kind = kind_of(region, truth, judged)
            if kind is not None:
                patches.append(with_size(viewer.views(region)[None], [max(region.box[2:])])[0])
                kinds.append(kind)
    return torch.from_numpy(np.stack(patches)), torch.tensor(kinds)


def vector_scaling(logits, kinds):
    """Stretch and shift of each logit that make the kinds likeliest."""
    fit = AS_IT_WAS.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([fit], max_iter=500, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        value = F.cross_entropy(logits * fit[0] + fit[1], kinds) + (STAY * (fit - AS_IT_WAS) ** 2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return fit.detach()


def calibrate(net, patches, kinds):
    """Changes the last layer, and says how."""
    with torch.no_grad():
        # A softmax takes no notice of what all logits share, a stretch of each would.
        net.kinds.weight -= net.kinds.weight.mean(0)
        net.kinds.bias -= net.kinds.bias.mean()
        logits = torch.cat([net(part) for part in patches.split(64)])
    stretch, shift = vector_scaling(logits, kinds)
    with torch.no_grad():
        net.kinds.weight *= stretch[:, None, None, None]
        net.kinds.bias.mul_(stretch).add_(shift)
    before, after = F.cross_entropy(logits, kinds), F.cross_entropy(logits * stretch + shift, kinds)
    print(f"{len(kinds)} regions, entropy {before:.3f}, then {after:.3f}: "
          + ", ".join(f"{(kinds == i).sum()} {name} times {stretch[i]:.3f}, plus {shift[i]:.3f}" for i, name in enumerate(KINDS)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("regions", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    net = region_net(options.regions)
    calibrate(net, *regions_of_films(loaded(options.weights), options.sets))
    torch.save({"regions": net.state_dict(), "steps": torch.load(options.regions).get("steps")}, options.out)


if __name__ == "__main__":
    main()
