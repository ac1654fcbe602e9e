"""The server's JSON: pages, spaces, users, files and errors as the recordings show them."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pagemirror.sandbox.exchange import Answer, Json
from pagemirror.sandbox.ravendocs_rpc.pages import Attachment, Page, Space, User, Version

__all__ = [
    "JSON_TYPE",
    "attachment",
    "crumb",
    "done",
    "error_answer",
    "full_page",
    "history_row",
    "iso",
    "listing",
    "search_row",
    "short_page",
    "sidebar_row",
    "space_info",
    "user_info",
    "workspace_info",
]

JSON_TYPE = "application/json; charset=utf-8"
_PERMISSIONS = {"admin": ("manage", "manage", "manage"), "writer": ("read", "read", "manage")}
_SUBJECTS = ("settings", "member", "page")


def iso(milliseconds: int) -> str:
    """A time as the server writes it."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def done(*data: Any) -> Answer:
    """A success, with data or without."""
    body: Json = {"data": data[0]} if data else {}
    return Answer(status=200, body={**body, "success": True, "status": 200}, kind=JSON_TYPE)


def error_answer(status: int, message: str | Sequence[str], *, path: str, at: int) -> Answer:
    """An error; a list where fields are wrong."""
    told = message if isinstance(message, str) else list(message)
    body = {"statusCode": status, "message": told, "timestamp": iso(at), "path": path}
    return Answer(status=status, body=body, kind=JSON_TYPE)


def listing(rows: Sequence[Json], *, page: Any, limit: Any, more: bool, before: bool) -> Answer:
    """One page of a list; the server never says how many there are."""
    meta = {"limit": limit, "page": page, "hasNextPage": more, "hasPrevPage": before and bool(rows)}
    return done({"items": list(rows), "meta": meta})


def short_page(page: Page, workspace: str) -> Json:
    """A page as a create answers it."""
    return {
        "id": page.id,
        "slugId": page.slug_id,
        "title": page.title,
        "icon": page.icon,
        "coverPhoto": None,
        "position": page.position,
        "parentPageId": page.parent,
        "creatorId": page.creator,
        "lastUpdatedById": page.updater,
        "spaceId": page.space,
        "workspaceId": workspace,
        "isLocked": False,
        "createdAt": iso(page.created),
        "updatedAt": iso(page.updated),
        "deletedAt": None if page.deleted is None else iso(page.deleted),
        "contributorIds": list(page.contributors),
        "pageType": page.page_type,
        "metadata": _parsed(page.metadata),
    }


def full_page(page: Page, workspace: str, space: Space, users: Mapping[str, User]) -> Json:
    """A page with its document and who worked on it."""
    return {
        **short_page(page, workspace),
        "content": _parsed(page.content),
        "creator": _person(users[page.creator]),
        "lastUpdatedBy": _person(users[page.updater]),
        "contributors": [_person(users[key]) for key in page.contributors],
        "space": {"id": space.id, "name": space.name, "slug": space.slug},
    }


def sidebar_row(page: Page, *, has_children: bool) -> Json:
    """A page among its siblings."""
    return {**crumb(page, has_children=has_children), "creatorId": page.creator}


def crumb(page: Page, *, has_children: bool) -> Json:
    """A page on the way to another."""
    return {
        "id": page.id,
        "slugId": page.slug_id,
        "title": page.title,
        "icon": page.icon,
        "position": page.position,
        "parentPageId": page.parent,
        "spaceId": page.space,
        "hasChildren": has_children,
    }


def search_row(page: Page, space: Space) -> Json:
    """A page whose title was found; the rank is that of one word in a title."""
    return {
        "id": page.id,
        "slugId": page.slug_id,
        "title": page.title,
        "icon": page.icon,
        "parentPageId": page.parent,
        "creatorId": page.creator,
        "createdAt": iso(page.created),
        "updatedAt": iso(page.updated),
        "rank": 0.6079271,
        "highlight": None,
        "space": {"id": space.id, "name": space.name, "slug": space.slug},
    }


