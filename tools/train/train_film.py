#!/usr/bin/env python3
"""Trains the network that says what a film shows: tools/train/train_film.py SET... -o FILE --check SET...

Trained in one go.
"""
import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

import one_go
from dataset import BITS, films_in
from network import WORDS, FilmNet, fused
from thumbnails import Thumbnails, thumbnail, words_of

SHARE = {"region": 1.0, "view": 0.5, "side": 0.3}  # of the loss


def film_loss(model, batch):
    parts = model(batch["tone"]).flatten(1).split(WORDS, 1)
    return sum(share * F.cross_entropy(part, batch[word], ignore_index=-1, label_smoothing=0.05)
               for part, (word, share) in zip(parts, SHARE.items()) if (batch[word] >= 0).any())


def check(model, folder):
    """Shares of the words that are right, where the truth is known."""
    right = {word: [] for word in SHARE}
    model = fused(model)
    with torch.no_grad():
        for film in films_in([folder]):
            small = thumbnail(film.tone(), film.maps() & BITS["field"] > 0)
            for word, said in zip(SHARE, words_of(model(torch.from_numpy(small)[None, None]))):
                if film.about[word]:
                    right[word].append(said == film.about[word])
    print(f"{folder}:", ", ".join(f"{word} {sum(r)} of {len(r)} right" for word, r in right.items()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="folders made by calx-trainset")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--check", nargs="+", default=[], help="sets of validation films")
    one_go.add_options(parser, steps=2000, batch=32)
    options = parser.parse_args()
    one_go.begin(options)
    sequence = Thumbnails(films_in(options.sets), options.seed, 0, options.steps * options.batch)
    model = FilmNet().train()
    batches = torch.utils.data.DataLoader(sequence, options.batch, num_workers=1)
    for step in one_go.steps(model, batches, film_loss, options, every=100):
        if step % 500 == 0 or step == options.steps:
            for folder in options.check:
                check(model, folder)
    torch.save({"film": fused(model).state_dict(), "steps": options.steps}, options.out)


if __name__ == "__main__":
    main()
