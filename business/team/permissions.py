"""The permissions there are, and what the built-in roles hold.

Their texts are ``access.label.<name>`` and ``access.about.<name>``.
"""

from typing import Final, Literal

RoleName = Literal["owner", "manager", "agent"]

_AGENT = ("contacts.edit", "visitors.block", "appointments.edit")
_MANAGER = (
    "conversations.all",
    "messages.delete",
    *_AGENT,
    "contacts.delete",
    "contacts.merge",
    "contacts.import",
    "contacts.export",
    "catalogues.edit",
    "canned.edit",
    "knowledge.edit",
    "services.edit",
    "schedules.edit",
    "bot.teach",
    "tasks.all",
    "inboxes.edit",
    "audit.read",
)
PERMISSIONS: Final[tuple[str, ...]] = (
    *_MANAGER,
    "contacts.erase",
    "agents.manage",
    "roles.manage",
    "teams.manage",
    "tokens.manage",
    "settings.edit",
    "backup.run",
    "demo.remove",
)
"""All names, in the order in which they are shown. A new one is also given to the owners of standing stores, by a
migration."""
ROLES: Final[dict[RoleName, tuple[str, ...]]] = {"owner": PERMISSIONS, "manager": _MANAGER, "agent": _AGENT}
"""The built-in roles: they are neither changed nor removed. An owner holds everything, whatever is said of him."""
