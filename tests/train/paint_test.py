#!/usr/bin/env python3
"""What is painted into windows for training: paint_test.py REPOSITORY."""
import sys
import unittest
from pathlib import Path

import numpy as np

REPOSITORY = Path(sys.argv.pop(1))
sys.path.insert(0, str(REPOSITORY / "tools/train"))
import paint  # noqa: E402

BITS = {"body": 1, "deposit": 4, "mimic": 8, "unjudged": 32}


def limb(size=256):
    """A window's tone, where the body is, and its maps before painting."""
    body = np.zeros((size, size), bool)
    body[:, size // 4:3 * size // 4] = True
    tone = np.where(body, 0.5, 0).astype(np.float32) + np.random.default_rng(1).normal(0, 0.004, body.shape).astype(np.float32)
    return tone, body, body.astype(np.uint8) * np.uint8(BITS["body"])


def painted(seed):
    tone, body, maps = limb()
    before = tone.copy()
    paint.paint(np.random.default_rng(seed), tone, body, BITS, maps)
    return tone - before, body, maps


class Paint(unittest.TestCase):
    def test_the_same_seed_paints_the_same(self):
        for seed in range(5):
            (added, _, maps), (again, _, same) = painted(seed), painted(seed)
            self.assertTrue(np.array_equal(added, again) and np.array_equal(maps, same))
        self.assertFalse(np.array_equal(painted(1)[0], painted(2)[0]))

    def test_nothing_lies_outside_the_body(self):
        for seed in range(40):
            added, body, maps = painted(seed)
            self.assertEqual(np.abs(added[~body]).max(), 0)
            self.assertEqual(maps[~body].max(), 0)

    def test_all_that_is_marked_is_denser_than_before(self):
        marked = 0
        for seed in range(40):
            added, _, maps = painted(seed)
            here = maps & (BITS["deposit"] | BITS["mimic"]) > 0
            marked += here.any()
            self.assertTrue((added[here] > 0).all())
            self.assertGreaterEqual(added.min(), 0, "nothing is taken away")
        self.assertGreater(marked, 30, "most windows show something")

    def test_a_fringe_is_neither_asked_for_nor_wrong(self):
        fringes = 0
        for seed in range(40):
            added, _, maps = painted(seed)
            unjudged = maps & BITS["unjudged"] > 0
            fringes += unjudged.any()
            self.assertFalse((unjudged & (maps & BITS["deposit"] > 0)).any())
            self.assertTrue((added[unjudged] > 0).all(), "something of what is painted is there")
        self.assertGreater(fringes, 30)

    def test_too_little_body_holds_nothing(self):
        tone, body, maps = limb()
        body[:] = False
        body[:19, :21] = True
        before = tone.copy()
        paint.paint(np.random.default_rng(3), tone, body, BITS, maps)
        self.assertTrue(np.array_equal(tone, before))
        self.assertEqual(maps.max(), BITS["body"])


if __name__ == "__main__":
    unittest.main()
