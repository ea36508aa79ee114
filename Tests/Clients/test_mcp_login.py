"""Logins to MCP servers behind an address: `mcp login` and `logout`, with a strict giver of tokens and a script for a browser."""

from __future__ import annotations

import json
import pathlib
import re
import stat
import subprocess
import threading

from fake_oauth import OAuthWorld, visit
from sidecar import Sidecar, binary
from test_mcp_servers import SECONDS_MAX, Servers


class Logins(Servers):
    def setUp(self):
        super().setUp()
        self.world = OAuthWorld()
        self.addCleanup(self.world.close)

    def entry(self, **more) -> dict:
        return {"docs": {"type": "http", "url": self.world.url} | more}

    def login(self, place: Sidecar, *words: str, code: int = 0, tamper=None) -> tuple[dict, str]:
        """What it printed, and what it said meanwhile. `tamper` changes the address that the browser comes back to."""
        process = subprocess.Popen(
            [binary(), "mcp", "login", "--json", "docs", *words], cwd=place.folder, env=place.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        watch = threading.Timer(SECONDS_MAX, process.kill)
        watch.start()
        said = ""
        for line in process.stderr:
            said += line
            if found := re.match(r"\s+(http://\S+)$", line):
                status, back, text = visit(found[1])
                said += f"[{status} {text}]\n"
                for address in tamper(back) if tamper else [back]:
                    if address:
                        said += f"[{visit(address)}]\n"
        printed = process.stdout.read()
        process.wait()
        watch.cancel()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(process.returncode, code, said)
        return json.loads(printed) if printed else {}, said

    def file(self, place: Sidecar) -> pathlib.Path:
        return pathlib.Path(place.environment()["XDG_STATE_HOME"]) / "sidecar/mcp/oauth.json"

    def test_life(self):
        """auth/scope-step-up, auth/scope-retry-limit: what a login does not allow is told with what does, and not tried again."""
        world = self.world
        sidecar = self.run_with(self.entry())
        self.assertIn("`sidecar mcp login docs`", self.wait(sidecar, "docs", "failed")["error"])
        # Nobody knocks again and again where a person is needed.
        self.assertEqual(self.status(sidecar, "docs")["restarts"], 0)
        self.assertIn("sidecar mcp login docs", self.mcp(sidecar, "call", "docs", "echo", '{"text": "x"}', code=1).stderr)
        printed, said = self.login(sidecar)
        self.assertEqual((printed["issuer"], printed["scope"], printed["is_renewed"]), (world.issuer, "read", True))
        self.assertEqual(self.status(sidecar, "docs")["state"], "ready")
        self.assertEqual(self.text(sidecar, "docs", "echo", '{"text": "hi"}'), "hi")
        file = self.file(sidecar)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        # It is taken back: a fresh one is asked for, and nobody notices.
        world.access.clear()
        self.assertEqual(self.text(sidecar, "docs", "echo", '{"text": "still"}'), "still")
        self.assertEqual((world.counts["refresh"], self.status(sidecar, "docs")["restarts"]), (1, 0))
        # What goes beyond it is told with the command that mends it.
        self.assertIn("--scopes 'read all'", self.mcp(sidecar, "call", "docs", "fail", code=1).stderr)
        self.login(sidecar, "--scopes", "read all")
        self.assertIn("did not work", self.text(sidecar, "docs", "fail", code=1))
        # It is about to end: it is renewed before the server sees it.
        kept = json.loads(file.read_text())
        (key,) = kept
        kept[key]["renews"] = 0
        file.write_text(json.dumps(kept))
        strangers = world.counts["strangers"]
        self.assertEqual(self.json(sidecar, "restart", "docs")[0]["state"], "ready")
        self.assertEqual((world.counts["refresh"], world.counts["strangers"]), (2, strangers))
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        # Both are taken back: only a person can help, at once and not after five attempts.
        world.access.clear()
        world.refresh.clear()
        self.mcp(sidecar, "call", "docs", "echo", '{"text": "x"}', code=1)
        self.assertIn("mcp login docs", self.wait(sidecar, "docs", "failed")["error"])
        self.login(sidecar)
        self.assertTrue(self.json(sidecar, "logout", "docs")["was_logged_in"])
        self.assertEqual((world.counts["revoked"], json.loads(file.read_text())), (1, {}))
        self.assertIn("mcp login docs", self.wait(sidecar, "docs", "failed")["error"])
        # The one time that it was wrong is the one that it was refused.
        self.assertEqual(world.wrong, ["a refresh token that was used, or of another client"])
        state = pathlib.Path(sidecar.environment()["XDG_STATE_HOME"])
        texts = [sidecar.log, said] + [f.read_text(errors="replace") for f in state.rglob("*") if f.is_file()]
        for text in texts:
            self.assertNotRegex(text, r"\b[ar]t-[0-9a-f]{16}")

    def test_what_is_not_taken(self):
        """Each wrong in one way, and told by it."""
        place = self.alone(self.entry())
        for way, words in {
            "other-resource": "speaks of another server",
            "other-issuer": "not to be trusted",
            "no-pkce": "PKCE",
            "no-registration": '"clientId"',
            "other-iss": "came from https://evil.example.org",
            "no-iss": "does not say that it is from",
            "denies": "access_denied",
        }.items():
            with self.subTest(way):
                self.world.ways = {way}
                self.assertIn(words, self.login(place, code=1)[1])
                self.assertEqual((self.world.counts["code"], self.file(place).exists()), (0, False))
        self.world.ways = set()
        # Another page's answer ends nothing, and is no answer.
        _, said = self.login(place, tamper=lambda back: [re.sub("state=[^&]*", "state=x", back), back.replace("callback", "x"), back])
        self.assertIn("no answer to the login", said)
        _, said = self.login(place, "--timeout", "300", code=124, tamper=lambda back: [])
        self.assertIn("did not come back within", said)
        # The old one stays; without a sidecar a command has it too.
        self.assertEqual(self.text(place, "docs", "echo", '{"text": "alone"}'), "alone")
        self.assertEqual(self.world.wrong, [])

    def test_trouble_of_the_issuer_ends_no_login(self):
        """What is no word of the issuer's on the login itself does not throw it away; nor is anything quoted that we have sent."""
        place = self.alone(self.entry())
        self.login(place)
        file = self.file(place)
        kept = json.loads(file.read_text())
        (grant,) = kept.values()
        # As long as the old token holds nobody notices.
        grant["renews"] = 0
        file.write_text(json.dumps(kept))
        for way in ["gone", "slow", "moved", "odd", "quotes"]:
            with self.subTest(way):
                self.world.ways = {way}
                self.assertEqual(self.text(place, "docs", "echo", '{"text": "still"}'), "still")
                self.assertEqual(json.loads(file.read_text()), kept)
        grant["ends"] = 0
        file.write_text(json.dumps(kept))
        said = self.mcp(place, "call", "docs", "echo", '{"text": "x"}', code=1).stderr
        log = file.parent / "docs.log"
        for text in [said, log.read_text()]:
            self.assertIn("PWNED", text)
            self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f]|[ar]t-[0-9a-f]{16}|\nlogged in")
        self.assertEqual(json.loads(file.read_text()), kept)
        self.world.ways = set()
        # What cannot be written serves as long as it can, and a person can find out why no longer.
        lock = file.parent / "oauth.lock"
        lock.unlink()
        lock.mkdir()
        self.assertEqual(self.text(place, "docs", "echo", '{"text": "again"}'), "again")
        self.assertIn("ends with this process", log.read_text())
        lock.rmdir()
        # The file of logins itself is in trouble: it is named, and nothing is written over it.
        file.write_text(broken := file.read_text() + "}")
        self.assertIn(str(file), self.login(place, code=1)[1])
        self.assertIn(str(file), self.mcp(place, "logout", "docs", code=1).stderr)
        self.assertEqual(file.read_text(), broken)

    def test_leaving(self):
        """A server that moves its logins elsewhere, and one that is removed."""
        place = self.alone(self.entry())
        self.login(place)
        file = self.file(place)
        file.write_text(file.read_text().replace(self.world.issuer, "https://login.example.org"))
        self.assertIn("mcp logout docs", self.login(place, code=1)[1])
        file.write_text(file.read_text().replace("https://login.example.org", self.world.issuer))
        self.assertIn("mcp logout docs", self.mcp(place, "remove", "docs").stderr)
        self.assertTrue(self.json(place, "logout", "docs")["was_logged_in"])
        self.assertEqual((self.world.counts["revoked"], json.loads(file.read_text())), (1, {}))
        self.assertIn("docs", self.mcp(place, "logout", "docs", code=2).stderr)
        self.write(place.folder, self.entry())
        self.world.ways = {"another-page"}
        _, said = self.login(place, "--timeout", "100", code=124, tamper=lambda back: [])
        self.assertIn(f"a page of https://github.com, but {self.world.issuer} gets", said)

    def test_who_we_are(self):
        """With a secret of the issuer's, and with what was registered by hand: auth/pre-registration. Each login asks anew who gives
        tokens, and is registered there: auth/authorization-server-migration."""
        place = self.alone(self.entry())
        self.world.ways = {"secret"}
        self.login(place)
        self.world.ways = {"secret", "two-issuers"}
        self.assertEqual(self.login(place)[0]["issuer"], self.world.issuer, "the first that there is")
        self.assertEqual(self.world.counts["registered"], 2)
        self.world.ways = {"secret"}
        secret = next(iter(self.world.clients.values()))["client_secret"]
        self.assertNotIn(secret, self.mcp(place, "get", "docs").stdout)
        self.world.clients = {"by-hand": {"client_secret": "$3cret", "redirect_uris": [f"http://127.0.0.1:{place.port}/callback"]}}
        self.world.ways = {"secret", "no-registration"}
        oauth = {"clientId": "by-hand", "clientSecret": "${S:-$3cret}", "callbackPort": place.port, "scopes": "all"}
        # A server could name anybody as who gives its tokens, and the secret would go there.
        self.write(place.folder, self.entry(oauth=oauth))
        self.assertIn('"issuer": "https://…"', self.login(place, code=1)[1])
        self.write(place.folder, self.entry(oauth=oauth | {"issuer": "https://github.com"}))
        self.assertIn(f"names {self.world.issuer}", self.login(place, code=1)[1])
        self.write(place.folder, self.entry(oauth=oauth | {"issuer": self.world.issuer}))
        self.assertEqual(self.login(place)[0]["scope"], "all")
        self.assertNotIn("$3cret", self.mcp(place, "get", "docs", "--json").stdout)
        for url, headers, words in [
            ("http://example.org/mcp", {}, "clear text"),
            ("https://example.org/mcp", {"Authorization": "Bearer x"}, "among its headers"),
        ]:
            self.write(place.folder, {"docs": {"type": "http", "url": url, "headers": headers}})
            self.assertIn(words, self.login(place, code=2)[1])
        self.assertIn("ftp://", self.mcp(place, "add", "u", "ftp://x", code=2).stderr)
        self.assertEqual(self.world.wrong, [])
