"""An MCP server that wants a login, and who gives its tokens: on 127.0.0.1, and as strict as a careful one in the world. What
somebody does wrong is refused, and written down in `wrong`.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import secrets
import threading
import urllib.error
import urllib.parse
import urllib.request

from mcp_server import answer


class OAuthWorld:
    """`ways`: how it misbehaves on purpose, by name."""

    def __init__(self):
        self.ways: set[str] = set()
        self.wrong: list[str] = []
        self.clients: dict[str, dict] = {}
        self.codes: dict[str, dict] = {}
        self.access: dict[str, str] = {}  # to its scope
        self.refresh: dict[str, str] = {}  # to its client
        self.counts = {"registered": 0, "code": 0, "refresh": 0, "revoked": 0, "strangers": 0}
        self.lock = threading.Lock()
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def end(self, status: int, body: dict | None = None, **fields: str):
                text = json.dumps(body).encode() if body is not None else b""
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name.replace("_", "-"), value)
                if body is not None:
                    self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_GET(self):
                with world.lock:
                    world.get(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with world.lock:
                    world.post(self, body)

            def do_DELETE(self):
                self.end(204)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.base}/v1/mcp"
        self.issuer = f"{self.base}/tenant"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def has(self, way: str) -> bool:
        return way in self.ways

    def refuse(self, handler, why: str, error: str = "invalid_request", status: int = 400):
        self.wrong.append(why)
        handler.end(status, {"error": error, "error_description": why})

    # What is said

    def get(self, handler):
        path = urllib.parse.urlsplit(handler.path)
        if path.path == "/.well-known/oauth-protected-resource/v1/mcp":
            resource = "https://elsewhere.example.org/mcp" if self.has("other-resource") else self.url
            return handler.end(200, {"resource": resource, "authorization_servers": ([f"{self.base}/gone"] if self.has("two-issuers") else []) + [self.issuer], "scopes_supported": ["read"]})
        if path.path == "/.well-known/oauth-authorization-server/tenant":
            metadata = {
                "issuer": self.base if self.has("other-issuer") else self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "revocation_endpoint": f"{self.issuer}/revoke",
                "registration_endpoint": f"{self.issuer}/register",
                "code_challenge_methods_supported": ["plain" if self.has("no-pkce") else "S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"] if self.has("secret") else ["none"],
                "response_types_supported": ["code"],
                "authorization_response_iss_parameter_supported": True,
            }
            if self.has("another-page"):
                metadata["authorization_endpoint"] = "https://github.com/login/oauth/authorize"
            if self.has("no-registration"):
                del metadata["registration_endpoint"]
            return handler.end(200, metadata)
        if path.path == "/tenant/authorize":
            return self.authorize(handler, dict(urllib.parse.parse_qsl(path.query, strict_parsing=True)))
        if path.path == "/v1/mcp":
            return handler.end(405)
        handler.end(404)

    def authorize(self, handler, query: dict):
        client = self.clients.get(query.get("client_id", ""))
        if client is None:
            return self.refuse(handler, "unknown client", "invalid_client")
        if query.get("redirect_uri") not in client["redirect_uris"]:
            return self.refuse(handler, "another redirect_uri")
        if query.get("response_type") != "code" or len(query.get("state", "")) < 16:
            return self.refuse(handler, "no code asked for, or no state")
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return self.refuse(handler, "no PKCE")
        if query.get("resource") != self.url:
            return self.refuse(handler, "another resource", "invalid_target")
        answer = {"state": query["state"], "iss": "https://evil.example.org" if self.has("other-iss") else self.issuer}
        if self.has("denies"):
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = query
        if self.has("no-iss"):
            del answer["iss"]
        handler.end(302, None, Location=f"{query['redirect_uri']}?{urllib.parse.urlencode(answer)}")

    # What is given

    def post(self, handler, body: bytes):
        path = handler.path
        if path == "/v1/mcp":
            return self.mcp(handler, json.loads(body))
        if path == "/tenant/register":
            return self.register(handler, json.loads(body))
        if self.hiccup(handler, body):
            return None
        if handler.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            return self.refuse(handler, "no form")
        form = urllib.parse.parse_qsl(body.decode(), strict_parsing=True)
        if len(dict(form)) != len(form):
            return self.refuse(handler, "something twice")
        form = dict(form)
        client = self.clients.get(form.get("client_id", ""))
        if client is None or form.get("client_secret") != client.get("client_secret"):
            return self.refuse(handler, "unknown client, or a wrong secret", "invalid_client", 401)
        if path == "/tenant/revoke":
            self.counts["revoked"] += 1
            self.refresh.pop(form["token"], None)
            return handler.end(200)
        if path != "/tenant/token":
            return handler.end(404)
        if form.get("resource") != self.url:
            return self.refuse(handler, "another resource", "invalid_target")
        {"authorization_code": self.code, "refresh_token": self.again}[form["grant_type"]](handler, form)

    def hiccup(self, handler, body: bytes) -> bool:
        """What says nothing of a login, and quotes what it was sent in a way that no terminal should see."""
        quoted = {"error": "inv\x1b]0;PWNED\x07alid", "error_description": f"\x1b[2J\nlogged in by https://good.example {body.decode()}"}
        for way, status, answer in [("gone", 404, {}), ("slow", 408, {}), ("moved", 302, None), ("odd", 200, {}), ("quotes", 400, quoted)]:
            if self.has(way):
                handler.end(status, answer)
                return True
        return False

    def register(self, handler, asked: dict):
        for uri in asked["redirect_uris"]:
            if not uri.startswith("http://127.0.0.1:"):
                return self.refuse(handler, "a redirect_uri that is not on this machine", "invalid_redirect_uri")
        if asked.get("application_type") != "native" or "authorization_code" not in asked["grant_types"]:
            return self.refuse(handler, "an odd client", "invalid_client_metadata")
        self.counts["registered"] += 1
        given = asked | {"client_id": f"client-{secrets.token_hex(4)}"}
        if self.has("secret"):
            given["client_secret"] = secrets.token_hex(16)
        self.clients[given["client_id"]] = given
        handler.end(201, given)

    def code(self, handler, form: dict):
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None:
            return self.refuse(handler, "a code that was used, or never given", "invalid_grant")
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not 43 <= len(verifier) <= 128 or digest != asked["code_challenge"]:
            return self.refuse(handler, "a verifier that does not fit", "invalid_grant")
        if form.get("redirect_uri") != asked["redirect_uri"] or form["client_id"] != asked["client_id"]:
            return self.refuse(handler, "another redirect_uri, or another client", "invalid_grant")
        self.counts["code"] += 1
        self.give(handler, form["client_id"], asked.get("scope", ""))

    def again(self, handler, form: dict):
        # Each can be used once.
        if self.refresh.pop(form.get("refresh_token", ""), None) != form["client_id"]:
            return self.refuse(handler, "a refresh token that was used, or of another client", "invalid_grant")
        self.counts["refresh"] += 1
        self.give(handler, form["client_id"], "read")

    def give(self, handler, client: str, scope: str):
        access, refresh = f"at-{secrets.token_hex(8)}", f"rt-{secrets.token_hex(8)}"
        self.access[access] = scope
        self.refresh[refresh] = client
        handler.end(200, {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refresh, "scope": scope})

    # What it is for

    def mcp(self, handler, request: dict):
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        metadata = f'resource_metadata="{self.base}/.well-known/oauth-protected-resource/v1/mcp"'
        if token not in self.access:
            self.counts["strangers"] += 1
            return handler.end(401, {"error": f"no token, or {token} is not one"}, WWW_Authenticate=f'Bearer {metadata}, scope="read"')
        if request.get("params", {}).get("name") == "fail" and "all" not in self.access[token]:
            return handler.end(403, {}, WWW_Authenticate=f'Bearer error="insufficient_scope", scope="all", {metadata}')
        if "id" not in request:
            return handler.end(202)
        result = answer(request, "behind a login")
        if result is None:
            return handler.end(200, {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "unknown"}})
        handler.end(200, {"jsonrpc": "2.0", "id": request["id"], "result": result})


class Quiet(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url: str) -> tuple[int, str, str]:
    """As a browser would: status, where it leads, what it says."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), Quiet()).open(url, timeout=20) as page:
            return page.status, page.headers.get("Location", ""), page.read().decode()
    except urllib.error.HTTPError as page:
        with page:
            return page.code, page.headers.get("Location", ""), page.read().decode()
