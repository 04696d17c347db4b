"""The networks: a small U-Net that marks the film pixel by pixel, a smaller one that says what the film shows and
where its named prominences lie, and one that judges what the U-Net has marked.

Tone       1 x 4 x H x W: the film's tone on the working grid (0.25 mm), each 2 x 2 block of pixels as
           four channels, so one position is 0.5 mm. H and W are multiples of 32.
Overview   1 x 1 x OVERVIEW x OVERVIEW: the tone of the whole exposed field, made small.

Maps       1 x 20 x H x W: logits of the five MAPS, again 2 x 2 working pixels a position
           (channel = 4 * map + 2 * row + column).
Film       1 x (regions + views + sides) x 1 x 1: logits of what the film shows.
Places     1 x len(PLACES) x CELLS x CELLS: logits of a prominence that lies in this cell of the overview, and
Absent     1 x len(PLACES) x 1 x 1: of one that lies in none. One softmax over both gives probabilities.
"""
import copy
import os
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from patches import CHANNELS

MAPS = ["body", "bone", "calcified", "mimic", "foreign"]
REGIONS = ["hand", "wrist", "forearm", "elbow", "upper-arm", "shoulder", "pelvis", "hip", "thigh",
           "knee", "leg", "ankle", "foot", "scrotum", "other"]
VIEWS = ["pa", "ap", "lateral", "oblique", "axial", "unknown"]
SIDES = ["left", "right", "both"]
KINDS = ["deposit", "mimic", "foreign", "neither"]  # of a region
WORDS = [len(REGIONS), len(VIEWS), len(SIDES)]  # of the output "film", in this order
PROMINENCES = (
    ["thumb_tuft", "thumb_ip_head", "thumb_mcp_head"]
    + [f"{finger}_{part}" for finger in ("index", "middle", "ring", "little")
       for part in ("tuft", "dip_head", "pip_head", "mcp_head")]
    + ["radial_styloid", "ulnar_styloid", "olecranon", "medial_epicondyle", "lateral_epicondyle",
       "coronoid_process", "radial_head", "acromion", "coracoid_process", "greater_tubercle",
       "greater_trochanter", "lesser_trochanter", "ischial_tuberosity", "pubic_symphysis",
       "anterior_superior_iliac_spine", "patella", "medial_femoral_epicondyle",
       "lateral_femoral_epicondyle", "tibial_tuberosity", "fibular_head", "medial_malleolus",
       "lateral_malleolus", "calcaneal_tuberosity", "fifth_metatarsal_base",
       "first_metatarsal_head"])
# Both hips are on a film of the pelvis: the second place of a name lies to the right of the first.
PLACES = PROMINENCES + ["greater_trochanter", "lesser_trochanter", "ischial_tuberosity", "anterior_superior_iliac_spine"]
# Regions that show the next so many of PROMINENCES, as src/anatomy/place_names.cpp has it.
JOINTS = (("hand wrist forearm", 21), ("elbow forearm upper-arm", 5), ("shoulder upper-arm", 3),
          ("pelvis hip scrotum thigh", 5), ("knee thigh leg", 5), ("ankle foot leg", 5))
OVERVIEW, CELLS = 256, 64  # pixels and cells a side
WIDTHS = (16, 24, 48, 96, 192, 320)
PROCESSOR = Path("/proc/cpuinfo").read_text()
AMX = "amx_bf16" in PROCESSOR
BFLOAT16 = AMX or "avx512_bf16" in PROCESSOR  # takes two thirds of the time or less; others only imitate it


