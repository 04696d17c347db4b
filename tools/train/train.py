#!/usr/bin/env python3
"""Trains the network: tools/train/train.py SET... --checkpoint FILE --minutes 30

Runs for the given time, writes the checkpoint, and goes on from it the next time; killed, it loses
at most the steps since the last save. The curve goes to FILE.curve.png, figures to FILE.log.jsonl.
"""
import argparse
import json
import math
import pathlib
import time

import cv2
import numpy as np
import torch

from dataset import AS_IS, WHOLE, Windows, sampled
from network import MAPS, CalxNet, autocast, keep, restored, to_blocks

# In the order of MAPS: body, bone, calcified, mimic, foreign.
WEIGHT = [0.5, 0.8, 3.0, 2.0, 1.0]
RARE = [False, False, True, True, True]
DICE_SHARE, SMOOTH = 0.5, 20.0
LAYOUT = torch.channels_last  # in memory: with AVX-512 a step takes 0.78 s, in the other 1.0 s
FEW = 300  # pixels: a window with less of a rare tissue counts as if it had this many


class MapLoss(torch.autograd.Function):
    """Entropy and soft Dice of each map of each window, with the gradient written out.

    Autograd would walk through a dozen images of the batch's size, which costs more than the
    network; map by map everything stays in the processor's cache. Arguments: B x maps x 4 x H x W.
    """

    @staticmethod
    def forward(ctx, z, truth, judged):
        slope = torch.empty_like(z)
        loss = z.new_zeros(())
        for b in range(z.shape[0]):
            for m in range(z.shape[1]):
                one, slope[b, m] = map_loss(z[b, m], truth[b, m], judged[b, m], RARE[m])
                loss += WEIGHT[m] * one
                slope[b, m] *= WEIGHT[m]
        ctx.save_for_backward(slope.div_(z.shape[0]))
        return loss / z.shape[0]

    @staticmethod
    def backward(ctx, grad):
        return ctx.saved_tensors[0].mul_(grad), None, None


def map_loss(z, truth, judged, rare):
    """The loss of one map, and its slope in z.

    What fills a film is judged by the mean cross-entropy. A deposit fills a thousandth of it: there
    the focal loss (Lin et al., ICCV 2017, gamma 2), over the number of its pixels, each as much as `judged` has it count.
    """
    p = torch.sigmoid(z)
    t, w = truth.to(z.dtype), judged.to(z.dtype) / WHOLE
    right = torch.where(truth.bool(), p, 1 - p).clamp_(1e-6)
    sign = 2 * t - 1
    log = right.log()
    wt, wp = t * w, p * w
    if rare:
        area = wt.sum() + FEW
        wrong2 = (1 - right) ** 2
        entropy = -(wrong2 * log * w).sum() / area
        slope = wrong2.mul_(2 * right * log - (1 - right)).mul_(sign).mul_(w).div_(area)
    else:
        area = w.sum() + 1
        entropy = -(log * w).sum() / area
        slope = (right - 1).mul_(sign).mul_(w).div_(area)
    either = wp.sum() + wt.sum() + SMOOTH
    dice = (2 * (wp * t).sum() + SMOOTH) / either
    # d dice / dp = (2 w t - w dice) / either; dp / dz = p (1 - p)
    slope.sub_((wt * (2 / either) - w * (dice / either)).mul_(p).mul_(1 - p).mul_(DICE_SHARE))
    return entropy + DICE_SHARE * (1 - dice), slope


def loss_of(model, batch):
    x = to_blocks(batch["tone"]).contiguous(memory_format=LAYOUT)
    with autocast():
        maps = model(x)
    grouped = maps.float().contiguous().unflatten(1, (len(MAPS), 4))
    return MapLoss.apply(grouped, batch["truth"], batch["judged"])


def rate(step, total, peak):
    warm = min(1, (step + 1) / 200)
    return peak * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, step / total))))


