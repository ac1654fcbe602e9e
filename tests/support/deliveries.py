"""Deliveries as Git servers send them: headers and bodies in their manner, signed with their kind of signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["GONE", "SECRET", "Delivery", "forgejo", "gitea", "github", "gitlab", "gitlab_signed"]

SECRET = "a-webhook-secret"
BEFORE, AFTER, GONE = "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "59b20b8d5c6ff8d09518454d4dd8b7b30f095ab5", "0" * 40
KEY = b"k" * 32
SIGNING_TOKEN = f"whsec_{base64.b64encode(KEY).decode()}"


@dataclass(frozen=True)
class Delivery:
    headers: Mapping[str, str]
    body: bytes


def _hex(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def github(
    ref: str = "refs/heads/main",
    *,
    event: str = "push",
    after: str = AFTER,
    forced: bool = False,
    full_name: str = "acme/handbook",
    delivery: str = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    secret: str = SECRET,
    form: bool = False,
) -> Delivery:
    """What GitHub sends; `form` is its other content type."""
    about: dict[str, Any] = {
        "id": 186853002,
        "name": full_name.rpartition("/")[2],
        "full_name": full_name,
        "private": False,
        "html_url": f"https://github.com/{full_name}",
        "url": f"https://api.github.com/repos/{full_name}",
        "git_url": f"git://github.com/{full_name}.git",
        "ssh_url": f"git@github.com:{full_name}.git",
        "clone_url": f"https://github.com/{full_name}.git",
        "default_branch": "main",
    }
    payload: dict[str, Any] = {
        "ref": ref,
        "before": BEFORE,
        "after": after,
        "repository": about,
        "pusher": {"name": "octocat", "email": "octocat@example.com"},
        "sender": {"login": "octocat", "id": 1},
        "created": False,
        "deleted": after == GONE,
        "forced": forced,
        "base_ref": None,
        "compare": f"https://github.com/{full_name}/compare/{BEFORE[:12]}...{after[:12]}",
        "commits": [],
        "head_commit": None,
    }
    if event == "ping":
        payload = {
            "zen": "Keep it logically awesome.",
            "hook_id": 1,
            "hook": {"type": "Repository"},
            "repository": about,
        }
    body = json.dumps(payload).encode()
    kind = "application/json"
    if form:
        from urllib.parse import urlencode  # noqa: PLC0415 - for this case only

        body, kind = urlencode({"payload": body.decode()}).encode(), "application/x-www-form-urlencoded"
    return Delivery(
        headers={
            "User-Agent": "GitHub-Hookshot/044aadd",
            "Content-Type": kind,
            "X-GitHub-Delivery": delivery,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": "292430182",
            "X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": f"sha256={_hex(body, secret)}",
        },
        body=body,
    )


def _project(ref: str, after: str, path: str) -> dict[str, Any]:
    tag = ref.startswith("refs/tags/")
    return {
        "object_kind": "tag_push" if tag else "push",
        "event_name": "tag_push" if tag else "push",
        "before": BEFORE,
        "after": after,
        "ref": ref,
        "ref_protected": True,
        "checkout_sha": None if after == GONE else after,
        "user_id": 4,
        "user_name": "A Person",
        "project_id": 15,
        "project": {
            "id": 15,
            "name": "Handbook",
            "web_url": f"https://gitlab.example.com/{path}",
            "git_ssh_url": f"git@gitlab.example.com:{path}.git",
            "git_http_url": f"https://gitlab.example.com/{path}.git",
            "path_with_namespace": path,
            "default_branch": "main",
        },
        "commits": [],
        "total_commits_count": 0,
    }


def gitlab(
    ref: str = "refs/heads/main",
    *,
    event: str = "",
    after: str = AFTER,
    path: str = "acme/handbook",
    delivery: str = "f5e5f430-f57b-4e6e-9fac-d9128cd7232f",
    secret: str = SECRET,
) -> Delivery:
    """What GitLab sends with a secret token."""
    told = event or ("Tag Push Hook" if ref.startswith("refs/tags/") else "Push Hook")
    return Delivery(
        headers={
            "User-Agent": "GitLab/18.4.0",
            "Content-Type": "application/json",
            "X-Gitlab-Event": told,
            "X-Gitlab-Webhook-UUID": "6d5eb2a0-0f8b-4dbe-a2a9-5f9c1f2f2e70",
            "X-Gitlab-Instance": "https://gitlab.example.com",
            "X-Gitlab-Event-UUID": "13792a34-cac6-4fda-95a8-c58e00a3954e",
            "Idempotency-Key": delivery,
            "X-Gitlab-Token": secret,
        },
        body=json.dumps(_project(ref, after, path)).encode(),
    )


def gitlab_signed(*, now: float, identity: str = "f5e5f430-f57b-4e6e-9fac-d9128cd7232f", key: bytes = KEY) -> Delivery:
    """What GitLab sends with a signing token."""
    plain = gitlab(delivery=identity)
    at = str(int(now))
    digest = hmac.new(key, f"{identity}.{at}.".encode() + plain.body, hashlib.sha256).digest()
    headers = {name: value for name, value in plain.headers.items() if name != "X-Gitlab-Token"}
    signed = {"webhook-id": identity, "webhook-timestamp": at}
    return Delivery({**headers, **signed, "webhook-signature": "v1," + base64.b64encode(digest).decode()}, plain.body)


def gitea(
    ref: str = "refs/heads/main",
    *,
    event: str = "push",
    after: str = AFTER,
    full_name: str = "acme/handbook",
    delivery: str = "f6266f16-1bf3-46a5-9ea4-602e06ead473",
    secret: str = SECRET,
    brand: str = "Gitea",
) -> Delivery:
    """What Gitea sends, which sends the headers of its ancestors too."""
    payload = {
        "ref": ref,
        "before": BEFORE,
        "after": after,
        "compare_url": f"https://git.example.com/{full_name}/compare/{BEFORE}...{after}",
        "commits": [],
        "repository": {
            "id": 140,
            "name": full_name.rpartition("/")[2],
            "full_name": full_name,
            "html_url": f"https://git.example.com/{full_name}",
            "ssh_url": f"ssh://git@git.example.com:2222/{full_name}.git",
            "clone_url": f"https://git.example.com/{full_name}.git",
            "default_branch": "main",
        },
        "pusher": {"id": 1, "login": "gitea"},
        "sender": {"id": 1, "login": "gitea"},
    }
    if event == "delete":
        payload = {**payload, "ref": ref.rpartition("/")[2], "ref_type": "branch", "pusher_type": "user"}
    body = json.dumps(payload, indent=2).encode()
    digest = _hex(body, secret)
    brands = dict.fromkeys((brand, "Gitea", "Gogs", "GitHub"))
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
    for name in brands:
        headers |= {f"X-{name}-Delivery": delivery, f"X-{name}-Event": event, f"X-{name}-Event-Type": event}
    signed = {f"X-{name}-Signature": digest for name in brands if name != "GitHub"}
    return Delivery({**headers, **signed}, body)


def forgejo(ref: str = "refs/heads/main", **more: Any) -> Delivery:
    """What Forgejo sends: Gitea's, and its own headers."""
    return gitea(ref, brand="Forgejo", **more)
