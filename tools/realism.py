#!/usr/bin/env python3
"""Compares simulated films with real ones: realism.py --simulated DIR --real DIR [-o docs].

Makes OUT/realism.md (a table) and OUT/images/realism.png (curves): grey values, bone against soft
tissue, edges, and the noise of flat soft tissue. --montage FILE is shown above them. Both sides are
measured by the same code from 8-bit PNG and JPEG pictures alone (make the simulated ones with
`calx-simulate --format png`, masks are passed over), because real films come without truth. Only
curves and numbers are written, never a picture of a real film.

Needs Debian's python3-opencv and python3-numpy.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

PICTURES = {".png", ".jpg", ".jpeg", ".bmp"}
MASKS = (".lesions.png", ".bone.png", ".bones.png", ".body.png", ".overlay.png")
PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)  # of a film's grey values
BAND = (5, 25, 50, 75, 95)  # of films
PATCH_PX = 64  # side of a patch of flat soft tissue
PATCHES = 6  # per film, the flattest
SHEET_PX = 1500  # across the contact sheet
WORKING_SIDE_PX = 1024  # films are compared at this size where scale matters


def read_grey(file):
    """The picture as 8-bit grey, or None for what is no picture."""
    picture = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    return None if picture is None or min(picture.shape) < 200 else picture


def body_of(grey):
    """Where the patient is: brighter than the darkest mode, opened, without the margin."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 3)
    histogram = np.bincount(smooth.ravel(), minlength=256).astype(float)
    background = int(np.argmax(histogram[:100]))
    body = (smooth > background + 12).astype(np.uint8)
    margin = max(2, min(grey.shape) // 40)
    body[:margin] = body[-margin:] = 0
    body[:, :margin] = body[:, -margin:] = 0
    return cv2.morphologyEx(body, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)) > 0


def two_classes(values):
    """Otsu's threshold: the means of the darker and the brighter class (soft tissue and bone)."""
    histogram = np.bincount(values, minlength=256).astype(float)
    weight = np.cumsum(histogram)
    total, mean = weight[-1], np.cumsum(histogram * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mean[-1] * weight / total - mean) ** 2 / (weight * (total - weight))
    cut = int(np.nanargmax(between))
    return mean[cut] / weight[cut], (mean[-1] - mean[cut]) / max(total - weight[cut], 1)


def flat_patches(grey, body):
    """Corners of the patches in the body whose smoothed grey changes least; they do not overlap."""
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 6)
    slope = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    found = []
    step = PATCH_PX // 2
    for y in range(0, grey.shape[0] - PATCH_PX, step):
        for x in range(0, grey.shape[1] - PATCH_PX, step):
            area = (slice(y, y + PATCH_PX), slice(x, x + PATCH_PX))
            values = grey[area]
            if not body[area].all() or values.max() >= 254 or values.min() <= 1:
                continue
            found.append((float(np.percentile(slope[area], 90)), y, x))
    chosen = []
    for _, y, x in sorted(found):
        if all(abs(y - v) >= PATCH_PX or abs(x - u) >= PATCH_PX for v, u in chosen):
            chosen.append((y, x))
        if len(chosen) == PATCHES:
            break
    return chosen


def noise_spectrum(grey, patches):
    """Radial mean of the noise power (grey levels squared, per frequency bin), None if no patch."""
    if not patches:
        return None
    rows, columns = np.mgrid[0:PATCH_PX, 0:PATCH_PX] / PATCH_PX - 0.5
    terms = np.stack([np.ones_like(rows), rows, columns, rows * columns, rows**2, columns**2])
    basis = terms.reshape(6, -1).T
    window = np.outer(np.hanning(PATCH_PX), np.hanning(PATCH_PX))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(PATCH_PX), np.fft.fftfreq(PATCH_PX)))
    rings = np.round(frequency * PATCH_PX).astype(int)
    spectra = []
    for y, x in patches:
        values = grey[y : y + PATCH_PX, x : x + PATCH_PX].astype(float)
        trend = basis @ np.linalg.lstsq(basis, values.ravel(), rcond=None)[0]
        noise = (values - trend.reshape(values.shape)) * window
        power = np.abs(np.fft.fft2(noise)) ** 2 / (window**2).sum()
        spectra.append(np.bincount(rings.ravel(), power.ravel())[1:33] / np.bincount(rings.ravel())[1:33])
    return np.median(spectra, axis=0)