class Average:
    """Exponential moving average of the weights: what is exported."""

    def __init__(self, model, decay=0.998):
        self.decay, self.state = decay, {k: v.clone() for k, v in model.state_dict().items()}

    def update(self, model, step):
        keep = min(self.decay, (1 + step) / (10 + step))
        for k, v in model.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].mul_(keep).add_(v, alpha=1 - keep)
            else:
                self.state[k].copy_(v)


def save(path, model, average, optimiser, step):
    """Half precision would do for the weights, but a resumed run should not notice."""
    keep({"model": model.state_dict(), "average": average.state, "optimiser": optimiser.state_dict(), "step": step}, path)


def save_weights(path, average, step):
    """What lasts in the repository: the averaged weights, a quarter of a checkpoint."""
    keep({"average": average.state, "step": step}, path)


def draw_curve(log, picture):
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    canvas = np.full((480, 800, 3), 255, np.uint8)
    last = max(2, lines[-1]["step"])
    points = [(40 + int(740 * line["step"] / last), int(240 - 110 * math.log10(max(1e-4, line["loss"])))) for line in lines]
    cv2.polylines(canvas, [np.array(points, np.int32)], False, (200, 80, 0), 1, cv2.LINE_AA)
    cv2.putText(canvas, f"log10 of the loss; step {last}: {lines[-1]['loss']:.3f}", (40, 470), cv2.FONT_HERSHEY_SIMPLEX, 0.5,
                (90, 90, 90), 1, cv2.LINE_AA)
    cv2.imwrite(str(picture), canvas)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", help="folders made by calx-trainset; FOLDER:WEIGHT")
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--start", type=pathlib.Path, help="weights to begin with, where there is no checkpoint yet")
    parser.add_argument("--weights", type=pathlib.Path, help="write the averaged weights here at the end")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--steps", type=int, default=20000, help="length of the whole training")
    parser.add_argument("--until", type=int, default=10**9, help="stop at this step of them")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--window", type=int, default=768, help="working pixels a side")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    films, weights = sampled(arguments.sets)
    resumed = torch.load(arguments.checkpoint) if arguments.checkpoint.exists() else None
    if resumed:
        model = restored(resumed, "model")
    elif arguments.start:
        model = restored(torch.load(arguments.start))
    else:
        model = CalxNet()
    model.to(memory_format=LAYOUT)
    optimiser = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=1e-4)
    average, step = Average(model), 0
    if resumed:
        optimiser.load_state_dict(resumed["optimiser"])
        average.state, step = resumed["average"], resumed["step"]
    log = arguments.checkpoint.with_suffix(".log.jsonl")
    print(f"{len(films)} films, from step {step}", flush=True)

    end = time.time() + 60 * arguments.minutes
    size, end_step = (arguments.window, arguments.window), min(arguments.steps, arguments.until)
    sequence = Windows(films, weights, size, arguments.seed, step * arguments.batch,
                       max(0, end_step - step) * arguments.batch, as_is=AS_IS)
    loader = torch.utils.data.DataLoader(sequence, arguments.batch, num_workers=arguments.workers)
    sums, seen, skipped, begun = 0, 0, 0, time.time()
    model.train()
    for batch in loader:
        for group in optimiser.param_groups:
            group["lr"] = rate(step, arguments.steps, arguments.rate)
        loss = loss_of(model, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        size_of_step = torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        if torch.isfinite(size_of_step):
            optimiser.step()
        else:
            skipped += 1
        step += 1
        average.update(model, step)
        sums += float(loss)
        seen += 1
        last = time.time() > end or step == end_step
        if seen == 50 or last:
            line = {"step": step, "skipped": skipped, "seconds": round(time.time() - begun, 1), "loss": sums / seen}
            with log.open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(line, flush=True)
            sums, seen, begun = 0, 0, time.time()
        if step % 200 == 0 or last:
            save(arguments.checkpoint, model, average, optimiser, step)
            draw_curve(log, arguments.checkpoint.with_suffix(".curve.png"))
        if last:
            break
    if arguments.weights:
        save_weights(arguments.weights, average, step)


if __name__ == "__main__":
    main()
