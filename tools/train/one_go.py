"""Training of what is small enough for one go: the last rate is zero, so the last weights are the result."""
import math
import time

import torch


def add_options(parser, steps, batch):
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)


def begin(options):
    """Before a network is made: the same options give the same weights."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)


def steps(model, batches, loss_of, options, every):
    """Trains, and yields the number of each step; the loss is printed every so many."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
    begun, sums = time.time(), 0
    for step, batch in enumerate(batches, 1):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, step / 100) * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        loss = loss_of(model, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        sums += float(loss)
        if step % every == 0:
            print(f"step {step}: loss {sums / every:.3f}, {time.time() - begun:.0f} s", flush=True)
            sums = 0
        yield step
