"""Whole films made small, for the network that says what a film shows."""
import math

import cv2
import numpy as np
import torch

from dataset import BITS, field_box, retoned
from network import REGIONS, SIDES, VIEWS, WORDS

SIDE = 160
STORED = 320  # pixels kept of a film: crops are still sharp
WHOLE = 0.6  # of a film's length and width: what is left still shows the same part of the body
UNKNOWN = -1


def code(words, word):
    return words.index(word) if word in words else UNKNOWN


def side_of(about, mirror):
    side = about.get("side")
    if mirror and side in ("left", "right"):
        side = "left" if side == "right" else "right"
    return code(SIDES, side)


def thumbnail(tone, field):
    """The field's bounding box, its longer side SIDE pixels, in the middle of black. src/network makes the same."""
    y, x = np.flatnonzero(field.any(1)), np.flatnonzero(field.any(0))
    out = np.zeros((SIDE, SIDE), np.float32)
    if len(x) == 0:
        return out
    box = np.s_[y[0]:y[-1] + 1, x[0]:x[-1] + 1]
    shown = (tone * field)[box]
    scale = SIDE / max(shown.shape)
    width, height = (max(1, round(n * scale)) for n in shown.shape[::-1])
    small = cv2.resize(shown, (width, height), interpolation=cv2.INTER_AREA)
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    out[top:top + height, left:left + width] = small
    return out


class Thumbnails(torch.utils.data.Dataset):
    """An endless reproducible sequence: sample i depends on the seed and on i alone."""

    def __init__(self, films, seed, start, count):
        self.seed, self.start, self.count = seed, start, count
        self.abouts = [film.about for film in films]
        self.stored = [self.shrunk(film) for film in films]
        regions = [about["region"] for about in self.abouts]
        # Rare regions more often than they come, common ones less.
        share = np.array([regions.count(region) ** -0.5 for region in regions])
        self.weights = np.cumsum(share) / share.sum()

    @staticmethod
    def shrunk(film):
        tone, maps = film.tone(), film.maps()
        x, y, width, height = field_box(maps)
        box = np.s_[y:y + height, x:x + width]
        shown = (tone * ((maps & BITS["field"]) > 0))[box]
        scale = STORED / max(shown.shape)
        return cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        rng = np.random.default_rng([self.seed, self.start + i])
        at = int(np.searchsorted(self.weights, rng.random()))
        tone, about = self.stored[at], self.abouts[at]
        rows, columns = tone.shape
        height, width = (int(n * (rng.uniform(WHOLE, 1) if rng.random() < 0.6 else 1)) for n in (rows, columns))
        top, left = rng.integers(rows - height + 1), rng.integers(columns - width + 1)
        tone = tone[top:top + height, left:left + width]
        mirror = rng.random() < 0.5
        tone = tone[:, ::-1] if mirror else tone
        tone = np.rot90(tone, rng.integers(4)) if rng.random() < 0.15 else tone
        if rng.random() < 0.6:
            tone = self.turned(rng, tone)
        tone = retoned(rng, np.ascontiguousarray(tone))
        return {"tone": thumbnail(tone, np.ones_like(tone, bool))[None], "region": code(REGIONS, about["region"]),
                "view": code(VIEWS, about["view"]), "side": side_of(about, mirror)}

    @staticmethod
    def turned(rng, tone):
        rows, columns = tone.shape
        turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), rng.normal(0, 12),
                                       math.exp(rng.normal(0, 0.12)))
        turn[:, 2] += rng.normal(0, 8, 2)
        return cv2.warpAffine(tone, turn, (columns, rows), flags=cv2.INTER_LINEAR)


def words_of(logits):
    """The likeliest region, view and side."""
    parts = logits.flatten().split(WORDS)
    return [words[int(part.argmax())] for words, part in zip((REGIONS, VIEWS, SIDES), parts)]
