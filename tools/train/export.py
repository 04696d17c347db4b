#!/usr/bin/env python3
"""Writes the trained network as ONNX: tools/train/export.py CHECKPOINT -o models/calx-net.onnx

Exported is the moving average of the weights, with batch normalisation folded into the convolutions.
tests/network/reference.json gets what PyTorch answers to an input that a formula gives, and the words of
the outputs: the test of the C++ side compares with them.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import PROMINENCES, REGIONS, SIDES, VIEWS, CalxNet, fused

REFERENCE = Path(__file__).resolve().parents[2] / "tests" / "network" / "reference.json"
SIDE = 64  # of the reference input
STEP = 37  # every 37th number of an output is kept


def reference_input():
    """Smooth, of the film's range, and the same wherever it is computed."""
    c, y, x = np.mgrid[0:4, 0:SIDE, 0:SIDE]
    return (0.5 + 0.4 * np.sin(0.11 * x + 0.07 * y * (c + 1)) * np.cos(0.05 * y))[None].astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu")
    model = CalxNet()
    model.load_state_dict(state["average"])
    model = fused(model)
    names = ["maps", "heat", "film"]
    torch.onnx.export(model, torch.zeros(1, 4, SIDE, SIDE), options.out, opset_version=11, input_names=["tone"],
                      output_names=names, dynamic_axes={"tone": {2: "rows", 3: "columns"}})
    with torch.no_grad():
        answers = model(torch.from_numpy(reference_input()))
    reference = {"side": SIDE, "step": STEP, "regions": REGIONS, "views": VIEWS, "sides": SIDES,
                 "prominences": PROMINENCES, "count": {name: answer.numel() for name, answer in zip(names, answers)},
                 **{name: [float(f"{v:.7g}") for v in answer.flatten()[::STEP]] for name, answer in zip(names, answers)}}
    REFERENCE.write_text(json.dumps(reference) + "\n")
    print(f"{options.out}: step {state['step']}, {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
