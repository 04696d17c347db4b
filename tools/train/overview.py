"""Whole films made small, for the network that says what a film shows and where its named prominences lie."""
import math

import cv2
import numpy as np
import torch

from dataset import BITS, field_box, retoned
from network import CELLS, NAMES_ON, OVERVIEW, PLACES, REGIONS, SIDES, VIEWS, WORDS, base_name

STORED = 384  # pixels kept of a film: crops are still sharp
WHOLE = 0.6  # of a film's length and width: what is left still shows the same part of the body
CELL = OVERVIEW // CELLS  # pixels
MOST_BENT = 5  # pixels: standard deviation
MOST_TONE = 1.2  # 1 is the densest percent of the body
RARE = 0.75  # 0: each film as often as the others, 1: each region
AROUND = 2  # cells to each side of the best one that count as the same place
UNKNOWN = -1


def code(words, word):
    return words.index(word) if word in words else UNKNOWN


def side_of(about, mirror):
    side = about.get("side")
    if mirror and side in ("left", "right"):
        side = "left" if side == "right" else "right"
    return code(SIDES, side)


def field_of(film):
    """The tone of the field's bounding box, black outside the field, and the box's corner."""
    maps = film.maps()
    x, y, width, height = field_box(maps)
    box = np.s_[y:y + height, x:x + width]
    return (film.tone() * ((maps & BITS["field"]) > 0))[box], np.array([x, y])


def box_in_overview(shape):
    """Where a field of that shape (rows, columns) lies in the overview: left, top, width, height."""
    width, height = (max(1, round(n * OVERVIEW / max(shape))) for n in shape[::-1])
    return (OVERVIEW - width) // 2, (OVERVIEW - height) // 2, width, height


def overview(shown):
    """Its longer side OVERVIEW pixels, in the middle of black. src/network makes the same."""
    out = np.zeros((OVERVIEW, OVERVIEW), np.float32)
    if shown.size == 0:
        return out
    left, top, width, height = box_in_overview(shown.shape)
    out[top:top + height, left:left + width] = cv2.resize(shown, (width, height), interpolation=cv2.INTER_AREA)
    return out


def from_overview(points, shape, corner):
    """Pixels of the overview of a field of that shape (rows, columns) as pixels of the film."""
    left, top, width, height = box_in_overview(shape)
    return (np.asarray(points) + 0.5 - [left, top]) * [shape[1] / width, shape[0] / height] - 0.5 + corner


def places_of(prominences):
    """Each of PLACES that is there: of a name that comes twice the first is the one further to the left."""
    found = {}
    for name, x, y in sorted(prominences, key=lambda point: point[1]):
        free = [i for i, place in enumerate(PLACES) if place == base_name(name) and i not in found]
        if free:
            found[free[0]] = (x, y)
    return found


def unclear_names(about):
    """Of a pair of which one is unclear both are: which of PLACES the other is depends on it."""
    return {base_name(name) for name in about.get("unclear", [])}


def clear_prominences(about):
    return [(name, x, y) for name, x, y in about["prominences"] if base_name(name) not in unclear_names(about)]


def targets(about, prominences):
    """Where each of PLACES is: four cells and their shares, and which only perhaps are there, the others being judged.

    `prominences`: name and pixels of the overview of those that are shown.
    """
    cells, shares = np.zeros((len(PLACES), 4), np.int64), np.zeros((len(PLACES), 4), np.float32)
    perhaps = np.zeros(len(PLACES), np.float32)
    if "prominences" in about["judged"]:
        perhaps[[i for i, name in enumerate(PLACES) if name in unclear_names(about)]] = 1
    else:  # a real film that nobody marked: perhaps those of its joints, and no others
        perhaps[[i for i, name in enumerate(PLACES) if name in NAMES_ON.get(about["region"], PLACES)]] = 1
    for i, at in places_of(prominences).items():
        at = np.clip((np.array(at) + 0.5) / CELL - 0.5, 0, CELLS - 1.001)
        (column, row), (right, down) = at.astype(int), at % 1
        cells[i] = row * CELLS + column + np.array([0, 1, CELLS, CELLS + 1])
        shares[i] = np.outer([1 - down, down], [1 - right, right]).flatten()
    return {"cells": cells, "shares": shares, "perhaps": perhaps}


def other_body(rng, picture):
    """Bones that stand out more or less, an uneven beam, and things that lie over the body: there are few skeletons and one simulator."""
    if rng.random() < 0.5:
        picture = np.clip(picture, 0, None) ** math.exp(rng.normal(0, 0.3))
    if rng.random() < 0.5:
        wide = cv2.GaussianBlur(picture, (0, 0), math.exp(rng.uniform(math.log(4), math.log(40))))
        picture = picture + rng.uniform(-0.5, 2) * (picture - wide)
        picture /= max(1, np.percentile(picture, 99.5) * rng.uniform(0.9, 1))
    if rng.random() < 0.3:
        rough = rng.normal(0, rng.uniform(0, 0.15), (rng.integers(3, 9),) * 2).astype(np.float32)
        picture = picture + cv2.resize(rough, (OVERVIEW, OVERVIEW), interpolation=cv2.INTER_CUBIC) * (picture > 0)
    if rng.random() < 0.3:
        for _ in range(rng.integers(1, 4)):
            picture = covered(rng, picture)
    return np.clip(picture, 0, MOST_TONE).astype(np.float32)


