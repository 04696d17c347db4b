#!/usr/bin/env python3
"""Whether the marks on real films are of films and prominences that there are: prominences_test.py REPOSITORY."""
import json
import re
import sys
import unittest
from pathlib import Path

REPOSITORY = Path(sys.argv.pop(1))
sys.path.insert(0, str(REPOSITORY / "tools"))
import catalogue_truth  # noqa: E402

MARKED = json.loads(catalogue_truth.split.PROMINENCES.read_text(encoding="utf-8"))
SPLIT = json.loads((REPOSITORY / "tools/train/split.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((REPOSITORY / "src/report/calx.findings-1.schema.json").read_text(encoding="utf-8"))


def patterns(node):
    """Every regular expression of a schema."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "pattern" and isinstance(value, str) else patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


class Prominences(unittest.TestCase):
    def test_each_film_has_a_role(self):
        films = {film for films in SPLIT["real"].values() for film in films}
        self.assertGreater(len(MARKED), 100)
        self.assertEqual(set(MARKED) - films, set())

    def test_each_name_is_one_that_calx_gives(self):
        names = [pattern for pattern in patterns(SCHEMA) if "olecranon" in pattern]
        self.assertEqual(len(names), 1)
        self.assertEqual([name for film in MARKED.values() for name in film if not re.fullmatch(names[0], name)], [])

    def test_a_place_is_a_pixel_or_unclear(self):
        for film, places in MARKED.items():
            for name, at in places.items():
                self.assertTrue(at is None or (len(at) == 2 and min(at) >= 0), f"{film}: {name}")

    def test_a_truth_tells_what_is_unclear_from_what_nobody_marked(self):
        row = {"path": "hand/a.png", "part": "hand", "pixels": "20x10", "finding": "none seen", "boxes_x0y0x1y1": "", "source": "-"}
        truth = catalogue_truth.truth(row, Path("/films/hand/a.png"), Path("/truth/hand/a.truth.json"), {"ring_tuft": [3, 4], "index_tuft": None})
        self.assertEqual(truth["prominences"], [{"name": "ring_tuft", "xy": [3, 4]}, {"name": "index_tuft", "xy": None}])
        self.assertIsNone(catalogue_truth.truth(row, Path("/films/hand/a.png"), Path("/truth/hand/a.truth.json"), None)["prominences"])


if __name__ == "__main__":
    unittest.main()