def measure(file):
    """All figures of one film, or None."""
    grey = read_grey(file)
    if grey is None:
        return None
    scale = WORKING_SIDE_PX / max(grey.shape)
    working = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    body = body_of(working)
    if body.mean() < 0.05:
        return None
    soft, bone = two_classes(working[body])
    smooth = cv2.GaussianBlur(working.astype(np.float32), (0, 0), 1.5)
    slope = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8
    coarse = cv2.GaussianBlur(working.astype(np.float32), (0, 0), 8)
    return {
        "grey": np.percentile(working, PERCENTILES),
        "soft tissue (mean grey)": soft,
        "bone (mean grey)": bone,
        "bone minus soft tissue (grey)": bone - soft,
        "edges (95th percentile of the gradient, grey/px)": np.percentile(slope[body], 95),
        "local contrast (standard deviation below 16 px, grey)": (working - coarse)[body].std(),
        "spectrum": noise_spectrum(grey, flat_patches(grey, body_of(grey))),
    }


def measure_all(folder):
    """The figures of every film below the folder."""
    files = [f for f in sorted(Path(folder).glob("**/*"))
             if f.suffix.lower() in PICTURES and not f.name.endswith(MASKS)]
    films = [m for m in (measure(f) for f in files) if m is not None]
    if len(films) < 5:
        sys.exit(f"realism: {folder} holds {len(films)} films that can be measured; give at least 5")
    for film in films:
        noise = film["spectrum"]
        if noise is None:
            continue
        film["noise (standard deviation in flat soft tissue, grey)"] = float(np.sqrt(
            (noise * 2 * np.pi * np.arange(1, 33)).sum()) / PATCH_PX)
        film["noise colour (power at 0.05-0.12 over 0.35-0.5 cycles/px)"] = float(
            noise[3:8].mean() / max(noise[22:32].mean(), 1e-3))
    return films


def column(films, name):
    return np.array([film[name] for film in films if name in film and film[name] is not None])


def covered(simulated, real):
    """Share of the real films within the 2nd to 98th percentile of the simulated ones."""
    low, high = np.percentile(simulated, (2, 98))
    return float(((real >= low) & (real <= high)).mean())


# --- the figure -----------------------------------------------------------------------------------

BLUE, ORANGE, INK = (180, 100, 30), (20, 120, 230), (40, 40, 40)  # BGR: simulated, real, text


class Plot:
    """One panel: a frame with axes, and bands of curves over them."""

    def __init__(self, picture, corner, size, title, x, y, log=False):
        self.picture, self.corner, self.size, self.log = picture, corner, size, log
        self.x, self.y = x, tuple(np.log10(y)) if log else y
        (left, top), (width, height) = corner, size
        cv2.rectangle(picture, (left, top), (left + width, top + height), (200, 200, 200), 1)
        self.text(title, (left, top - 14), 0.55)
        self.text(f"{x[0]:g}", (left - 4, top + height + 20))
        self.text(f"{x[1]:g}", (left + width - 24, top + height + 20))
        self.text(f"{y[0]:g}", (left - 52, top + height))
        self.text(f"{y[1]:g}", (left - 52, top + 10))

    def text(self, words, at, scale=0.45, colour=INK):
        cv2.putText(self.picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)

    def points(self, xs, ys):
        ys = np.log10(np.maximum(ys, 1e-9)) if self.log else ys
        across = (np.asarray(xs) - self.x[0]) / (self.x[1] - self.x[0]) * self.size[0] + self.corner[0]
        up = (np.asarray(ys) - self.y[0]) / (self.y[1] - self.y[0])
        down = self.corner[1] + self.size[1] * (1 - np.clip(up, 0, 1))
        return np.stack([across, down], axis=1).astype(np.int32)

    def band(self, xs, rows, colour):
        """5th to 95th percentile of films as an area, their median as a line."""
        low, middle, high = np.percentile(rows, (5, 50, 95), axis=0)
        area = np.concatenate([self.points(xs, low), self.points(xs, high)[::-1]])
        layer = self.picture.copy()
        cv2.fillPoly(layer, [area], colour)
        cv2.addWeighted(layer, 0.25, self.picture, 0.75, 0, self.picture)
        cv2.polylines(self.picture, [self.points(xs, middle)], False, colour, 2, cv2.LINE_AA)

    def spread(self, values, colour):
        """How the films' values are distributed: cumulative share."""
        ordered = np.sort(values)
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        inside = np.clip(ordered, self.x[0], self.x[1])
        cv2.polylines(self.picture, [self.points(inside, share)], False, colour, 2, cv2.LINE_AA)


