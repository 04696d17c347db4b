#!/usr/bin/env python3
"""Writes the trained networks as one ONNX file:

    tools/train/export.py CHECKPOINT --film FILE -o models/calx-net.onnx --calibrate SET...

Exported is the moving average of the weights, with batch normalisation folded into the convolutions. The focal
loss leaves what is rare with probabilities that are far too even; on validation films the logits of deposits and
of mimics are stretched and shifted until the probabilities are right on average (Platt, 1999), and both numbers
are folded into the last layer.
tests/network/reference.json gets what PyTorch answers to an input that a formula gives, and the words of
the outputs: the test of the C++ side compares with them.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

import thumbnails
from dataset import films_in
from network import MAPS, PROMINENCES, REGIONS, SIDES, VIEWS, Exported, FilmNet, fused, restored
from validate import logits_of, truth_of

REFERENCE = Path(__file__).resolve().parents[2] / "tests" / "network" / "reference.json"
SIDE = 64  # of the reference input, in positions
STEP = 37  # every 37th number of an output is kept
CALIBRATED = ("deposit", "mimic")
EDGES = np.linspace(-16, 16, 3201)  # of the histograms of logits


def reference_input(channels, side):
    """Smooth, of the film's range, and the same wherever it is computed."""
    c, y, x = np.mgrid[0:channels, 0:side, 0:side]
    return (0.5 + 0.4 * np.sin(0.11 * x + 0.07 * y * (c + 1)) * np.cos(0.05 * y))[None].astype(np.float32)


def every(step, numbers):
    return [float(f"{v:.7g}") for v in numbers.flatten()[::step]]


def reference_thumbnail():
    """Of the formula's film in a field that has lost a corner."""
    field = np.zeros((400, 400), bool)
    field[50:380, 20:260] = True
    field[50:140, 200:260] = False
    return thumbnails.thumbnail(reference_input(1, 400)[0, 0], field)


def logistic_fit(with_it, without):
    """Stretch and shift of the logits that make the probabilities likeliest, by Newton's method."""
    z = (EDGES[:-1] + EDGES[1:]) / 2
    count = with_it + without
    design = np.stack([z, np.ones_like(z)])
    fit = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-fit @ design))
        slope = design @ (with_it - count * p)
        curvature = (design * (count * p * (1 - p))) @ design.T
        fit += np.clip(np.linalg.solve(curvature, slope), -1, 1)
    return fit


def calibrate(model, folders):
    """Changes the last layer of a fused network, and says how."""
    counts = {name: np.zeros((2, len(EDGES) - 1)) for name in CALIBRATED}
    for film in films_in(folders):
        planes = logits_of(model, film)[0]
        for name in CALIBRATED:
            truth, judged = truth_of(film, name)
            for has in (0, 1):
                inside = judged & (truth == bool(has))
                counts[name][has] += np.histogram(np.clip(planes[MAPS.index(name)][inside], -15.9, 15.9), EDGES)[0]
    for name in CALIBRATED:
        stretch, shift = logistic_fit(counts[name][1], counts[name][0])
        channels = slice(4 * MAPS.index(name), 4 * MAPS.index(name) + 4)
        with torch.no_grad():
            model.maps.weight[channels] *= stretch
            model.maps.bias[channels] = model.maps.bias[channels] * stretch + shift
        print(f"{name}: logits times {stretch:.3f}, plus {shift:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--film", type=Path, required=True, help="weights written by train_film.py")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="the exported weights as well, for tools/train/validate.py")
    parser.add_argument("--calibrate", type=Path, nargs="+", default=[], help="sets of validation films")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu")
    model = fused(restored(state))
    if options.calibrate:
        calibrate(model, options.calibrate)
    if options.weights:
        torch.save({"average": model.state_dict(), "fused": True, "step": state["step"]}, options.weights)
    film = fused(FilmNet())
    film.load_state_dict(torch.load(options.film)["film"])
    inputs = [torch.from_numpy(reference_input(4, SIDE)), torch.from_numpy(reference_input(1, thumbnails.SIDE))]
    whole, names = Exported(model, film).eval(), ["maps", "heat", "film"]
    torch.onnx.export(whole, tuple(inputs), options.out, opset_version=11, input_names=["tone", "thumbnail"],
                      output_names=names, dynamic_axes={"tone": {2: "rows", 3: "columns"}})
    with torch.no_grad():
        answers = whole(*inputs)
    reference = {"side": SIDE, "thumbnail_side": thumbnails.SIDE, "step": STEP, "regions": REGIONS, "views": VIEWS, "sides": SIDES,
                 "prominences": PROMINENCES, "count": {name: answer.numel() for name, answer in zip(names, answers)},
                 "thumbnail": every(STEP, reference_thumbnail()),
                 **{name: every(STEP, answer) for name, answer in zip(names, answers)}}
    REFERENCE.write_text(json.dumps(reference) + "\n")
    print(f"{options.out}: step {state['step']}, {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
