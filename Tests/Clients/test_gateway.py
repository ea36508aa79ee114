"""The gateway, Anthropic to Anthropic: what passes through, what is answered here. Docstrings quote the issue."""

from __future__ import annotations

import json
import unittest

from answers import Answer, Failure, Gate, Reply, json_answer, rate_limited, stream, text
from gateway import STREAM, GatewayTest
from lab import ANSWER_HEADERS_OF_A_HOP, comparable
from raw import ASK, request

KEY = "sk-configured"


class PassingThrough(GatewayTest):
    ODD_BODIES = [
        b'{"stream":false,"max_tokens":64,"zz_unknown":{"b":1,"a":[1,2]},"messages":[{"content":"Hi","role":"user"}],"model":"claude-opus-5-5"}',
        b' {\r\n\t"model" :\n"claude-opus-5-5" , "max_tokens":\t64,"messages" : [ { "role":"user","content":"\\u00e9\\ud83d\\ude00 \xc3\xa9" } ] } \n',
        b'{"model":"claude-opus-5-5","max_tokens":64,"x":123456789012345678901234567890,"y":1.10e+2,"z":0.1000000000000000055511151231257827,"messages":[{"role":"user","content":"\\/\\"\\\\"}]}',
        b'{"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"' + b"x" * 300_000 + b'"}]}',
    ]

    def test_bodies_untouched(self):
        """ "bytes through untouched, both ways": random key order, odd whitespace, unknown fields, unicode, exact numbers"""
        sidecar = self.start()
        self.fake.lenient = True
        raw = self.raw(sidecar)
        for number, body in enumerate(self.ODD_BODIES):
            with self.subTest(number=number):
                answer = b'{ "odd" :\t[1 , 2.50,"\\u00e9\xc3\xa9"],"number":' + str(number).encode() + b"}\r\n"
                self.fake.answer(Answer(200, [("content-type", "application/json")], [answer]))
                got = raw.ask(request(body=body))
                self.assertEqual((got.status, got.body), (200, answer))
                self.assertTrue(self.fake.exchanges[-1].request.body == body, "the request's body was changed")

    def test_chunked_request(self):
        """ "bytes through untouched": a request body in chunks arrives as the same bytes"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        body = json.dumps(ASK).encode()
        pieces = b"".join(
            b"%x;ext=1\r\n%s\r\n" % (len(body[at : at + 7]), body[at : at + 7]) for at in range(0, len(body), 7)
        )
        raw = self.raw(sidecar)
        raw.send(
            request(body=b"", length=False, headers={"transfer-encoding": "chunked"})
            + pieces
            + b"0\r\nx-trailer: 1\r\n\r\n"
        )
        self.assertEqual(raw.read().status, 200)
        self.assertEqual(self.fake.exchanges[0].request.body, body)

    def test_query_and_method_kept(self):
        """ "every other `/v1/…` path, to a `type: anthropic` provider: bytes through untouched, both ways\""""
        sidecar = self.start()
        seen = []
        self.fake.router = lambda e: seen.append(e.request.start) or json_answer(200, {"ok": e.number})
        for method, target in [
            ("GET", "/v1/models?limit=2&after_id=a%20b"),
            ("GET", "/v1/models/claude-opus-5-5"),
            ("GET", "/v1/files/f_1/content?beta=true"),
            ("DELETE", "/v1/files/f_1"),
            ("POST", "/v1/messages/count_tokens?beta=true"),
            ("POST", "/v1/some/new%2Froute?x=1&x=2"),
        ]:
            body = (
                b'{"model":"claude-opus-5-5" ,"messages":[{"role":"user","content":"x"}]}' if method == "POST" else None
            )
            answer = self.raw(sidecar).ask(request(method, target, body=body))
            self.assertEqual(answer.status, 200, target)
            self.assertEqual(seen[-1], f"{method} {target} HTTP/1.1")
            self.assertEqual(self.fake.exchanges[-1].request.body, body or b"")

    def test_messages_stream_alias(self):
        """ "`/v1/messages/stream`": the upstream's /v1/messages, streamed"""
        sidecar = self.start()
        self.fake.answer(Reply([text("hello")]))
        answer = self.raw(sidecar).ask(request(target="/v1/messages/stream", body=STREAM))
        self.assertEqual((answer.status, self.fake.exchanges[0].path), (200, "/v1/messages"))
        self.assertIn(b"event: message_stop", answer.body)

    def test_request_headers_kept(self):
        """ "headers `anthropic-*`, `x-claude-code-*` and unknown ones kept\""""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        kept = {
            "anthropic-beta": "claude-code-20250219,context-management-2025-06-27", "anthropic-new-thing": "1",
            "x-claude-code-session-id": "s-1", "x-claude-code-future": "f", "x-app": "cli", "user-agent": "my agent/1.0 (é)",
            "x-stainless-retry-count": "0", "x-unknown": "a,b;c=\"d\"", "accept": "application/json", "cookie": "a=b",
        }  # fmt: skip
        self.ask(sidecar, headers=kept)
        got = {name.lower(): value for name, value in self.fake.exchanges[0].request.headers}
        self.assertEqual({name: got.get(name) for name in kept}, kept)

    def test_hop_by_hop_dropped(self):
        """ "hop-by-hop ones not": those of the standard, and those named in Connection"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        hop = {
            "connection": "keep-alive, X-Private",
            "x-private": "secret",
            "keep-alive": "timeout=5",
            "te": "trailers",
            "proxy-authorization": "Basic eHg6eXk=",
            "proxy-connection": "keep-alive",
            "upgrade": "h2c",
            "trailer": "x-t",
        }
        self.assertEqual(self.ask(sidecar, headers=hop).status, 200)
        got = {name.lower() for name, _ in self.fake.exchanges[0].request.headers}
        self.assertEqual(got & (set(hop) - {"connection"}), set())

    def test_own_headers_not_leaked(self):
        """contract section 3, "Request headers of this project": they are for the sidecar, not for the API"""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]))
        self.ask(sidecar, headers={"x-sidecar-session": "s"})
        self.assertFalse([n for n, _ in self.fake.exchanges[0].request.headers if n.lower().startswith("x-sidecar")])

    def test_answer_headers(self):
        """ "`request-id` and rate-limit headers passed\""""
        sidecar = self.start()
        hop = [("keep-alive", "timeout=5"), ("connection", "x-hop"), ("x-hop", "1")]
        own = [("x-unknown", "kept"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]
        self.fake.answer(Reply([text("ok")], headers=own + hop))
        answer = self.ask(sidecar)
        sent = [pair for pair in self.fake.exchanges[0].answer_headers if pair[0] not in ("keep-alive", "x-hop")]
        got = [pair for pair in answer.headers if not pair[0].lower().startswith("x-sidecar-")]
        self.assertEqual(comparable(sent, ANSWER_HEADERS_OF_A_HOP), comparable(got, ANSWER_HEADERS_OF_A_HOP))

    def test_error_bodies(self):
        """ "error bodies unmodified", for every status the API answers with"""
        sidecar = self.start()
        for status in (400, 401, 403, 404, 413, 429, 500, 529):
            with self.subTest(status=status):
                body = (
                    b'{"type":"error", "error":{"type":"x_%d","message":"why \\u00e9 \xc3\xa9"},\n"request_id":null}'
                    % status
                )
                self.fake.answer(Answer(status, [("content-type", "application/json"), ("retry-after", "7")], [body]))
                answer = self.ask(sidecar)
                self.assertEqual((answer.status, answer.body, answer.header("retry-after")), (status, body, "7"))
                self.assertEqual(answer.header("request-id"), self.fake.exchanges[-1].request_id)
        self.assertEqual(len(self.fake.exchanges), 8, "the client retries, not the gateway")

    def test_rate_limit_headers(self):
        """ "`request-id` and rate-limit headers passed": on a 429 too"""
        sidecar = self.start()
        self.fake.answer(rate_limited(30))
        answer = self.ask(sidecar)
        self.assertEqual((answer.status, answer.header("retry-after")), (429, "30"))
        self.assertEqual(answer.header("anthropic-ratelimit-unified-status"), "rejected")

    def test_stream_is_never_buffered(self):
        """architecture: "an upstream event becomes client bytes before the next one is read\""""
        sidecar = self.start()
        gates = []

        def route(exchange):
            steps = []
            for event in Reply([text("one by one")]).events(exchange):
                gates.append(Gate())
                steps += [event, gates[-1]]
            return stream(steps)

        self.fake.router = route
        raw = self.raw(sidecar)
        raw.send(request(body=STREAM))
        self.fake.wait_for(1)
        for expected in (b"message_start", b"ping", b"content_block_start", b"content_block_delta"):
            raw.read_some(b"event: " + expected)  # hangs, and so fails, if the gateway waits for the next event
            raw.feed.buffer = b""
            gates.pop(0).open()


class Credentials(GatewayTest):
    def test_own_credentials_passed(self):
        """ "the client's own credentials passed on unless a key is configured\""""
        sidecar = self.start()
        for headers in ({"x-api-key": "sk-test"}, {"x-api-key": None, "authorization": "Bearer sk-test"}):
            self.fake.answer(Reply([text("ok")]))
            self.assertEqual(self.ask(sidecar, headers=headers).status, 200)
            request_seen = self.fake.exchanges[-1].request
            for name in ("x-api-key", "authorization"):
                self.assertEqual(request_seen.header(name), headers.get(name) or "")

    def test_configured_key(self):
        """ "(then the client's are dropped)\""""
        sidecar = self.start(key=KEY)
        for headers in (
            {"x-api-key": "sk-client"},
            {"x-api-key": None, "authorization": "Bearer sk-client"},
            {"x-api-key": None},
        ):
            self.fake.answer(Reply([text("ok")]))
            self.assertEqual(self.ask(sidecar, headers=headers).status, 200)
            seen = self.fake.exchanges[-1].request
            self.assertEqual((seen.header("x-api-key"), seen.header("authorization")), (KEY, ""))
            self.assertNotIn(b"sk-client", bytes(seen.raw))

    def test_auth_keys(self):
        """contract section 3: "With `auth.keys` set, every route but `/`, `/health`, `/livez`, `/readyz` needs one of them\""""
        sidecar = self.start({"auth": {"keys": ["door-1", "door-2"]}}, key=KEY)
        for headers in (
            {"x-api-key": None},
            {"x-api-key": "door-3"},
            {"x-api-key": "door-"},
            {"x-api-key": "door-11"},
            {"x-api-key": None, "authorization": "Bearer nope"},
            {"x-api-key": ""},
        ):
            self.assertIsError(self.ask(sidecar, headers=headers), 401, "authentication_error")
        for target in ("/v1/models", "/metrics", "/status", "/health/detailed"):
            self.assertEqual(self.get(sidecar, target, headers={"x-api-key": None}).status, 401, target)
        self.assertEqual(self.fake.exchanges, [])
        for target in ("/", "/health", "/livez", "/readyz"):
            self.assertEqual(self.get(sidecar, target, headers={"x-api-key": None}).status, 200, target)
        for headers in ({"x-api-key": "door-2"}, {"x-api-key": None, "authorization": "Bearer door-1"}):
            self.fake.answer(Reply([text("ok")]))
            self.assertEqual(self.ask(sidecar, headers=headers).status, 200)
            self.assertEqual(self.fake.exchanges[-1].request.header("x-api-key"), KEY)
            self.assertNotIn(b"door-", bytes(self.fake.exchanges[-1].request.raw))

    def test_foreign_origin_and_host(self):
        """ "foreign Origin and Host refused\""""
        sidecar = self.start()
        for headers in (
            {"origin": "https://evil.example"},
            {"host": "evil.example"},
            {"origin": "null"},
            {"host": f"127.0.0.1.evil.example:{sidecar.port}"},
            {"origin": "http://localhost.evil.example"},
        ):
            answer = self.ask(sidecar, headers=headers)
            self.assertEqual(answer.status, 403, (headers, answer.body))
        self.assertEqual(self.fake.exchanges, [])
        for host in (f"127.0.0.1:{sidecar.port}", f"localhost:{sidecar.port}", f"[::1]:{sidecar.port}"):
            self.fake.answer(Reply([text("ok")]))
            self.assertEqual(self.ask(sidecar, headers={"host": host}).status, 200, host)


class Models(GatewayTest):
    def test_alias_rewritten_in_place(self):
        """ "Model rewriting (`models:`) edits the one value in place without re-serialising the body\""""
        sidecar = self.start({"models": {"big": "anthropic/claude-opus-5-5", "claude-haiku-*": "big"}})
        self.fake.lenient = True
        for name in (b'"big"', b'"claude-haiku-4-5"', b'"b\\u0069g"'):
            for body in (
                b'{ "max_tokens":1.0e1,"model" :\t%s , "messages":[{"role":"user","content":"\\u00e9 \\"model\\": \\"big\\""}],"meta":{"model":"big"}}',
                b'{"messages":[{"role":"user","content":"big"}],"max_tokens":5,"x":[{"model":"big"}],"model":%s}\n',
            ):
                self.fake.answer(Reply([text("ok")]))
                self.assertEqual(self.ask(sidecar, body=body % name).status, 200)
                self.assertEqual(self.fake.exchanges[-1].request.body, body % b'"claude-opus-5-5"')

    def test_unknown_model(self):
        """ "Unknown model with no route: 404 `not_found_error` naming the known ones"

        A default route takes every name, so this needs a configuration without one; where the program insists on a
        default there is no such configuration, and nothing to prove.
        """
        providers = {name: {"type": "anthropic", "base_url": self.fake.url} for name in ("one", "two")}
        models = {"big": "one/claude-opus-5-5", "small": "two/claude-haiku-5-5"}
        try:
            sidecar = self.start({"providers": providers, "models": models})
        except RuntimeError as error:
            self.assertIn("routes", str(error))
            self.skipTest("every configuration has a default route")
        answer = self.ask(sidecar, body=ASK | {"model": "bigg"})
        self.assertIsError(answer, 404, "not_found_error", "bigg", "big", "small")
        self.assertEqual(self.fake.exchanges, [])

    def test_provider_prefix(self):
        """contract section 5, "models": `provider/model` names one of several providers"""
        sidecar = self.start({"routes": {"default": "anthropic"}})
        self.fake.answer(Reply([text("ok")]))
        self.assertEqual(self.ask(sidecar, body=ASK | {"model": "anthropic/claude-opus-5-5"}).status, 200)
        self.assertEqual(self.fake.exchanges[0].json["model"], "claude-opus-5-5")


class OwnRoutes(GatewayTest):
    def test_heads(self):
        """ "`HEAD /` and `HEAD /api/hello` answered\""""
        sidecar = self.start()
        raw = self.raw(sidecar)
        for target in ("/", "/api/hello", "/"):
            answer = raw.ask(request("HEAD", target, headers={"x-api-key": None}))
            self.assertEqual((answer.status, answer.body), (200, b""), target)
            self.assertTrue(answer.header("request-id"))
        self.assertEqual(self.fake.exchanges, [])

    def test_health(self):
        """ "`/`, `/health`, `/health/detailed` (providers probed, with the age of the answer), `/status`, `/livez`, `/readyz`\""""
        sidecar = self.start()
        for target in ("/", "/health", "/health/detailed", "/status", "/livez", "/readyz"):
            answer = self.get(sidecar, target)
            self.assertEqual(answer.status, 200, target)
            self.assertTrue(answer.header("request-id"), target)
        self.assertIn("anthropic", self.get(sidecar, "/health/detailed").body.decode())

    def test_metrics(self):
        """ "`/metrics` (Prometheus: requests by route, provider, status; latency …; streams open; loop lag; process)\""""
        sidecar = self.start()
        self.fake.answer(Reply([text("ok")]), Failure(529, "Overloaded"))
        self.ask(sidecar, body=STREAM)
        self.ask(sidecar)
        answer = self.get(sidecar, "/metrics")
        self.assertTrue(answer.header("content-type").startswith("text/plain"))
        lines = answer.body.decode().splitlines()
        self.assertTrue(all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines if line))
        for needed in ("anthropic", "529", "200", "_bucket{", "process_resident_memory_bytes"):
            self.assertTrue(any(needed in line for line in lines), needed)

    def test_debug_errors(self):
        """ "`/debug/errors/*`" — contract section 3: "only with `debug: true`\""""
        quiet, loud = self.start(), self.start({"debug": True})
        for target in ("/debug", "/debug/errors/recent", "/debug/nothing"):
            self.assertIsError(self.get(quiet, target), 404, "not_found_error", target, "`debug: true`")
        self.assertIsError(self.get(loud, "/debug/nothing"), 404, "not_found_error", "see /debug")
        for sidecar, shown in ((quiet, False), (loud, True)):
            routes = json.loads(self.get(sidecar, "/").body)["routes"]
            self.assertIn("POST /v1/messages", routes)
            self.assertEqual("GET /debug/errors/recent" in routes, shown)
        self.assertEqual(json.loads(self.get(loud, "/debug").body)["routes"][0], "GET /debug/errors/recent")
        failed = self.ask(loud, body=b'{"model": tru}')
        recent = self.get(loud, "/debug/errors/recent")
        self.assertEqual(recent.status, 200)
        self.assertIn(failed.header("request-id"), recent.body.decode())
        self.assertEqual(self.get(loud, f"/debug/errors/{failed.header('request-id')}").status, 200)
        self.assertEqual(self.get(loud, "/debug/errors/stats").status, 200)

    def test_unknown_route(self):
        """contract section 3: "Errors have the client's own shape\""""
        self.assertIsError(self.get(self.start(), "/no/such/route"), 404, "not_found_error")