def draw_figure(simulated, real):
    picture = np.full((860, 1240, 3), 255, np.uint8)
    frequency = np.arange(1, 33) / PATCH_PX
    panels = [
        Plot(picture, (80, 60), (500, 300), "grey value by percentile of the film", (1, 99), (0, 255)),
        Plot(picture, (700, 60), (500, 300), "noise power in flat soft tissue by cycles/pixel", (0, 0.5),
             (0.01, 1000), log=True),
        Plot(picture, (80, 460), (500, 300), "bone minus soft tissue, grey: share of films below", (0, 150), (0, 1)),
        Plot(picture, (700, 460), (500, 300), "edges, grey/px: share of films below", (0, 30), (0, 1)),
    ]
    for films, colour in ((real, ORANGE), (simulated, BLUE)):
        panels[0].band(PERCENTILES, np.stack([f["grey"] for f in films]), colour)
        panels[1].band(frequency, np.stack([f["spectrum"] for f in films if f["spectrum"] is not None]), colour)
        panels[2].spread(column(films, "bone minus soft tissue (grey)"), colour)
        panels[3].spread(column(films, "edges (95th percentile of the gradient, grey/px)"), colour)
    panels[0].text(f"simulated ({len(simulated)} films)", (80, 830), 0.55, BLUE)
    panels[0].text(f"real ({len(real)} films)", (380, 830), 0.55, ORANGE)
    panels[0].text("line: median film, area: 5th to 95th percentile of films", (600, 830), 0.5)
    return picture


# --- the page -------------------------------------------------------------------------------------

PAGE = """# Realism of the simulated films

Made by `tools/realism.py` from {simulated} simulated films and {real} public radiographs of limbs (8-bit pictures; the real ones are not in
this repository). Both are measured by the same code from the pictures alone. The ranges that the simulator draws from were adjusted twice
against these same real films: the figures describe a fit, not a held-out test.

![simulated films](images/simulated.jpg)

*The films as `calx-simulate --anatomy MESHES --count 60 --seed 5000 --format png --montage FILE` drew them.*

![curves of simulated and real films](images/realism.png)

5th, 25th, 50th, 75th and 95th percentile of films. *Covered*: the share of real films that lie within the 2nd to 98th percentile of the
simulated ones, which is what a network trained on these needs; a wider spread than the real one does no harm.

| measured | real | simulated | covered |
|---|---|---|---|
{rows}
"""


def row(name, simulated, real):
    def spread(values):
        return " / ".join(f"{v:.3g}" for v in np.percentile(values, BAND))
    return f"| {name} | {spread(real)} | {spread(simulated)} | {covered(simulated, real):.0%} |"


def table(simulated, real):
    rows = []
    for i, percentile in enumerate(PERCENTILES):
        if percentile in (5, 25, 50, 75, 95):
            rows.append(row(f"grey at the film's {percentile}th percentile",
                            np.array([f["grey"][i] for f in simulated]), np.array([f["grey"][i] for f in real])))
    names = [n for n in real[0] if n not in ("grey", "spectrum")]
    for film in real:
        names += [n for n in film if n not in names and n not in ("grey", "spectrum")]
    rows += [row(name, column(simulated, name), column(real, name)) for name in names]
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulated", required=True, help="folder of simulated films (PNG, JPEG)")
    parser.add_argument("--real", required=True, help="folder of real films (PNG, JPEG)")
    parser.add_argument("--montage", help="contact sheet by calx-simulate --montage, to show small as images/simulated.jpg")
    parser.add_argument("-o", "--out", default="docs", help="folder of realism.md and images/realism.png")
    arguments = parser.parse_args()
    simulated, real = measure_all(arguments.simulated), measure_all(arguments.real)
    out = Path(arguments.out)
    (out / "images").mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out / "images/realism.png"), draw_figure(simulated, real))
    if arguments.montage:
        sheet = cv2.imread(arguments.montage)
        shown = cv2.resize(sheet, None, fx=SHEET_PX / sheet.shape[1], fy=SHEET_PX / sheet.shape[1], interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(out / "images/simulated.jpg"), shown, [cv2.IMWRITE_JPEG_QUALITY, 80])
    page = PAGE.format(simulated=len(simulated), real=len(real), rows=table(simulated, real))
    (out / "realism.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
