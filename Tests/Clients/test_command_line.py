"""The command line from outside: what only a real process has, such as standard input and shells."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
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


BASH = """
source <(sidecar completions bash)
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_sidecar
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Completions(GatewayTest):
    def setUp(self):
        super().setUp()
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        os.symlink(binary(), f"{self.folder}/sidecar")
        pathlib.Path(self.folder, "two words.yaml").touch()

    def offered(self, *command: str) -> list[str]:
        environment = {"PATH": f"{self.folder}:/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return [line.split("\t")[0] for line in done.stdout.splitlines() if line]

    def assertOffers(self, offer):
        """`offer` takes the words so far, the last of them being typed."""
        commands = offer("help", "")
        self.assertLessEqual({"serve", "code", "config"}, set(commands))
        self.assertNotIn("--help", commands)
        self.assertEqual(sorted(offer("help", "config", "")), ["check", "init", "schema", "show"])
        self.assertEqual(offer("help", "serve", ""), [])
        self.assertEqual(sorted(offer("serve", "--log-format", "")), ["json", "pretty"])
        self.assertIn("--model", offer("code", "--"))
        for typed in ("", "--", "--m"):
            self.assertEqual(offer("code", "--", typed), [], "what is handed on is not ours")
            self.assertEqual(offer("code", "--model", "x", "--", "-p", typed), [])

    def test_bash(self):
        """`help` is followed by commands, `--flag=` by values, `--` by nothing of ours; names with blanks stay whole"""

        def offer(*words):
            return self.offered("bash", "-c", BASH, "bash", "sidecar", *words)

        self.assertOffers(offer)
        # As bash breaks the words, and as it does with = taken out of COMP_WORDBREAKS.
        self.assertEqual(offer("serve", "--log-format", "="), ["pretty", "json"])
        self.assertEqual(offer("serve", "--log-format", "=", "j"), ["json"])
        self.assertEqual(offer("serve", "--log-format=j"), ["--log-format=json"])
        self.assertEqual(offer("serve", "--detach", "="), [])
        self.assertIn("two words.yaml", offer("config", "check", ""))

    @unittest.skipUnless(shutil.which("fish", path="/usr/bin:/bin"), "fish is not installed")
    def test_fish(self):
        """The same in fish"""

        def offer(*words):
            line = " ".join(["sidecar", *words])
            return self.offered("fish", "--no-config", "-c", f"sidecar completions fish | source; complete -C '{line}'")

        self.assertOffers(offer)
        self.assertEqual(offer("serve", "--log-format=j"), ["--log-format=json"])


if __name__ == "__main__":
    unittest.main()
