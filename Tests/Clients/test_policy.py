"""`sidecar policy` from outside: real files, links, standard input, terminals."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import tempfile

from gateway import GatewayTest
from sidecar import binary

TEAM = """\
version: 1
extends: lower.yaml
commands:
  deny: ["make install"]
expect:
  - { tool: Bash, input: { command: make }, decision: allow }
"""
LOWER = "version: 1\nfilesystem: { read: ['${workspace}'] }\ncommands: { allow: [make] }\n"


class Policies(GatewayTest):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "policies").mkdir()
        (self.folder / "policies/team.yaml").write_text(TEAM)
        (self.folder / "policies/lower.yaml").write_text(LOWER)

    def policy(self, *arguments: str, input: str = "") -> subprocess.CompletedProcess:
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder / "home"), "LANG": "C.UTF-8"}
        return subprocess.run(
            [binary(), "policy", *arguments], cwd=self.folder, env=environment, input=input, capture_output=True,
            text=True, timeout=20,
        )  # fmt: skip

    def explain(self, tool: str, **values: str) -> tuple[int, dict]:
        done = self.policy(
            "explain", "--policy", "policies/team.yaml", "--tool", tool, "--input", "-", "--json",
            input=json.dumps(values),
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)

    def test_files_extend_files_beside_them(self):
        """A policy extends a file beside it, wherever the command runs; each rule is told with its own file"""
        code, found = self.explain("Bash", command="make install")
        self.assertEqual((code, found["decision"], found["rule"]), (3, "deny", "commands.deny[0]"))
        self.assertEqual((found["file"], found["line"], found["column"]), ("policies/team.yaml", 4, 10))
        code, found = self.explain("Bash", command="make")
        self.assertEqual((code, found["decision"], found["file"]), (0, "allow", "policies/lower.yaml"))

    def test_links_are_followed(self):
        """A link out of the workspace is judged by what it leads to"""
        (self.folder / "out").symlink_to("/etc")
        (self.folder / "in").symlink_to("policies")
        code, found = self.explain("Read", file_path=str(self.folder / "out/passwd"))
        self.assertEqual((code, found["decision"], found["file"]), (3, "deny", None))
        self.assertIn("leads to /etc/passwd", found["reason"])
        self.assertEqual(self.explain("Read", file_path=str(self.folder / "in/team.yaml"))[0], 0)

    def test_codes(self):
        """0 for what holds, 1 for a table that does not, 2 for a wrong file or call, 3 for a denial"""
        self.assertEqual(self.policy("test", "policies/team.yaml").returncode, 0)
        team = self.folder / "policies/team.yaml"
        team.write_text(TEAM.replace("decision: allow", "decision: deny"))
        self.assertEqual(self.policy("test", "policies/team.yaml").returncode, 1)
        team.write_text(TEAM.replace("lower.yaml", "team.yaml"))
        done = self.policy("check", "policies/team.yaml", "policies/lower.yaml")
        self.assertEqual((done.returncode, done.stdout), (2, "policies/lower.yaml: valid\n"))
        self.assertIn("policies/team.yaml:2:10: extends: goes in a circle", done.stderr)
        self.assertEqual(self.policy("explain", "--tool", "Bash").returncode, 2)
        for verb in ("audit", "trace"):
            self.assertEqual(self.policy(verb).returncode, 2)

    def test_init(self):
        """`init` writes policies/project.yaml, which `list` then knows; it overwrites nothing"""
        self.assertEqual(self.policy("init").stdout, "wrote policies/project.yaml\n")
        self.assertEqual(self.policy("init").returncode, 1)
        self.assertEqual(self.policy("test", "policies/project.yaml").returncode, 0)
        sources = [entry["source"] for entry in json.loads(self.policy("list", "--json").stdout)]
        self.assertIn("policies/project.yaml", sources)
        self.assertEqual(os.stat(self.folder / "policies/project.yaml").st_mode & 0o022, 0)

    def test_odd_files(self):
        """A folder, a FIFO and a file that is too large are refused at once"""
        os.mkfifo(self.folder / "fifo")
        (self.folder / "large").write_text("#" * (2 << 20))
        for name in ("policies", "fifo", "large", "/dev/zero"):
            done = self.policy("check", name)
            self.assertEqual(done.returncode, 2, name)
            self.assertIn(f"error: {name}", done.stderr)


if __name__ == "__main__":
    import unittest

    unittest.main()
