"""A region that the U-Net marks, seen from near, from further away and from afar, for the network that judges it.

The U-Net says of each pixel how likely it shows something calcified; where that is not clear, the region as a whole
says more: its shape, its rim, the bone beside it. src/network/patches.cpp makes the same.
"""
from dataclasses import dataclass

import cv2
import numpy as np

LEVELS = (0.1, 0.3)  # probabilities along the outlines: the first finds, the second parts what runs together
MOST = 40  # regions of a level, likeliest first
LEAST = 4  # pixels
OUTLINE = 0.55  # a region ends where its probability has fallen to this part of its highest
GROWTH = 16  # pixels that it may grow by
PATCH = 48  # pixels a side of a patch
NEAR, LEAST_NEAR = 2, 48  # of the region's longer side; at least so many working pixels
FAR, LEAST_FAR = 4, 240
FARTHEST = 3072  # as much as the largest region of the training
AFAR, COARSER = 1152, 4  # working pixels: which part of the body it is; seen on a grid so much coarser
MARKS = ("calcified", "mimic", "foreign", "body", "bone")  # maps that a patch shows; of anatomy the last two
# Near: tone, tone in its own range, the marks, the region; far: the same less the second; afar: tone, calcified; size.
CHANNELS = 2 * (2 + len(MARKS)) + 1 + 2 + 1


@dataclass
class Region:
    box: tuple  # left, top, width, height
    mask: np.ndarray  # of the box
    score: float  # nine tenths of its pixels are at most this probable

    def pixels(self, image):
        x, y, width, height = self.box
        return image[y:y + height, x:x + width][self.mask]


def regions_at(probability, level):
    """What lies inside the outline of that probability, likeliest first."""
    inside = probability >= level
    joined = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8))
    count, label, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    regions = []
    for i in range(1, count):
        x, y, width, height = (int(n) for n in stats[i, :4])
        box = np.s_[y:y + height, x:x + width]
        mask = (label[box] == i) & inside[box]
        values = np.sort(probability[box][mask])
        regions.append(Region((x, y, width, height), mask, float(values[int(0.9 * (len(values) - 1))])))
    return sorted(regions, key=lambda region: -region.score)


def candidates(probability):
    """The regions that are worth a closer look."""
    wholes, parts = ([r for r in regions_at(probability, level) if r.mask.sum() >= LEAST] for level in LEVELS)
    once = {(r.box, r.mask.sum()) for r in wholes}  # what no level parts is looked at once
    return wholes[:MOST] + [r for r in parts if (r.box, r.mask.sum()) not in once][:MOST]


def outlined(probability, region):
    """The region with an outline of its own, for the report."""
    x, y, width, height = region.box
    left, top = max(0, x - GROWTH), max(0, y - GROWTH)
    around = probability[top:y + height + GROWTH, left:x + width + GROWTH]
    given = np.zeros(around.shape, np.uint8)
    given[y - top:y - top + height, x - left:x - left + width] = region.mask
    near = cv2.distanceTransform(1 - given, cv2.DIST_L2, cv2.DIST_MASK_5) <= GROWTH
    inside = near & (around >= OUTLINE * region.pixels(probability).max())
    _, label = cv2.connectedComponents(cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)), connectivity=8)
    inside &= np.isin(label, np.unique(label[(given > 0) & inside]))
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    box = np.s_[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    mask = inside[box]
    return Region((int(left + columns[0]), int(top + rows[0]), mask.shape[1], mask.shape[0]), mask, region.score)


def even(n):
    return 2 * round(n / 2)


def square(image, box, side, pixels):
    """The square of that side about the middle of the box, black outside the film."""
    x, y, width, height = box
    left, top = (2 * x + width - side) // 2, (2 * y + height - side) // 2
    out = np.zeros((side, side), np.float32)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(image.shape[1], left + side), min(image.shape[0], top + side)
    out[y0 - top:y1 - top, x0 - left:x1 - left] = image[y0:y1, x0:x1]
    return cv2.resize(out, (pixels, pixels), interpolation=cv2.INTER_AREA)


def coarse(image):
    """On a grid COARSER times as coarse, each pixel the mean."""
    rows, columns = (-(-n // COARSER) for n in image.shape)
    padded = np.zeros((rows * COARSER, columns * COARSER), np.float32)
    padded[:image.shape[0], :image.shape[1]] = image
    return cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA)


class Viewer:
    """Cuts patches from one film. `marks`: probabilities of MARKS."""

    def __init__(self, tone, marks):
        self.shown = (tone, *marks)
        self.afar = [coarse(tone), coarse(marks[0])]

    def views(self, region, margin=1.0):
        """Tone, marks and region from near, then from further away, then tone and the first mark from afar: planes x pixels x pixels.

        `margin`: so much more is shown, on so many more pixels, for training to cut another patch from each time.
        """
        x, y, width, height = region.box
        longer, planes, pixels = max(width, height), [], round(margin * PATCH)
        for times, least in ((NEAR, LEAST_NEAR), (FAR, LEAST_FAR)):
            side = even(margin * min(FARTHEST, max(least, times * longer)))
            planes += [square(image, region.box, side, pixels) for image in self.shown]
            planes.append(square(region.mask.astype(np.float32), (0, 0, width, height), side, pixels))
        box = (x // COARSER, y // COARSER, -(-width // COARSER), -(-height // COARSER))
        return np.stack(planes + [square(image, box, even(margin * AFAR / COARSER), pixels) for image in self.afar])


def with_size(planes, longer):
    """What the network gets, B x CHANNELS x PATCH x PATCH, of views and the regions' longer sides."""
    tone = planes[:, :1]
    mean, spread = tone.mean((2, 3), keepdims=True), tone.std((2, 3), keepdims=True)
    size = np.log2(np.asarray(longer, np.float32) / LEAST_NEAR) / 4
    size = np.broadcast_to(size[:, None, None, None], tone.shape)
    return np.concatenate([tone, (tone - mean) / (spread + 0.02), planes[:, 1:], size], 1).astype(np.float32)