def autocast():
    """Within it, training computes in bfloat16 where the processor can."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16)


class FullPrecision(nn.Conv2d):
    """oneDNN 2.6 gives NaN in the weights' gradient of some shapes when it uses AMX tiles (seen for
    4 to 16 and 32 to 16 channels at 384 x 384 and 192 to 96 at 24 x 24): these stay out of bfloat16."""

    def forward(self, x):
        if not (AMX and torch.is_autocast_cpu_enabled()):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


def base_name(name):
    return name.removeprefix("left_").removeprefix("right_")


def names_on():
    """The prominences that a region can show."""
    names, first = {}, 0
    for regions, count in JOINTS:
        for region in regions.split():
            names.setdefault(region, set()).update(PROMINENCES[first:first + count])
        first += count
    return names


NAMES_ON = names_on()


def convolution(inputs, outputs, stride=1, kind=nn.Conv2d):
    return nn.Sequential(kind(inputs, outputs, 3, stride, 1, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class CalxNet(nn.Module):
    def __init__(self, widths=WIDTHS):
        super().__init__()
        w = widths
        deeper = (0, 1, 1, 2, 2, 2)  # extra convolutions where they cost little
        self.down = nn.ModuleList([convolution(4, w[0], kind=FullPrecision)])
        for i in range(1, len(w)):
            self.down.append(nn.Sequential(convolution(w[i - 1], w[i], 2),
                                           *[convolution(w[i], w[i]) for _ in range(deeper[i])]))
        self.across = nn.ModuleList([nn.Conv2d(w[i + 1], w[i], 1) for i in range(len(w) - 1)])
        self.up = nn.ModuleList([convolution(2 * w[i], w[i], kind=FullPrecision if i in (0, 4) else nn.Conv2d)
                                 for i in range(len(w) - 1)])
        self.maps = nn.Conv2d(w[0], 4 * len(MAPS), 1)
        # Rare things start as rare, or the first thousand steps unlearn everything else.
        nn.init.constant_(self.maps.bias, -3)

    def forward(self, x):
        skips = []
        for stage in self.down:
            x = stage(x)
            skips.append(x)
        for i in reversed(range(len(self.up))):
            x = F.interpolate(self.across[i](x), scale_factor=2, mode="nearest")
            x = self.up[i](torch.cat([x, skips[i]], 1))
        return self.maps(x)


class OverviewNet(nn.Module):
    """What a film shows, and which of its many alike bones is which, is seen best from afar."""

    def __init__(self, widths=(16, 32, 64, 96, 128)):
        super().__init__()
        self.down = nn.ModuleList()
        for i, (inputs, width) in enumerate(zip((1, *widths), widths)):
            layers = [convolution(inputs, width, 2, FullPrecision if i == 0 else nn.Conv2d)]
            if i >= 2:  # where one more costs little
                layers.append(convolution(width, width))
            self.down.append(nn.Sequential(*layers))
        pairs = list(zip(widths[1:], widths[2:]))  # up to the cells: a quarter of the overview
        self.across = nn.ModuleList([nn.Conv2d(below, width, 1) for width, below in pairs])
        self.up = nn.ModuleList([convolution(2 * width, width) for width, _ in pairs])
        self.words = nn.Conv2d(widths[-1], sum(WORDS), 1)
        self.spare = nn.Dropout(0.2)  # there are few real films
        self.places = nn.Conv2d(widths[1], len(PLACES), 1)
        self.absent = nn.Conv2d(widths[-1], len(PLACES), 1)
        nn.init.constant_(self.absent.bias, 9)  # most names are on no film: likelier than all cells together

    def forward(self, x):
        skips = []
        for stage in self.down:
            x = stage(x)
            skips.append(x)
        pooled = F.adaptive_avg_pool2d(x, 1)
        for i in reversed(range(len(self.up))):
            x = F.interpolate(self.across[i](x), scale_factor=2, mode="nearest")
            x = self.up[i](torch.cat([x, skips[i + 1]], 1))
        return self.words(self.spare(pooled)), self.places(x), self.absent(pooled)


class RegionNet(nn.Module):
    """What one region shows, of its patches (patches.py): B x CHANNELS x PATCH x PATCH to logits of KINDS."""

    def __init__(self, inputs=CHANNELS, widths=(24, 40, 64, 96)):
        super().__init__()
        layers = [convolution(inputs, widths[0])]
        for before, width in zip(widths, widths[1:]):
            layers += [convolution(before, width, 2), convolution(width, width)]
        self.layers = nn.Sequential(*layers)
        self.spare = nn.Dropout(0.3)
        self.kinds = nn.Conv2d(2 * widths[-1], len(KINDS), 1)

    def forward(self, x):
        x = self.layers(x)
        # The middle is the region, the whole is what lies around it.
        seen = torch.cat([F.adaptive_avg_pool2d(x[:, :, 2:4, 2:4], 1), F.adaptive_avg_pool2d(x, 1)], 1)
        return self.kinds(self.spare(seen)).flatten(1)


class Exported(nn.Module):
    """Both as the one network that calx runs."""

    def __init__(self, net, overview):
        super().__init__()
        self.net, self.overview = net, overview

    def forward(self, tone, overview):
        return (self.net(tone), *self.overview(overview))


def fused(model):
    """The same function without batch normalisation: what is exported and deployed."""
    model = copy.deepcopy(model).eval()

    def walk(module):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Sequential):
                layers = list(child)
                for i in range(len(layers) - 1):
                    if isinstance(layers[i], nn.Conv2d) and isinstance(layers[i + 1], nn.BatchNorm2d):
                        layers[i], layers[i + 1] = fuse_conv_bn_eval(layers[i], layers[i + 1]), None
                child = nn.Sequential(*[layer for layer in layers if layer is not None])
                setattr(module, name, child)
            walk(child)

    walk(model)
    return model


def keep(state, path):
    """Puts a checkpoint in its place at once: killed while it writes, it leaves the one before."""
    new = path.with_suffix(".new")
    torch.save(state, new)
    os.replace(new, path)


def restored(state, weights="average"):
    """The network of a checkpoint; calibrate.py leaves one without batch normalisation."""
    model = fused(CalxNet()) if state.get("fused") else CalxNet()
    model.load_state_dict(state[weights])
    return model


def to_blocks(image):
    """B x C x 2H x 2W to B x 4C x H x W; channel = 4 * c + 2 * row + column."""
    return F.pixel_unshuffle(image, 2)
