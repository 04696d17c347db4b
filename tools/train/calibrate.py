#!/usr/bin/env python3
"""Makes the U-Net's probabilities right on average: tools/train/calibrate.py CHECKPOINT SET... -o FILE

Takes the moving average of the weights, with batch normalisation folded into the convolutions. The focal loss
leaves what is rare with probabilities that are far too even; on validation films the logits of deposits and of
mimics are stretched and shifted until the probabilities fit (Platt, 1999), and both numbers are folded into the
last layer. FILE is what validate.py, region_samples.py and export.py take.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from dataset import films_in
from network import MAPS, fused, restored
from validate import logits_of, truth_of

CALIBRATED = ("calcified", "mimic", "foreign")
EDGES = np.linspace(-16, 16, 3201)  # of the histograms of logits


def logistic_fit(z, with_it, without):
    """Stretch and shift of the logits that make the probabilities likeliest, by Newton's method.

    `with_it`, `without`: how often it was there, and was not, at each of the logits z.
    """
    count = with_it + without
    design = np.stack([z, np.ones_like(z)])
    fit = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-fit @ design))
        slope = design @ (with_it - count * p)
        curvature = (design * (count * p * (1 - p))) @ design.T
        fit += np.clip(np.linalg.lstsq(curvature, slope, rcond=None)[0], -1, 1)  # singular where there is none of it
    return fit


def calibrate(model, folders):
    """Changes the last layer of a fused network, and says how."""
    counts = {name: np.zeros((2, len(EDGES) - 1)) for name in CALIBRATED}
    for film in films_in(folders):
        planes = logits_of(model, film)
        for name in CALIBRATED:
            truth, judged = truth_of(film, name)
            for has in (0, 1):
                inside = judged & (truth == bool(has))
                counts[name][has] += np.histogram(np.clip(planes[MAPS.index(name)][inside], -15.9, 15.9), EDGES)[0]
    for name in CALIBRATED:
        stretch, shift = logistic_fit((EDGES[:-1] + EDGES[1:]) / 2, counts[name][1], counts[name][0])
        channels = slice(4 * MAPS.index(name), 4 * MAPS.index(name) + 4)
        with torch.no_grad():
            model.maps.weight[channels] *= stretch
            model.maps.bias[channels] = model.maps.bias[channels] * stretch + shift
        print(f"{name}: logits times {stretch:.3f}, plus {shift:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sets", type=Path, nargs="+", help="sets of validation films")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu")
    model = fused(restored(state))
    calibrate(model, options.sets)
    torch.save({"average": model.state_dict(), "fused": True, "step": state["step"]}, options.out)


if __name__ == "__main__":
    main()
