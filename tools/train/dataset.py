"""Films for training, as calx sees them after its own normalise stage, with their truth.

A folder of a set holds, for each film NAME:
  NAME.tone.png  16 bit: the tone times 32768, on the working grid
  NAME.maps.png  8 bit: bits of `BITS`, on the same grid
  NAME.json      region, view, side, pitch_mm, prominences (working pixels) and those whose place is unclear, which maps are judged
"""
import json
import math
import pathlib

import cv2
import numpy as np
import torch

from network import MAPS
from paint import any_pixel, paint

BITS = {"body": 1, "bone": 2, "deposit": 4, "mimic": 8, "foreign": 16, "unjudged": 32, "field": 64, "seat": 128}
TOGETHER = {"calcified": ("deposit", "mimic")}
FOUND = ("foreign",)  # of real films calx without networks finds letters, not all of them; where it finds air is often thin tissue
DEPOSIT_WEIGHT = 3  # how much more often a film with a deposit is looked at
WHOLE = 16  # a pixel of this in "judged" counts once
EVEN_AREA = 400  # pixels: those of a smaller deposit count more, of a larger one less
AS_IS = 0.65  # share of windows of simulated films that the U-Net learns from as they are
PAINTED = {"simulated": 0.4, "real": 0.65}  # share of windows that deposits are painted into


def things(name):
    """What a map of that name shows."""
    return TOGETHER.get(name, (name,))


def bits(name):
    return sum(BITS[thing] for thing in things(name))


def is_judged(about, name):
    """Whether somebody looked for all that a map of that name shows."""
    return all(thing in about["judged"] for thing in things(name))


class Film:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.about = json.loads(self.path.read_text())
        self.stem = str(self.path)[: -len(".json")]

    def tone(self):
        return cv2.imread(self.stem + ".tone.png", cv2.IMREAD_UNCHANGED).astype(np.float32) / 32768

    def maps(self):
        return cv2.imread(self.stem + ".maps.png", cv2.IMREAD_UNCHANGED)

    def size(self):
        """Rows and columns that hold the film and can be halved as often as the U-Net does it."""
        return tuple(64 * math.ceil(n / 64) for n in self.maps().shape)

    def has_deposit(self):
        return bool((self.maps() & BITS["deposit"]).any())


def films_in(folders):
    return [Film(p) for folder in folders for p in sorted(pathlib.Path(folder).glob("*.json"))]


def sampled(sets):
    """The films of FOLDER:WEIGHT..., and how often each is drawn."""
    films, weights = [], []
    for one in sets:
        folder, _, weight = one.partition(":")
        part = films_in([folder])
        films += part
        each = np.array([DEPOSIT_WEIGHT if film.has_deposit() else 1 for film in part])
        weights += list(float(weight or 1) * each / each.sum())
    return films, weights


def field_box(maps):
    rows = np.flatnonzero((maps & BITS["field"]).any(1))
    columns = np.flatnonzero((maps & BITS["field"]).any(0))
    if len(rows) == 0:
        return 0, 0, maps.shape[1], maps.shape[0]
    return columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]


def draw_centre(rng, maps):
    """Half of the windows lie on something to learn, where the film has it; of the rest most lie on the body."""
    draw = rng.random()
    target = maps & BITS["deposit" if draw < 0.35 else "mimic" if draw < 0.43 else "foreign"]
    if draw < 0.5 and target.any():
        return any_pixel(rng, target) + rng.normal(0, 60, 2)
    if draw < 0.95 and (maps & BITS["body"]).any():
        return np.array(any_pixel(rng, maps & BITS["body"]), float)
    x, y, width, height = field_box(maps)
    return np.array([x + width * rng.random(), y + height * rng.random()])


def mirrored(rng):
    """Every second time."""
    return np.diag([rng.choice([-1.0, 1.0]), 1.0])


def turned(rng):
    """Seen from nearer or further away, turned, and as if of another's limb, which is slimmer."""
    # How large a film without a stated spacing is can only be guessed.
    scale = math.exp(rng.normal(0, 0.1) if rng.random() < 0.65 else rng.uniform(-0.7, 0.8))
    angle = math.radians(rng.normal(0, 6) if rng.random() < 0.7 else rng.uniform(-180, 180))
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return mirrored(rng) @ turn @ np.diag(np.exp(rng.normal(0, 0.06, 2)))


def placement(rng, maps, size, turn):
    """An affine map from the film to a window of `size` (rows, columns) that sees it turned so. No part of a pixel is shifted."""
    x, y, width, height = field_box(maps)
    centre = draw_centre(rng, maps)
    # A window that is larger than the field shows all of it.
    half = np.array([size[1], size[0]]) / 2 / math.sqrt(abs(np.linalg.det(turn)))
    low, high = np.array([x, y]) + half, np.array([x + width, y + height]) - half
    middle = np.array([x + width / 2, y + height / 2])
    centre = np.where(low < high, np.clip(centre, low, high), middle)
    shift = np.round(np.array([size[1], size[0]]) / 2 - turn @ centre)
    return np.hstack([turn, shift[:, None]])


def sources(rng, affine, size, bent):
    """Where each pixel of a window of `size` comes from. `bent`: share of the windows that are bent as well."""
    inverse = cv2.invertAffineTransform(affine)
    y, x = np.mgrid[0:size[0], 0:size[1]].astype(np.float32)
    if rng.random() < bent:
        cells = [max(4, round(n / rng.uniform(60, 160))) for n in size]
        reach = rng.uniform(0, 6)
        x, y = (along + reach * cv2.resize(rng.standard_normal(cells).astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)
                for along in (x, y))
    return tuple((row[0] * x + row[1] * y + row[2]).astype(np.float32) for row in inverse)


