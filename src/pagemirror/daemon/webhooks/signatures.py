"""Whether a webhook comes from one who knows the secret, in the manner of each kind of server. Pure.

- GitHub: `X-Hub-Signature-256: sha256=` and the HMAC-SHA256 of the body in hex.
- GitLab: the secret itself in `X-Gitlab-Token`; with a signing token the three `webhook-…` headers below.
- Gitea and Forgejo: `X-Gitea-Signature`, `X-Forgejo-Signature`: the HMAC in hex without a prefix.
- generic: `X-Pagemirror-Signature` in GitHub's manner, or `Authorization: Bearer` and the secret.

The three headers are those of standardwebhooks.com: the signature is over id, time and body, so that an old delivery
can't be sent again under another id or later; the key is what follows `whsec_`, in base64.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from pagemirror.daemon.access import same_secret
from pagemirror.model.numbers import whole_number

__all__ = ["KINDS", "is_signed"]

KINDS: Final = ("github", "gitlab", "gitea", "generic")

_TOLERANCE: Final = 300.0
"""Seconds that a signed time may differ from ours."""

_PREFIX: Final = "sha256="
_BEARER: Final = "Bearer "
_KEY: Final = "whsec_"


def is_signed(kind: str, headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> bool:
    """Whether the delivery bears the secret. `headers` have names in lower case; an empty secret signs nothing."""
    if not secret:
        return False
    match kind:
        case "github":
            return _has_hmac(headers.get("x-hub-signature-256", ""), _PREFIX, body, secret)
        case "gitea":
            names = ("x-forgejo-signature", "x-gitea-signature")
            given = next((headers[name] for name in names if headers.get(name)), "")
            return _has_hmac(given, "", body, secret)
        case "gitlab" if "webhook-signature" in headers:
            return _is_standard(headers, body, secret, now)
        case "gitlab":
            return same_secret(headers.get("x-gitlab-token", ""), secret)
        case "generic" if "x-pagemirror-signature" in headers:
            return _has_hmac(headers["x-pagemirror-signature"], _PREFIX, body, secret)
        case "generic":
            given = headers.get("authorization", "")
            return given.startswith(_BEARER) and same_secret(given.removeprefix(_BEARER), secret)
        case _:
            return False


def _has_hmac(given: str, prefix: str, body: bytes, secret: str) -> bool:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.encode(), f"{prefix}{digest}".encode())


def _is_standard(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    identity, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    sent = whole_number(at)
    if not identity or sent is None or abs(now - sent) > _TOLERANCE:
        return False
    try:
        key = base64.b64decode(secret.removeprefix(_KEY), validate=True)
    except binascii.Error:
        return False
    digest = hmac.new(key, f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = b"v1," + base64.b64encode(digest)
    found = [hmac.compare_digest(given.encode(), wanted) for given in headers["webhook-signature"].split(" ")]
    return any(found)
