#!/usr/bin/env python3
"""Whether readers are shown what they are judged by: reader_study_test.py REPOSITORY."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import cv2
import numpy as np

REPOSITORY = Path(sys.argv.pop(1))
STUDY = REPOSITORY / "tools/reader_study.py"
sys.path.insert(0, str(STUDY.parent))
import reader_study  # noqa: E402

BOX = [180, 220, 24, 16]


def lesion(number, kind="deposit", visible=True, box=BOX):
    return {"id": number, "kind": kind, "visible": visible, "bbox": box, "area_mm2": 4.0, "area_px": 100, "equivalent_diameter_mm": 3.0,
            "snr": 50.0, "clutter_ratio": 5.0, "overlaps_bone": 0.0}


def write_film(folder, name, lesions, suffix=".png"):
    """A dark film with a bright spot in the box of each lesion."""
    film = np.full((400, 500), 40, np.uint8)
    for one in lesions:
        x, y, width, height = one["bbox"]
        film[y:y + height, x:x + width] = 200
    cv2.imwrite(str(folder / (name + ".png")), film)
    cv2.imwrite(str(folder / (name + ".body.png")), np.full_like(film, 255))
    truth = {"image": {"file": name + suffix, "spacing_mm": [0.2, 0.2]}, "masks": {"body": name + ".body.png"}, "lesions": lesions}
    (folder / (name + ".truth.json")).write_text(json.dumps(truth))


def run(*arguments):
    printed = io.StringIO()
    arguments = ["reader_study.py", *map(str, arguments)]
    with contextlib.redirect_stdout(printed), unittest.mock.patch.object(sys, "argv", arguments):
        reader_study.main()
    return printed.getvalue()


class Study(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)
        self.truth, self.out = self.folder / "truth", self.folder / "pictures"
        self.truth.mkdir()

    def made(self):
        """One film with a deposit, one with a mimic and a deposit that cannot be seen, one that no reader can be shown."""
        write_film(self.truth, "stone", [lesion(1)])
        write_film(self.truth, "vein", [lesion(1, "phlebolith"), lesion(2, visible=False, box=[20, 20, 5, 5])])
        write_film(self.truth, "dicom", [lesion(1)], suffix=".dcm")
        run("make", self.truth, self.out, "--deposits", 9, "--empty", 3)
        return json.loads(self.out.with_name("pictures.key.json").read_text())

    def scored(self, answers, *more):
        file = self.folder / "answers.json"
        file.write_text(json.dumps(answers))
        return run("score", self.out, file, *more)

    def test_each_visible_deposit_is_asked_for_once_and_the_rest_is_empty(self):
        key = self.made()
        self.assertEqual([one["film"] for one in key if one["asked"]], ["stone.png"])
        self.assertEqual([one["film"] for one in key if not one["asked"]], ["vein.png"] * 3)

    def test_the_box_in_the_key_is_where_the_picture_shows_the_deposit(self):
        one = next(one for one in self.made() if one["asked"])
        shown = cv2.imread(str(self.out / f"{one['number']:03}.png"), cv2.IMREAD_GRAYSCALE)[:, :reader_study.SIDE]
        rows, columns = np.nonzero(shown > 150)
        for edge, measured in zip(one["lesions"][0]["box"], (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)):
            self.assertAlmostEqual(edge, measured, delta=2)

    def test_the_key_does_not_lie_among_the_pictures(self):
        self.made()
        self.assertEqual({file.suffix for file in self.out.iterdir()}, {".png"})

    def test_a_mark_on_the_deposit_finds_it_and_others_count_as_false(self):
        key = self.made()
        asked = next(one for one in key if one["asked"])
        empty = next(one for one in key if not one["asked"])
        x, y, width, height = asked["lesions"][0]["box"]
        on, off = {"x": x + width / 2, "y": y + height / 2, "certainty": 4}, {"x": x + 20 * width, "y": y, "certainty": 2}
        found, on_nothing, on_others = reader_study.judged(key, {f"{asked['number']:03}": [on, off]})
        self.assertEqual([certainty for _, certainty in found], [4])
        self.assertEqual((list(on_nothing), list(on_others)), ([2], []))
        x, y, width, height = empty["lesions"][0]["box"]
        on_mimic = {"x": x + width / 2, "y": y + height / 2, "certainty": 5}
        found, on_nothing, on_others = reader_study.judged(key, {f"{empty['number']:03}": [on_mimic]})
        self.assertEqual([certainty for _, certainty in found], [0])
        self.assertEqual((list(on_nothing), list(on_others)), ([], [5]))

    def test_the_table_sets_readers_beside_calx(self):
        asked = next(one for one in self.made() if one["asked"])
        x, y, width, height = asked["lesions"][0]["box"]
        evaluation = self.folder / "evaluation.json"
        evaluation.write_text(json.dumps({"films": [{"name": "stone", "lesions": [{"id": 1, "found_at_score": None}]}]}))
        printed = self.scored({f"{asked['number']:03}": [{"x": x, "y": y, "certainty": 3}]}, "--evaluation", evaluation)
        self.assertIn("| all | 1 | 1.00 | 0.00 | 0.00 |", printed)
        self.assertIn("by readers alone 1", printed)


if __name__ == "__main__":
    unittest.main()
