"""The command line from outside: what only a real process has, such as standard input and shells."""

from __future__ import annotations

import json
import shutil
import subprocess
import unittest

from gateway import GatewayTest
from sidecar import Sidecar, binary


class StandardInput(GatewayTest):
    def setUp(self):
        super().setUp()
        self.place = Sidecar({})
        self.addCleanup(shutil.rmtree, self.place.folder)
        self.place.environment()  # makes the folders

    def check(self, text: str, *arguments: str, **rest) -> subprocess.CompletedProcess:
        return subprocess.run(
            [binary(), "config", "check", *arguments], cwd=self.place.folder, env=self.place.environment(),
            input=text, capture_output=True, text=True, timeout=20, **rest,
        )  # fmt: skip

    def test_check(self):
        """`config check -` judges what it is given: a right one, a wrong one with line and column, one that is too large"""
        for arguments in (["-"], ["--config", "-"]):
            done = self.check("debug: true\n", *arguments)
            self.assertEqual((done.returncode, done.stdout), (0, "stdin: valid\n"), done.stderr)
        done = self.check("debug: true\nlimitz: {}\n", "-", "--json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("stdin:2:1: limitz", done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["file"], report["valid"], report["problems"][0]["line"]), ("stdin", False, 2))
        done = self.check("#" * (2 << 20), "-")
        self.assertEqual(done.returncode, 2)
        self.assertIn("too large", done.stderr)

    def test_paths_start_here(self):
        """What it names is looked for in the current folder"""
        text = "providers: { s: { type: scripted, script: answers.yaml } }\n"
        self.assertIn("answers.yaml", self.check(text, "-").stderr)
        (self.place.folder / "answers.yaml").write_text('{"version": 1, "steps": [{"answer": "yes"}]}')
        self.assertEqual(self.check(text, "-").returncode, 0)


if __name__ == "__main__":
    unittest.main()