def history_row(page: Page, version: Version, workspace: str, users: Mapping[str, User]) -> Json:
    """One row of a page's history, with its document."""
    return {
        "id": version.id,
        "pageId": page.id,
        "slugId": page.slug_id,
        "title": version.title,
        "content": _parsed(version.content),
        "slug": None,
        "icon": version.icon,
        "coverPhoto": None,
        "version": None,
        "lastUpdatedById": version.by,
        "spaceId": page.space,
        "workspaceId": workspace,
        "createdAt": iso(version.at),
        "updatedAt": iso(version.at),
        "lastUpdatedBy": _person(users[version.by]),
    }


def attachment(file: Attachment, page: Page, workspace: str) -> Json:
    """A file; its size is text."""
    _, dot, ending = file.name.rpartition(".")
    return {
        "id": file.id,
        "fileName": file.name,
        "filePath": f"{workspace}/files/{file.id}/{file.name}",
        "fileSize": str(len(file.content)),
        "fileExt": f"{dot}{ending}" if dot else "",
        "mimeType": file.mime,
        "type": "file",
        "creatorId": file.creator,
        "pageId": page.id,
        "spaceId": page.space,
        "workspaceId": workspace,
        "createdAt": iso(file.created),
        "updatedAt": iso(file.updated),
        "deletedAt": None,
    }


def space_info(space: Space, workspace: str, *, count: Callable[[int], object], member: str | None = None) -> Json:
    """A space; with `member`, what that user is there."""
    info: Json = {
        "id": space.id,
        "name": space.name,
        "description": space.description,
        "slug": space.slug,
        "logo": None,
        "visibility": "private",
        "defaultRole": "writer",
        "creatorId": space.creator,
        "workspaceId": workspace,
        "createdAt": iso(space.created),
        "updatedAt": iso(space.created),
        "deletedAt": None,
        "memberCount": count(len(space.members)),
    }
    if member is not None:
        role = space.role_of(member) or "reader"
        actions = _PERMISSIONS.get(role, ("read", "read", "read"))
        permissions = [{"action": act, "subject": what} for act, what in zip(actions, _SUBJECTS, strict=True)]
        info["membership"] = {"userId": member, "role": role, "permissions": permissions}
    return info


def user_info(user: User, workspace: str, began: int) -> Json:
    """Somebody, as they see themselves."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "emailVerifiedAt": iso(began),
        "avatarUrl": None,
        "role": user.role,
        "workspaceId": workspace,
        "locale": "en-US",
        "timezone": None,
        "settings": {"integrations": {"agentProviders": {}}},
        "lastLoginAt": iso(began),
        "deactivatedAt": None,
        "createdAt": iso(began),
        "updatedAt": iso(began),
        "deletedAt": None,
    }


def workspace_info(workspace: str, space: str, began: int, *, members: int | None = None) -> Json:
    """The workspace; with `members`, also what `users/me` adds."""
    hours = {"timezone": "UTC", "dailyHour": 7, "weeklyDay": 1, "monthlyDay": 1}
    flags = {"dailyEnabled": True, "weeklyEnabled": True, "monthlyEnabled": True}
    schedule = {**hours, **flags, "lastWeeklyReviewRun": iso(began)}
    info: Json = {
        "id": workspace,
        "name": "Sandbox",
        "description": None,
        "logo": None,
        "hostname": None,
        "customDomain": None,
        "settings": {"agent": {"allowPageWrites": True, "autonomySchedule": schedule}},
        "defaultRole": "member",
        "emailDomains": [],
        "defaultSpaceId": space,
        "createdAt": iso(began),
        "updatedAt": iso(began),
        "deletedAt": None,
        "status": "active",
    }
    if members is not None:
        rest = ("plan", None), ("enforceSso", False), ("licenseKey", None), ("stripeCustomerId", None)
        info |= {**dict(rest), "trialEndAt": None, "memberCount": members}
    return info


def _person(user: User) -> Json:
    return {"id": user.id, "name": user.name, "avatarUrl": None}


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)
