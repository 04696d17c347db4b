#!/usr/bin/env python3
"""Trains the network that says what a film shows and where its named prominences lie:

    tools/train/train_overview.py SET[:WEIGHT]... -o FILE --check SET...

FILE.part keeps where the training stands; killed, it loses at most 250 steps and goes on when it is called again.
With --start it goes on from another network; of names that a real film has only perhaps, for their place is unclear or nobody marked
it, it keeps to what that one says.
"""
import argparse
import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import one_go
from dataset import films_in
from network import NAMES_ON, PLACES, WORDS, OverviewNet, base_name, fused
from overview import Overviews, clear_prominences, field_of, from_overview, overview, points_of, unclear_names, words_of

SHARE = {"region": 1.0, "view": 0.5, "side": 0.3}  # of the loss
PLACES_SHARE = 0.5
RIGHT_MM = 10
LEAST = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # probabilities of a place


def words_loss(words, batch):
    parts = words.flatten(1).split(WORDS, 1)
    return sum(share * F.cross_entropy(part, batch[word], ignore_index=-1, label_smoothing=0.05)
               for part, (word, share) in zip(parts, SHARE.items()) if (batch[word] >= 0).any())


def all_places(places, absent):
    """Logits of each of PLACES in each cell, and last of nowhere."""
    return torch.cat([places.flatten(2), absent.flatten(1)[..., None]], 2)


def places_loss(logits, batch):
    """Cross entropy over all cells and 'nowhere', for each name that is there."""
    there = batch["shares"].sum(2) > 0
    said = torch.where(there, (logits.gather(2, batch["cells"]) * batch["shares"]).sum(2), logits[..., -1])
    return ((logits.logsumexp(2) - said) * (1 - batch["perhaps"])).sum() / (there.sum() + 1)


def unlike(teacher, logits, perhaps):
    """The Kullback-Leibler divergence from what the teacher says, over the names that are there perhaps, by how many of these it finds."""
    taught = teacher.log_softmax(2)
    apart = (taught.exp() * (taught - logits.log_softmax(2))).sum(2)
    found = (1 - taught[..., -1].exp()) * perhaps
    return (apart * perhaps).sum() / (found.sum() + 1)


def loss_with(teacher):
    """The loss of a network that goes on from `teacher`; None: from nothing."""

    def loss_of(model, batch):
        words, *seen = (part.float() for part in model(batch["tone"]))
        logits = all_places(*seen)
        loss = words_loss(words, batch) + PLACES_SHARE * places_loss(logits, batch)
        if teacher is None:
            return loss
        with torch.no_grad():
            taught = all_places(*(part.float() for part in teacher(batch["tone"])[1:]))
        return loss + PLACES_SHARE * unlike(taught, logits, batch["perhaps"])

    return loss_of


def begun_with(file):
    """The network to train, and the one that it goes on from."""
    if file is None:
        return OverviewNet().train(), None
    teacher = fused(OverviewNet())
    teacher.load_state_dict(torch.load(file)["overview"])
    return copy.deepcopy(teacher).train(), teacher


def names_given(film, points, shape, corner):
    """Of the names that the film's region can have: how probable, and how many mm from what they name.

    As calx has it one of a name, but two on a pelvis; each names another one. Names at one place are not parted, and names whose
    place is unclear are left out.
    """
    pitch, region, unclear = film.about["pitch_mm"], film.about["region"], unclear_names(film.about)
    given, done, unnamed = [], set(), clear_prominences(film.about)
    for name, (at, share) in sorted(zip(PLACES, points), key=lambda place: -place[1][1]):
        if name in unclear or name not in NAMES_ON.get(region, PLACES) or (name in done and region != "pelvis"):
            continue
        done.add(name)
        here = from_overview(at, shape, corner)
        away = [(np.hypot(*(here - xy)) * pitch, i) for i, (known, *xy) in enumerate(unnamed) if base_name(known) == name]
        mm, nearest = min(away, default=(np.inf, None))
        given.append((share, mm))
        if mm < RIGHT_MM:
            del unnamed[nearest]
    return given


def check(model, folder):
    """Shares of the words that are right, and of the names, where the truth is known."""
    right, names, visible = {word: [] for word in SHARE}, [], 0
    model = fused(model)
    for film in films_in([folder]):
        shown, corner = field_of(film)
        with torch.no_grad():
            words, places, absent = model(torch.from_numpy(overview(shown))[None, None])
        for word, said in zip(SHARE, words_of(words)):
            if film.about[word]:
                right[word].append(said == film.about[word])
        if "prominences" in film.about["judged"]:
            visible += len(clear_prominences(film.about))
            names += names_given(film, points_of(places[0], absent[0]), shown.shape, corner)
    print(f"{folder}:", ", ".join(f"{word} {sum(r)} of {len(r)} right" for word, r in right.items()), flush=True)
    for least in LEAST if visible else ():
        away = np.array([mm for share, mm in names if share >= least])
        near = away[away < RIGHT_MM]
        print(f"  from {least} on: {len(near)} of {visible} names within {RIGHT_MM} mm (median {np.median(near) if len(near) else 0:.1f}), "
              f"{len(away) - len(near)} further away or not there", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="folders made by calx-trainset; FOLDER:WEIGHT")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a network to go on from, as this program writes it; without: random weights")
    parser.add_argument("--check", nargs="+", default=[], help="sets of validation films")
    one_go.add_options(parser, steps=10000, batch=16)
    options = parser.parse_args()
    one_go.begin(options)
    model, teacher = begun_with(options.start)
    run = one_go.Run(model, options, options.out.with_suffix(".part"))
    sets = [(films_in([folder]), float(weight or 1)) for folder, _, weight in (one.partition(":") for one in options.sets)]
    sequence = Overviews(sets, options.seed, run.step * options.batch, (options.steps - run.step) * options.batch)
    batches = torch.utils.data.DataLoader(sequence, options.batch, num_workers=1)
    for step in run.steps(batches, loss_with(teacher), every=100):
        if step % 1000 == 0 or step == options.steps:
            for folder in options.check:
                check(model, folder)
    torch.save({"overview": fused(model).state_dict(), "steps": options.steps}, options.out)
    run.kept.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