def blurred(tone, sigma):
    """Like a Gaussian blur of a sigma of 6 or more, but no slower for a wide one."""
    coarser = int(sigma / 3)
    small = cv2.resize(tone, None, fx=1 / coarser, fy=1 / coarser, interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / coarser), tone.shape[::-1], interpolation=cv2.INTER_LINEAR)


def brightened(rng, tone):
    """The same film in another window of grey, every third time."""
    if rng.random() < 0.3:
        tone = np.clip(tone, 0, None) ** math.exp(rng.normal(0, 0.1)) * math.exp(rng.normal(0, 0.05))
    return tone


def retoned(rng, tone):
    """Another department's look: tone curve, sharpness, evened contrast, noise."""
    tone = np.clip(tone, 0, None) ** math.exp(rng.normal(0, 0.18))
    tone = tone + rng.uniform(-0.4, 0.4) * np.sin(2 * math.pi * np.minimum(tone, 1)) / (2 * math.pi)
    tone = tone * math.exp(rng.normal(0, 0.08)) + rng.normal(0, 0.02)
    if rng.random() < 0.3:
        tone = tone + rng.uniform(-0.3, 0.6) * (tone - blurred(tone, math.exp(rng.uniform(math.log(8), math.log(80)))))
    if rng.random() < 0.4:
        fine = tone - cv2.GaussianBlur(tone, (0, 0), rng.uniform(0.8, 8))
        tone = tone + rng.uniform(-0.5, 0.8) * fine
    if rng.random() < 0.3:
        tone = cv2.GaussianBlur(tone, (0, 0), rng.uniform(0.3, 1.0))
    if rng.random() < 0.5:
        noise = rng.standard_normal(tone.shape, np.float32)
        if rng.random() < 0.5:
            noise = cv2.GaussianBlur(noise, (0, 0), 0.7) * 2
        tone = tone + rng.uniform(0, 0.01) * noise  # more would hide what is asked for
    if rng.random() < 0.1:
        tone = np.minimum(tone, rng.uniform(0.8, 1.0))
    return tone.astype(np.float32)


def blocks(maps):
    """M x 2H x 2W to M x 4 x H x W, in the order of the network's output."""
    count, rows, columns = maps.shape
    split = maps.reshape(count, rows // 2, 2, columns // 2, 2).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(split).reshape(count, 4, rows // 2, columns // 2).view(np.uint8)


def worth(mask):
    """How much each pixel counts: by the root of its part's area, so that a speck is not lost beside a mass."""
    joined = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8))
    _, label = cv2.connectedComponents(joined, connectivity=8)
    area = np.maximum(1, np.bincount(label[mask], minlength=label.max() + 1))
    return np.where(mask, np.clip(np.sqrt(EVEN_AREA / area), 0.4, 6)[label], 1)


def judged_of(about, name, maps, known):
    """Where it is known what a map of that name shows."""
    if not is_judged(about, name) and name in FOUND:
        return known & (maps & bits(name) > 0)
    return known & is_judged(about, name)


def body_of(about, tone, maps, field):
    """Where a deposit may lie: in the body, under no letter; of a real film's body not the outermost, for it is not exact."""
    body = field & (maps & BITS["foreign"] == 0)
    if is_judged(about, "body"):
        return body & (maps & BITS["body"] > 0)
    solid = body & (maps & BITS["seat"] > 0) & (cv2.GaussianBlur(tone, (0, 0), 4) > 0.12)
    return cv2.erode(solid.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0


def window(film, rng, size, paintings=1, as_is=0):
    """One training sample: tone, map targets, and how much each pixel counts, in parts of WHOLE.

    `paintings`: how often something is painted into it, where anything is.
    `as_is`: share of the windows of simulated films, of which there can be any number, that are not changed.
    """
    about, tone, maps = film.about, film.tone(), film.maps()
    simulated = is_judged(about, "body")
    changed = not simulated or rng.random() >= as_is
    affine = placement(rng, maps, size, turned(rng) if changed else mirrored(rng))
    source = sources(rng, affine, size, bent=0.5 if changed else 0)
    tone = cv2.remap(tone, *source, cv2.INTER_LINEAR)
    maps = cv2.remap(maps, *source, cv2.INTER_NEAREST)
    field = maps & BITS["field"] > 0
    if changed and rng.random() < PAINTED["simulated" if simulated else "real"]:
        body = body_of(about, tone, maps, field)
        for _ in range(paintings):
            paint(rng, tone, body, BITS, maps)
    tone = (retoned if changed else brightened)(rng, tone) * field
    truth = np.stack([(maps & bits(name)) > 0 for name in MAPS])
    known = field & ((maps & BITS["unjudged"]) == 0)
    judged = np.stack([WHOLE * judged_of(about, name, maps, known) for name in MAPS]).astype(float)
    for name in ("calcified", "mimic", "foreign"):
        i = MAPS.index(name)
        judged[i] *= worth(truth[i])
    return {"tone": tone[None], "truth": blocks(truth), "judged": blocks(np.round(judged).astype(np.uint8))}


class Windows(torch.utils.data.Dataset):
    """An endless reproducible sequence: sample i depends on the films, the seed and i alone. `size`: None for all of a film."""

    def __init__(self, films, weights, size, seed, start, count, paintings=1, as_is=0):
        self.films, self.size, self.seed, self.start, self.count = films, size, seed, start, count
        self.paintings, self.as_is = paintings, as_is
        self.weights = np.cumsum(weights) / np.sum(weights)

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        rng = np.random.default_rng([self.seed, self.start + i])
        film = self.films[int(np.searchsorted(self.weights, rng.random()))]
        return window(film, rng, self.size or film.size(), self.paintings, self.as_is)
