#!/usr/bin/env python3
"""Whether no film is both learned from and measured on: split_test.py REPOSITORY."""
import contextlib
import io
import sys
import unittest
from pathlib import Path

REPOSITORY = Path(sys.argv.pop(1))
sys.path.insert(0, str(REPOSITORY / "tools/train"))
import split  # noqa: E402

COMMITTED = split.json.loads(split.SPLIT.read_text(encoding="utf-8"))


def row(path, finding="none seen", part="hand"):
    return {"path": path, "finding": finding, "part": part}


class Split(unittest.TestCase):
    def test_films_of_one_case_have_one_role(self):
        roles = {}
        for role, paths in COMMITTED["real"].items():
            for path in paths:
                roles.setdefault(split.case(path), set()).add(role)
        self.assertGreater(len(roles), 100)
        self.assertEqual([case for case, found in roles.items() if len(found) > 1], [])

    def test_numbers_at_the_end_count_films_of_one_case(self):
        self.assertEqual(split.case("open/knee-fracture-1.png"), split.case("open/knee-fracture-12.jpg"))
        self.assertNotEqual(split.case("open/knee-fracture-1.png"), split.case("open/hip-fracture-1.png"))
        self.assertEqual(split.case("dicom/CR-MONO1.dcm"), split.case("dicom/CR-MONO1_j2k.dcm"))
        self.assertNotEqual(split.case("hand_bone_age/1.png"), split.case("hand_bone_age/2.png"), "numbered patients")

    def test_a_film_with_a_finding_is_for_figures_only(self):
        for number in range(50):
            self.assertEqual(split.role(row(f"open/case{number}/a.png", "calcinosis cutis")), "test")

    def test_a_third_or_more_of_the_others_trains(self):
        roles = [split.role(row(f"open/{chr(97 + i % 26)}{i}x/a.png")) for i in range(400)]
        self.assertGreater(roles.count("train"), 150)
        self.assertGreater(roles.count("validation"), 20)
        self.assertGreater(roles.count("test"), 100)

    def test_simulated_films_are_parted_by_skeleton_and_seed(self):
        simulated = COMMITTED["simulated"]
        self.assertEqual(simulated, split.SIMULATED)
        self.assertFalse(set(simulated["test"]["skeletons"]) & set(simulated["train"]["skeletons"]))
        self.assertLess(simulated["train"]["seeds"][1], simulated["validation"]["seeds"][0])
        self.assertLess(simulated["validation"]["seeds"][1], simulated["test"]["seeds"][0])

    def test_a_film_under_a_wrong_part_is_put_right(self):
        for path, part in split.SHOWN.items():
            self.assertIn(path, sum(COMMITTED["real"].values(), []))
            self.assertEqual(split.shown(row(path, part="foot")), (part, "", ""))
        self.assertEqual(split.shown(row("foot/another.png", part="foot")), ("foot", "", ""))

    def test_of_the_encodings_of_a_film_one_is_listed(self):
        films = [row("dicom/CR-MONO1.dcm"), row("dicom/CR-MONO1_j2k.dcm"), row("open/a.png", part="hip/pelvis")]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            split.print_list(Path("films"), films, {film["path"] for film in films},
                             {"open/a.png": {"pubic_symphysis": [7, 8.5], "left_lesser_trochanter": None}})
        self.assertEqual(printed.getvalue(), "films/dicom/CR-MONO1.dcm\thand\t\t\t\n"
                         "films/open/a.png\tpelvis\t\t\tpubic_symphysis=7,8.5 left_lesser_trochanter=?\n")


if __name__ == "__main__":
    unittest.main()
