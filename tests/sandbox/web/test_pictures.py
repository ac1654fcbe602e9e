"""Pictures of pages in the reader's view: a browser gets them as a reader who is logged in does."""

import json
import re

import httpx

from pagemirror.sandbox.process import SandboxProcess

PICTURE = b"\x89PNG\r\n\x1a\n picture"


def test_an_uploaded_picture_is_shown_to_who_looks_at_the_page_and_to_nobody_else(sandbox: SandboxProcess) -> None:
    access = sandbox.ravendocs_rpc
    page = sandbox.create("ravendocs_rpc", "Pictures")["id"]
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        sent = client.post(
            f"{access.base_url}/files/upload",
            headers={"Authorization": f"Bearer {access.token}"},
            data={"pageId": page},
            files={"file": ("p.png", PICTURE, "image/png")},
        )
        address = f"/ravendocs-rpc/api/files/{sent.json()['id']}/p.png"
        image = {"type": "image", "attrs": {"src": address, "alt": "A picture"}}
        sandbox.edit("ravendocs_rpc", page, content=json.dumps({"type": "doc", "content": [image]}))
        assert client.get(address).status_code == 401
        shown = client.get(f"/ravendocs_rpc/pages/{page}")
        (source,) = re.findall(r'<img src="([^"]+)" alt="A picture"', shown.text)
        assert (source, client.get(source).content) == (address, PICTURE)
        cookie = shown.headers["set-cookie"].lower()
        assert {"path=/ravendocs-rpc", "httponly", "samesite=strict"} <= {part.strip() for part in cookie.split(";")}
        assert "set-cookie" not in client.get("/").headers
