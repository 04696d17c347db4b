"""Deposits and their mimics, painted into a window: another shape, size and place each time.

A simulated film shows one patient's deposits and takes seconds; this takes milliseconds and gives
real films, which are few, as many deposits as the training asks for. Tone is near enough to a
logarithm of the signal that calcium adds to it. What is painted is as thick as a solid would be,
stands out of what the film shows at its place, and stays in the body. All lengths in working pixels
of 0.25 mm.
"""
import math

import cv2
import numpy as np

MM = 4.0  # working pixels
EDGE = 0.12  # of the height: the outline of what is painted
FRINGE = 0.03  # down to here it is neither asked for nor wrong


def noise(rng, size, grain):
    """Smooth noise of unit spread; `grain`: its coarsest wave."""
    out = np.zeros((size, size), np.float32)
    for octave in range(3):
        cells = max(2, int(size / max(2.0, grain / 2 ** octave)) + 2)
        if cells >= size:
            break
        coarse = rng.standard_normal((cells, cells)).astype(np.float32)
        out += cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC) / 2 ** octave
    return out / max(1e-6, float(out.std()))


def grid(size):
    half = (size - 1) / 2
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    return x - half, y - half


def bent_ellipse(rng, size, length, least_slim):
    """Coordinates in which an uneven ellipse of that length is a circle."""
    x, y = grid(size)
    slim, angle = rng.uniform(least_slim, 1), rng.uniform(0, math.pi)
    u = x * math.cos(angle) + y * math.sin(angle)
    v = (y * math.cos(angle) - x * math.sin(angle)) / slim
    bend = 0.12 * length
    return u + bend * noise(rng, size, length / 2), v + bend * noise(rng, size, length / 2)


def ball(x, y, radius):
    """Thickness of a ball, 1 in its middle."""
    return np.sqrt(np.maximum(0, 1 - (x * x + y * y) / (radius * radius)))


def stone(rng, length):
    """A nodule: roundish, uneven in outline and filling."""
    size = int(length * 1.5) + 7
    x, y = grid(size)
    angle, slim = rng.uniform(0, math.pi), rng.uniform(0.5, 1)
    u = x * math.cos(angle) + y * math.sin(angle)
    v = (y * math.cos(angle) - x * math.sin(angle)) / slim
    bend = rng.uniform(0, 0.16) * length
    u, v = u + bend * noise(rng, size, length), v + bend * noise(rng, size, length)
    body = ball(u, v, max(1.2, length / 2)) ** rng.uniform(0.4, 1)
    return body * np.clip(1 + rng.uniform(0, 0.45) * noise(rng, size, max(3, length / 4)), 0.1, 2)


def stamp(canvas, patch, x, y):
    """Adds a patch, its middle at x, y."""
    half = patch.shape[0] // 2
    left, top = int(x) - half, int(y) - half
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.shape[1], left + patch.shape[1]), min(canvas.shape[0], top + patch.shape[0])
    if x0 < x1 and y0 < y1:
        canvas[y0:y1, x0:x1] += patch[y0 - top:y1 - top, x0 - left:x1 - left]


def specks(rng, length):
    """A group of small stones."""
    size = int(length) + 24
    canvas = np.zeros((size, size), np.float32)
    for _ in range(rng.integers(3, 16)):
        at = size / 2 + rng.normal(0, length / 4, 2)
        stamp(canvas, stone(rng, MM * math.exp(rng.uniform(math.log(0.7), math.log(4)))) * rng.uniform(0.5, 1), *at)
    return canvas


