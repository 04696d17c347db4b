#!/usr/bin/env python3
"""Whether the table of goals says of each figure what was measured: accuracy_goals_test.py REPOSITORY."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(sys.argv.pop(1))
sys.path.insert(0, str(REPOSITORY / "tools"))
import accuracy_goals  # noqa: E402


class Goals(unittest.TestCase):
    def printed(self, value_of):
        """The rows of the table; `value_of` gives a figure's value."""
        with tempfile.TemporaryDirectory() as work:
            for films in accuracy_goals.FILMS:
                folder = Path(work) / films / "evaluation"
                folder.mkdir(parents=True)
                figures = [{"id": goal[1], "value": value_of(goal), "interval": [0.25, 0.75]} for goal in accuracy_goals.GOALS if goal[0] == films]
                (folder / "evaluation.json").write_text(json.dumps({"figures": figures}))
            command = [sys.executable, REPOSITORY / "tools/accuracy_goals.py", work]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[2:]

    def test_a_figure_at_its_goal_has_reached_it(self):
        rows = self.printed(lambda goal: goal[4])
        self.assertEqual(len(rows), len(accuracy_goals.GOALS))
        for row in rows:
            self.assertTrue(row.endswith("| 0.25 to 0.75 | yes |"), row)

    def test_one_on_the_wrong_side_has_not(self):
        for row in self.printed(lambda goal: goal[4] + (0.01 if goal[3] == "<=" else -0.01)):
            self.assertTrue(row.endswith("| no |"), row)

    def test_without_cases_nothing_is_claimed(self):
        for row in self.printed(lambda goal: None):
            self.assertTrue(row.endswith("| no cases |  |  |"), row)


if __name__ == "__main__":
    unittest.main()
