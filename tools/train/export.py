#!/usr/bin/env python3
"""Writes the trained networks as ONNX files:

    tools/train/export.py WEIGHTS --overview FILE --regions FILE -o models

WEIGHTS come of calibrate.py. calx-net.onnx marks films and says what they show and where prominences lie, calx-regions.onnx judges regions.
tests/network/reference.json gets what PyTorch answers to inputs that a formula gives, and the words of the
outputs: the tests of the C++ side compare with them.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import KINDS, OVERVIEW, PLACES, REGIONS, SIDES, VIEWS, Exported, OverviewNet, fused
from overview import from_overview, overview
from patches import CHANNELS, MARKS, PATCH, Region, Viewer, with_size
from validate import loaded, region_net

REFERENCE = Path(__file__).resolve().parents[2] / "tests" / "network" / "reference.json"
SIDE = 64  # of the reference input, in positions
STEP = 37  # every 37th number of an output is kept


def reference_input(channels, side):
    """Smooth, of the film's range, and the same wherever it is computed."""
    c, y, x = np.mgrid[0:channels, 0:side, 0:side]
    return (0.5 + 0.4 * np.sin(0.11 * x + 0.07 * y * (c + 1)) * np.cos(0.05 * y))[None].astype(np.float32)


def every(step, numbers):
    return [float(f"{v:.7g}") for v in numbers.flatten()[::step]]


def reference_overview():
    """Of the formula's film in a field that has lost a corner."""
    field = np.zeros((400, 400), bool)
    field[50:380, 20:260] = True
    field[50:140, 200:260] = False
    return overview((reference_input(1, 400)[0, 0] * field)[50:380, 20:260])


def reference_points():
    """Two pixels of that overview as pixels of the film."""
    points = from_overview([[10, 20], [200.5, 131.25]], (330, 240), np.array([20, 50]))
    return [float(v) for v in points.flatten()]


def reference_patches():
    """Of a long region that has lost a corner, near the formula's film's upper edge."""
    mask = np.ones((61, 21), bool)
    mask[40:, 10:] = False
    tone, *marks = reference_input(1 + len(MARKS), 403)[0]  # no multiple of the coarse grid
    return with_size(Viewer(tone, marks).views(Region((301, 10, 21, 61), mask, 0))[None], [61])


def rounded(model):
    """Its weights as half precision holds them: they are trained less exactly than that, and the files pack to half."""
    for weights in model.parameters():
        weights.data = weights.data.half().float()
    return model.eval()


def write(model, inputs, names, outputs, file, dynamic):
    torch.onnx.export(model, tuple(inputs), file, opset_version=11, input_names=names, output_names=outputs,
                      dynamic_axes=dynamic)
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")
    with torch.no_grad():
        answers = model(*inputs)
    return dict(zip(outputs, answers if len(outputs) > 1 else [answers]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="written by calibrate.py")
    parser.add_argument("--overview", type=Path, required=True, help="weights written by train_overview.py")
    parser.add_argument("--regions", type=Path, required=True, help="weights written by train_regions.py")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder")
    options = parser.parse_args()
    seen_whole = fused(OverviewNet())
    seen_whole.load_state_dict(torch.load(options.overview)["overview"])
    inputs = [torch.from_numpy(reference_input(4, SIDE)), torch.from_numpy(reference_input(1, OVERVIEW))]
    answers = write(rounded(Exported(loaded(options.weights), seen_whole)), inputs, ["tone", "overview"],
                    ["maps", "film", "places", "absent"], options.out / "calx-net.onnx", {"tone": {2: "rows", 3: "columns"}})
    answers |= write(rounded(region_net(options.regions)), [torch.from_numpy(reference_input(CHANNELS, PATCH))], ["patches"], ["kinds"],
                     options.out / "calx-regions.onnx", {})
    reference = {"side": SIDE, "overview_side": OVERVIEW, "patch_side": PATCH, "patch_channels": CHANNELS, "step": STEP,
                 "regions": REGIONS, "views": VIEWS, "sides": SIDES, "kinds_of_regions": KINDS, "names_of_places": PLACES,
                 "count": {name: answer.numel() for name, answer in answers.items()},
                 "overview": every(STEP, reference_overview()), "patches": every(STEP, reference_patches()),
                 "from_overview": reference_points(),
                 **{name: every(STEP if name in ("maps", "places") else 1, answer) for name, answer in answers.items()}}
    REFERENCE.write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
