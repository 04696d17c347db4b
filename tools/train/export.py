#!/usr/bin/env python3
"""Writes the trained networks as ONNX files:

    tools/train/export.py WEIGHTS --overview FILE --regions FILE -o models

WEIGHTS come of calibrate.py, or are a calx-net.onnx whose U-Net stays as it is. calx-net.onnx marks films and says what they show and where prominences lie, calx-regions.onnx judges regions.
tests/network/reference.json gets what PyTorch answers to inputs that a formula gives, and the words of the
outputs: the tests of the C++ side compare with them.

Weights of convolutions are kept as bytes with a scale for each output channel, a quarter of the size.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from network import KINDS, OVERVIEW, PLACES, REGIONS, SIDES, VIEWS, CalxNet, Exported, OverviewNet, fused
from overview import from_overview, overview
from patches import CHANNELS, MARKS, PATCH, Region, Viewer, with_size
from validate import loaded, region_net

REFERENCE = Path(__file__).resolve().parents[2] / "tests" / "network" / "reference.json"
SIDE = 64  # of the reference input, in positions
STEP = 37  # every 37th number of an output is kept
MANY = 2000  # weights from which on a convolution's are kept as bytes


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


def scales(weights):
    """Of each output channel: what the largest byte stands for."""
    return np.maximum(np.abs(weights).max((1, 2, 3)), 1e-12) / 127


def rounded(model):
    """The model as its bytes will hold it."""
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d) and layer.weight.numel() >= MANY:
            scale = torch.from_numpy(scales(layer.weight.detach().numpy()))[:, None, None, None]
            layer.weight.data = (layer.weight.data / scale).round() * scale
    return model.eval()


def in_bytes(node, tensor):
    """Nodes and tensors in place of a convolution and its weights: one by bytes, then batch normalisation by the scales.

    OpenCV makes one convolution of both again; that it should multiply bytes and scales it refuses, for their shapes differ.
    """
    values, name, out = numpy_helper.to_array(tensor), tensor.name, node.output[0]
    scale = scales(values)
    arrays = {"bytes": np.round(values / scale[:, None, None, None]).astype(np.int8), "scale": scale,
              "mean": np.zeros_like(scale), "variance": np.ones_like(scale)}
    bias = node.input.pop()
    node.output[0] = f"{out}.product"
    cast = helper.make_node("Cast", [f"{name}.bytes"], [name], to=onnx.TensorProto.FLOAT)
    scaled = helper.make_node("BatchNormalization", [node.output[0], f"{name}.scale", bias, f"{name}.mean", f"{name}.variance"], [out],
                              epsilon=0.0)
    return [cast, node, scaled], [numpy_helper.from_array(array, f"{name}.{what}") for what, array in arrays.items()]


def as_bytes(file):
    """Rewrites the file."""
    model = onnx.load(str(file))
    graph, nodes = model.graph, []
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        tensor = tensors[node.input[1]] if node.op_type == "Conv" else None
        if tensor is None or np.prod(tensor.dims) < MANY:
            nodes.append(node)
            continue
        more, instead = in_bytes(node, tensor)
        nodes += more
        graph.initializer.remove(tensor)
        graph.initializer.extend(instead)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))


def tensors_of(file):
    """Of the U-Net in a calx-net.onnx, by name."""
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(str(file)).graph.initializer if tensor.name.startswith("net.")}


def unet_of(tensors):
    model = fused(CalxNet())
    state = {}
    for name in model.state_dict():
        key = f"net.{name}"
        whole = tensors[key] if key in tensors else tensors[f"{key}.bytes"] * tensors[f"{key}.scale"].astype(np.float32)[:, None, None, None]
        state[name] = torch.from_numpy(np.array(whole, np.float32))
    model.load_state_dict(state)
    return model


def write(model, inputs, names, outputs, file, dynamic):
    torch.onnx.export(model, tuple(inputs), file, opset_version=11, input_names=names, output_names=outputs,
                      dynamic_axes=dynamic)
    as_bytes(file)
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")
    with torch.no_grad():
        answers = model(*inputs)
    return dict(zip(outputs, answers if len(outputs) > 1 else [answers]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="written by calibrate.py, or calx-net.onnx")
    parser.add_argument("--overview", type=Path, required=True, help="weights written by train_overview.py")
    parser.add_argument("--regions", type=Path, required=True, help="weights written by calibrate_regions.py")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder")
    options = parser.parse_args()
    seen_whole = fused(OverviewNet())
    seen_whole.load_state_dict(torch.load(options.overview)["overview"])
    inputs = [torch.from_numpy(reference_input(4, SIDE)), torch.from_numpy(reference_input(1, OVERVIEW))]
    stays = tensors_of(options.weights) if options.weights.suffix == ".onnx" else None
    unet = unet_of(stays) if stays else loaded(options.weights)
    answers = write(rounded(Exported(unet, seen_whole)), inputs, ["tone", "overview"],
                    ["maps", "film", "places", "absent"], options.out / "calx-net.onnx", {"tone": {2: "rows", 3: "columns"}})
    if stays:
        written = tensors_of(options.out / "calx-net.onnx")
        if any(not np.array_equal(written[name], stays[name]) for name in stays):
            raise SystemExit(f"the U-Net of {options.weights} did not stay as it is")
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
