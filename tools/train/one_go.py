"""Training of the two small networks: the last rate is zero, so the last weights are the result."""
import math
import time

import torch

from network import autocast, keep

KEPT_EVERY = 250  # steps
MOST_SLOPE = 20  # length of the gradient: a step into the unknown is made shorter, one that is no number not at all


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


class Run:
    """One training; with a file to keep it in it goes on where it was interrupted."""

    def __init__(self, model, options, kept=None):
        self.model, self.options, self.kept, self.step = model, options, kept, 0
        model.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.02)
        if kept and kept.exists():
            state = torch.load(kept)
            model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step = state["step"]
            print(f"from step {self.step}", flush=True)

    def rate(self):
        done = self.step / self.options.steps
        return self.options.rate * min(1, self.step / 100) * 0.5 * (1 + math.cos(math.pi * done))

    def keep(self):
        keep({"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step}, self.kept)

    def steps(self, batches, loss_of, every):
        """Trains, and yields the number of each step; the loss is printed every so many."""
        begun, losses = time.time(), []
        for batch in batches:
            self.step += 1
            for group in self.optimiser.param_groups:
                group["lr"] = self.rate()
            with autocast():
                loss = loss_of(self.model, batch)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            if torch.isfinite(torch.nn.utils.clip_grad_norm_(self.model.parameters(), MOST_SLOPE)):
                self.optimiser.step()
            losses.append(float(loss))
            if self.step % every == 0:
                print(f"step {self.step}: loss {sum(losses) / len(losses):.3f}, {time.time() - begun:.0f} s", flush=True)
                losses = []
            if self.kept and self.step % KEPT_EVERY == 0:
                self.keep()
            yield self.step
