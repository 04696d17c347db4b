#!/usr/bin/env python3
"""Whether names of prominences are counted under their film's part: names_by_part_test.py REPOSITORY."""
import sys
import unittest
from pathlib import Path

REPOSITORY = Path(sys.argv.pop(1))
sys.path.insert(0, str(REPOSITORY / "tools"))
import names_by_part  # noqa: E402


def film(name, near, wrong):
    return {"name": name, "prominences": [{"near": one} for one in near], "wrong_names": wrong}


class NamesByPart(unittest.TestCase):
    def test_each_film_counts_under_its_part_and_in_all(self):
        parts = names_by_part.parts_of(["/films/hand/a.b.png\thand\t\t\t\n", "/films/foot/c.jpg\tankle\t\t\tx=1,2\n", "/films/other/d.jpg\tother\n"])
        rows = names_by_part.rows(parts, [film("hand/a.b", [True, False], 3), film("foot/c", [True], 0), film("other/d", [True], 1),
                                          film("foot/unknown", [True], 1)])
        self.assertEqual(rows["hands"], [1, 2, 1, 3])
        self.assertEqual(rows["feet and ankles"], [1, 1, 1, 0])
        self.assertEqual(rows["knees"], [0, 0, 0, 0])
        self.assertEqual(rows["all"], [2, 3, 2, 3], "no film of another part, none that is not listed")


if __name__ == "__main__":
    unittest.main()