def mass(rng, length):
    """Lobules with septa between them; some hold fluid in which calcium has settled."""
    fine = min(1.0, 160 / length)
    r = length * fine / 2
    size = int(2.5 * r) + 5
    x, y = grid(size)
    bend = rng.uniform(0.02, 0.06) * r
    x, y = x + bend * noise(rng, size, r / 2), y + bend * noise(rng, size, r / 2)
    slim, angle = rng.uniform(0.5, 1), rng.uniform(0, math.pi)
    coarse, levels = rng.uniform(0.18, 0.45), rng.uniform(-0.6, 0.6)
    canvas = np.zeros((size, size), np.float32)
    nearest = np.full((size, size), 1e6, np.float32)
    second = nearest.copy()
    for i in range(rng.integers(8, 40)):
        out = (r * (1 - coarse * 0.7)) * math.sqrt(rng.random())
        turn = rng.uniform(0, 2 * math.pi)
        p, q = out * math.cos(turn), slim * out * math.sin(turn)
        px, py = p * math.cos(angle) - q * math.sin(angle), p * math.sin(angle) + q * math.cos(angle)
        radius = max(2.0, r * coarse * rng.uniform(0.4, 1.1))
        distance = np.hypot(x - px, y - py) - radius
        second = np.minimum(second, np.maximum(nearest, distance))
        nearest = np.minimum(nearest, distance)
        filled = ball(x - px, y - py, radius) * radius / (r * coarse) * math.exp(rng.normal(0, 0.4))
        if rng.random() < levels:
            filled = filled * np.where(y > py + radius * rng.uniform(-0.4, 0.4), 1, 0.3)
        canvas = np.maximum(canvas, filled) + rng.uniform(0, 0.5) * np.minimum(canvas, filled)
    septa = rng.uniform(0, 0.6) * np.exp(-((second - nearest) / rng.uniform(1.5, 4)) ** 2)
    canvas *= 1 - septa * (nearest < 0)
    canvas *= np.clip(1 + rng.uniform(0, 0.4) * noise(rng, size, max(4, r / 3)), 0.15, 2)
    if fine < 1:
        canvas = cv2.resize(canvas, None, fx=1 / fine, fy=1 / fine, interpolation=cv2.INTER_LINEAR)
    return canvas


def curve(rng, length, bend):
    """Points of a smooth line, from the middle outwards."""
    steps = max(4, int(length / 3))
    turns = np.cumsum(rng.normal(0, bend, steps)) + rng.uniform(0, 2 * math.pi)
    points = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], 1) * (length / steps), 0)
    return points - (points.min(0) + points.max(0)) / 2


def stroke(points, size, width):
    """Thickness of a strand along the points."""
    line = np.full((size, size), 255, np.uint8)
    at = np.round((points + size / 2) * 8).astype(np.int32)
    cv2.polylines(line, [at.reshape(-1, 1, 2)], False, 0, 1, cv2.LINE_8, 3)
    distance = cv2.distanceTransform(line, cv2.DIST_L2, 3)
    return np.sqrt(np.maximum(0, 1 - (2 * distance / width) ** 2)).astype(np.float32)


def band(rng, length):
    """A streak along a plane, beaded and with gaps; sometimes two or three."""
    width = MM * rng.uniform(1, 4.5)
    size = int(length + 4 * width) + 9
    canvas = np.zeros((size, size), np.float32)
    points = curve(rng, length, rng.uniform(0.005, 0.06))
    for i in range(1 + rng.integers(0, 3) * (rng.random() < 0.4)):
        canvas = np.maximum(canvas, stroke(points + i * rng.normal(0, 2 * width, 2), size, width))
    gaps = noise(rng, size, rng.uniform(3, 12) * MM)
    return canvas * np.clip(0.8 + rng.uniform(0.1, 0.8) * gaps, 0, 1.6)


def sheet(rng, length):
    """A plaque seen from above: cloudy, or a net."""
    size = int(1.3 * length) + 9
    u, v = bent_ellipse(rng, size, length, 0.3)
    inside = np.clip((1 - np.hypot(u, v) / (length / 2)) * 4, 0, 1)
    cloud = noise(rng, size, rng.uniform(3, 10) * MM)
    if rng.random() < 0.35:
        filling = np.clip(1.2 - np.abs(cloud) * 2.5, 0, 1)
    else:
        filling = np.clip(rng.uniform(0.3, 0.9) + 0.6 * cloud, 0, 1.6)
    return (inside * filling).astype(np.float32)


def phlebolith(rng, length):
    """A ring with a pale middle."""
    size = int(length) + 9
    x, y = grid(size)
    radius = max(2.5, length / 2)
    return ball(x, y, radius) - rng.uniform(0.5, 0.8) * ball(x, y, radius * rng.uniform(0.55, 0.75))


