"""Checks the signature of a request as Amazon's services do: from the bytes that came and the secret that only both know."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import urllib.parse

FORM = re.compile(r"AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})\Z")
CLOCKS_MAY_DIFFER = datetime.timedelta(minutes=5)


class Wrong(Exception):
    pass


def check(message, key: str, secret: str, token: str | None, region: str, service: str):
    form = FORM.match(message.header("authorization"))
    if not form:
        raise Wrong("Missing Authentication Token")
    own, day, own_region, own_service, names, signature = form.groups()
    if own != key or message.header("x-amz-security-token") != (token or ""):
        raise Wrong("The security token included in the request is invalid.")
    if (own_region, own_service) != (region, service):
        raise Wrong("Credential should be scoped to a valid region.")
    time = message.header("x-amz-date")
    sent = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(datetime.datetime.now(datetime.timezone.utc) - sent) > CLOCKS_MAY_DIFFER or time[:8] != day:
        raise Wrong("Signature expired")
    signed = names.split(";")
    owed = {name.lower() for name, _ in message.headers if name.lower() in ("host", "content-type") or name.lower().startswith("x-amz-")}
    if signed != sorted(signed) or not owed <= set(signed):
        raise Wrong(f"not all was signed that must be: {owed - set(signed)}")
    lines = [message.method, urllib.parse.quote(message.target, safe="/-_.~"), ""]
    lines += [f"{name}:{' '.join(message.header(name).split())}" for name in signed]
    lines += ["", names, hashlib.sha256(message.body).hexdigest()]
    scope = f"{day}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    step = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request", text):
        step = hmac.digest(step, part.encode(), "sha256")
    if not hmac.compare_digest(step.hex(), signature):
        # Amazon says so: what should have been signed, tokens among it.
        raise Wrong(
            "The request signature we calculated does not match the signature you provided.\n\n"
            f"The Canonical String for this request should have been\n'{chr(10).join(lines)}'"
        )