def covered(rng, picture):
    """A plate, a shield, a rod or a shutter over some of it, in half of the cases one that lets through what is below."""
    at, size = rng.uniform(0, OVERVIEW, 2), OVERVIEW * np.exp(rng.uniform(math.log(0.02), math.log(0.35), 2))
    has_corners = rng.random() < 0.5
    box = (at.tolist(), size.tolist(), rng.uniform(0, 180))
    cover = np.zeros_like(picture)
    if has_corners:
        cv2.fillConvexPoly(cover, np.int32(np.round(cv2.boxPoints(box))), 1)
    else:
        cv2.ellipse(cover, box, 1, -1)
    cover *= 1 if rng.random() < 0.5 else rng.uniform(0.2, 0.8)
    return picture + cover * (rng.choice([0, 1, rng.uniform(0.6, 1)], p=[0.2, 0.4, 0.4]) - picture)


class Placement:
    """A part of a film put into the overview: turned, mirrored, stretched and bent, for there are few skeletons."""

    def __init__(self, rng, width, height):
        scale, angle, shift, shape = OVERVIEW / max(width, height), 0, np.zeros(2), np.eye(2)
        if rng.random() < 0.6:
            scale *= math.exp(rng.normal(0, 0.12))
            angle = rng.normal(0, 12)
            shift = rng.normal(0, 6, 2)
            shape = np.diag(np.exp(rng.normal(0, 0.06, 2))) + np.fliplr(np.diag(rng.normal(0, 0.05, 2)))
        angle = math.radians(angle + (90 * rng.integers(4) if rng.random() < 0.15 else 0))
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        self.mirror = rng.random() < 0.5
        self.turn = scale * turn @ shape @ np.diag([-1 if self.mirror else 1, 1])
        self.shift = (OVERVIEW - 1) / 2 + shift - self.turn @ (np.array([width, height]) - 1) / 2
        bent = rng.normal(0, rng.uniform(0, MOST_BENT), (5, 5, 2)).astype(np.float32)
        self.bend = cv2.resize(bent, (OVERVIEW, OVERVIEW), interpolation=cv2.INTER_CUBIC)

    def picture(self, tone):
        y, x = np.mgrid[0:OVERVIEW, 0:OVERVIEW].astype(np.float32)
        at = np.stack([x, y], 2) + self.bend - self.shift
        at = (at @ np.linalg.inv(self.turn).T).astype(np.float32)
        return cv2.remap(tone, at, None, cv2.INTER_LINEAR)

    def point(self, at):
        straight = self.turn @ np.asarray(at) + self.shift
        bent = straight
        for _ in range(3):  # it is where bending takes it to its place
            column, row = np.clip(np.round(bent), 0, OVERVIEW - 1).astype(int)
            bent = straight - self.bend[row, column]
        return bent


class Overviews(torch.utils.data.Dataset):
    """An endless reproducible sequence: sample i depends on the seed and on i alone."""

    def __init__(self, sets, seed, start, count):
        """`sets`: lists of films, each with how often one of the list is drawn."""
        self.seed, self.start, self.count = seed, start, count
        self.films, weights = [], []
        for films, weight in sets:
            self.films += [self.shrunk(film) for film in films]
            regions = [film.about["region"] for film in films]
            # Rare regions more often than they come, common ones less.
            share = np.array([regions.count(region) ** -RARE for region in regions])
            weights += list(weight * share / share.sum())
        self.weights = np.cumsum(weights) / np.sum(weights)

    @staticmethod
    def shrunk(film):
        """Tone, and about it with prominences in its pixels."""
        shown, corner = field_of(film)
        scale = min(1, STORED / max(shown.shape))
        small = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        moved = [(name, (x + 0.5 - corner[0]) * scale - 0.5, (y + 0.5 - corner[1]) * scale - 0.5)
                 for name, x, y in clear_prominences(film.about)]
        return small, {**film.about, "prominences": moved}

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        rng = np.random.default_rng([self.seed, self.start + i])
        tone, about = self.films[int(np.searchsorted(self.weights, rng.random()))]
        rows, columns = tone.shape
        height, width = (int(n * (rng.uniform(WHOLE, 1) if rng.random() < 0.6 else 1)) for n in (rows, columns))
        top, left = rng.integers(rows - height + 1), rng.integers(columns - width + 1)
        tone = np.ascontiguousarray(tone[top:top + height, left:left + width])
        about = {**about, "prominences": [(name, x - left, y - top) for name, x, y in about["prominences"]]}
        placement = Placement(rng, width, height)
        shown = [(name, *placement.point((x, y))) for name, x, y in about["prominences"] if 0 <= x < width and 0 <= y < height]
        shown = [(name, x, y) for name, x, y in shown if -0.5 < min(x, y) and max(x, y) < OVERVIEW - 0.5]
        picture = other_body(rng, placement.picture(retoned(rng, tone)))
        return {"tone": picture[None], "region": code(REGIONS, about["region"]),
                "view": code(VIEWS, about["view"]), "side": side_of(about, placement.mirror), **targets(about, shown)}


def words_of(logits):
    """The likeliest region, view and side."""
    parts = logits.flatten().split(WORDS)
    return [words[int(part.argmax())] for words, part in zip((REGIONS, VIEWS, SIDES), parts)]


def points_of(places, absent):
    """Of each of PLACES: where in the overview it is likeliest to lie, and how probable it is to lie there."""
    share = torch.cat([places.flatten(1), absent.flatten()[:, None]], 1).softmax(1).numpy()
    points = []
    for of_one in share[:, :-1].reshape(-1, CELLS, CELLS):
        row, column = np.unravel_index(of_one.argmax(), of_one.shape)
        rows, columns = (slice(max(0, n - AROUND), n + AROUND + 1) for n in (row, column))
        part = of_one[rows, columns]
        y, x = np.mgrid[rows, columns][:, :part.shape[0], :part.shape[1]]
        at = np.array([(part * x).sum(), (part * y).sum()]) / part.sum()
        points.append(((at + 0.5) * CELL - 0.5, part.sum()))
    return points