class BadInput(GatewayTest):
    def test_malformed_json(self):
        """ "Malformed JSON: 400 in Anthropic's error shape with position\""""
        sidecar = self.start()
        for body, position in [
            (b'{"model": tru}', "line 1"),
            (b'{\n "model": "a",\n "x": }', "line 3"),
            (b"", ""),
            (b'{"model":"a"', ""),
            (b'{"model":"\xff"}', ""),
            (b'{"model":"a"} x', "line 1"),
        ]:
            with self.subTest(body=body):
                self.assertIsError(self.ask(sidecar, body=body), 400, "invalid_request_error", position)
        self.assertEqual(self.fake.exchanges, [])

    def test_deep_json(self):
        """ "depth, size and invalid UTF-8 have defined answers": a million brackets are an error, not a crash"""
        body = b'{"model":"a","x":' + b"[" * 1_000_000
        self.assertIsError(self.ask(self.start(), body=body), 400, "invalid_request_error")

    def test_body_limit(self):
        """ "Limits …: body bytes (413)\""""
        sidecar = self.start({"limits": {"request_bytes": 100_000}})
        body = json.dumps(ASK | {"messages": [{"role": "user", "content": "x" * 100_000}]}).encode()
        self.assertIsError(self.ask(sidecar, body=body), 413, "request_too_large")
        raw = self.raw(sidecar)
        raw.send(request(body=b"", length=False, headers={"transfer-encoding": "chunked"}))
        raw.send(b"%x\r\n%s\r\n" % (len(body), body))
        self.assertEqual(raw.read().status, 413)
        self.assertEqual(self.fake.exchanges, [])


if __name__ == "__main__":
    unittest.main()