def vessel(rng, length):
    """Two broken parallel lines."""
    gap, width = MM * rng.uniform(1.5, 6), MM * rng.uniform(0.4, 1)
    size = int(length + 4 * gap) + 9
    points = curve(rng, length, rng.uniform(0.01, 0.08))
    along = np.gradient(points, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(1e-6, np.linalg.norm(along, axis=1))[:, None]
    canvas = np.maximum(stroke(points + across * gap / 2, size, width), stroke(points - across * gap / 2, size, width))
    return canvas * np.clip(0.7 + 0.8 * noise(rng, size, 4 * MM), 0, 1.4)


def ossification(rng, length):
    """Bone where none belongs: a rim around a spongy inside."""
    size = int(1.5 * length) + 7
    u, v = bent_ellipse(rng, size, length, 0.35)
    inner = length / 2 - MM * rng.uniform(0.6, 1.5)
    wall = ball(u, v, length / 2) - 0.75 * ball(u, v, max(1, inner))
    return wall * np.clip(1 + rng.uniform(0.1, 0.35) * noise(rng, size, MM * rng.uniform(0.8, 2)), 0.2, 2)


# Shape, share, and its shortest and longest in mm.
DEPOSITS = [(stone, 0.34, 0.7, 16), (specks, 0.16, 4, 40), (mass, 0.24, 12, 130), (band, 0.14, 8, 90), (sheet, 0.12, 8, 70)]
MIMICS = [(phlebolith, 0.4, 2, 7), (vessel, 0.35, 15, 110), (ossification, 0.25, 8, 60)]


def draw_shape(rng, table):
    draw, total = rng.random(), 0
    for shape, share, shortest, longest in table:
        total += share
        if draw < total:
            break
    return shape(rng, MM * math.exp(rng.uniform(math.log(shortest), math.log(longest))))


def clutter(tone, allowed, length):
    """The spread of the film at the size of what is to be painted: it must stand out of this."""
    fine, coarse = max(0.6, 0.15 * length), max(1.5, 0.5 * length)
    shrink = min(1.0, 6 / fine)
    small = cv2.resize(tone, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    where = cv2.resize(allowed.astype(np.uint8), small.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    if not where.any():
        return 0.05
    waves = cv2.GaussianBlur(small, (0, 0), fine * shrink) - cv2.GaussianBlur(small, (0, 0), coarse * shrink)
    return float(np.median(np.abs(waves[where]))) * 1.48


def any_pixel(rng, mask):
    """Column and row of one of the pixels."""
    pixels = np.flatnonzero(mask)
    row, column = divmod(int(pixels[rng.integers(len(pixels))]), mask.shape[1])
    return column, row


def seat(rng, body):
    """A pixel of the body; every second time one near the skin."""
    if rng.random() < 0.5:
        depth = cv2.distanceTransform(body.astype(np.uint8), cv2.DIST_L2, 3)
        near = (depth > 0) & (depth < MM * rng.uniform(3, 14))
        if near.any():
            body = near
    return any_pixel(rng, body)


def paint_one(rng, tone, body, table):
    """Adds one to the tone. Gives its outline and its fringe, or None where nothing of it is in the body."""
    patch = cv2.GaussianBlur(draw_shape(rng, table).astype(np.float32), (0, 0), rng.uniform(0.4, 1.1))
    patch /= max(1e-6, float(np.percentile(patch[patch > 0.05], 90))) if (patch > 0.05).any() else 1
    layer = np.zeros_like(tone)
    at = seat(rng, body)
    stamp(layer, patch, *at)
    layer *= body
    outline = layer > EDGE
    if outline.sum() < 4:
        return None
    reach = patch.shape[0] // 2 + 12
    near = np.s_[max(0, at[1] - reach):at[1] + reach, max(0, at[0] - reach):at[0] + reach]
    least = max(0.025, 2.4 * clutter(tone[near], body[near], math.sqrt(outline.sum())))
    # Most are faint, as those of simulated films are: drawn evenly, they stand out twice as much.
    height = least * (max(1.3 * least, 0.6) / least) ** rng.random() ** 3
    # The curve that shows a film flattens where it is brightest.
    tone += height * layer * np.clip(1.35 - 0.8 * tone, 0.35, 1)
    return outline, layer > FRINGE


def paint(rng, tone, body, bits, maps):
    """Paints into the tone and marks it in the maps, in place. `body`: where calcium may lie."""
    if body.sum() < 400:
        return
    for kind, table, count in (("deposit", DEPOSITS, rng.choice([0, 1, 1, 1, 2, 2, 3, 5])),
                               ("mimic", MIMICS, rng.choice([0, 1, 1, 2, 3]))):
        for _ in range(count):
            painted = paint_one(rng, tone, body, table)
            if painted is None:
                continue
            outline, fringe = painted
            maps[fringe & ~outline & (maps & bits["deposit"] == 0)] |= bits["unjudged"]
            maps[outline] &= ~np.uint8(bits["unjudged"])
            maps[outline] |= bits[kind]
