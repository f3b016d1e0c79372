"""Accounts, users and data sources: who they are."""

from __future__ import annotations

from pydantic import Field

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Identity, Snake, Text
from flexmeasures.api.v3_0.listing import PageQuery, listed
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.domain.access import may_see_account
from flexmeasures.domain.accounts import ACCOUNT_ADMIN, Account, User
from flexmeasures.domain.beliefs import Source
from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.usecases.manage_users import UserChange, check_own_change
from flexmeasures.usecases.people import change_noted, renew_password
from flexmeasures.web.auth import hashed_here, send_new_password
from flexmeasures.web.errors import FORBIDDEN


class UsersQuery(PageQuery):
    """Which users are asked for."""

    account: Identity | None = None
    account_id: Identity | None = Field(None, alias="account_id")
    include_inactive: bool = Field(False, alias="include_inactive")


class UserFields(Snake):
    """What is told of a user."""

    email: Text | None = Field(None, max_length=255, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")
    username: Text | None = Field(None, min_length=1, max_length=255)
    active: bool | None = None
    timezone: Text | None = None
    flexmeasures_roles: list[int | str] | None = None


class SourcesQuery(Snake):
    """Which sources are asked for."""

    only_latest: bool = True


def list_accounts(call: Call) -> Answer:
    """List the accounts that one may see."""
    query = call.query(PageQuery)
    found = call.platform.store.accounts.accounts()
    rows = [write_account(one) for one in found if may_see_account(call.caller, one.id)]
    return listed(rows, query, ("name", "id"))


def show_account(call: Call) -> Answer:
    """Tell an account."""
    account_id = call.number("account_id")
    found = [one for one in call.platform.store.accounts.accounts() if one.id == account_id]
    if not found:
        raise UnknownEntity(f"Account {call.path['account_id']} not found")
    _demand(may_see_account(call.caller, account_id))
    return Answer.with_status(write_account(found[0]))


def list_users(call: Call) -> Answer:
    """List users: those of one's account by default."""
    query = call.query(UsersQuery)
    account_id = query.account or query.account_id or call.caller.account.id
    if all(one.id != account_id for one in call.platform.store.accounts.accounts()):
        raise UnknownEntity(f"Account {account_id} not found")
    _demand(may_see_account(call.caller, account_id))
    rows = [
        write_user(user)
        for user in call.platform.store.accounts.users()
        if user.account.id == account_id and (user.active or query.include_inactive)
    ]
    return listed(rows, query, ("username", "email"))


def show_user(call: Call) -> Answer:
    """Tell a user."""
    user = _user(call)
    _demand(may_see_account(call.caller, user.account.id))
    return Answer.with_status(write_user(user))


def change_one(call: Call) -> Answer:
    """Change a user."""
    user = _user(call)
    _demand(_may_change(call.caller, user))
    fields = call.json(UserFields)
    change = UserChange(
        fields.email, fields.username, fields.active, fields.timezone, _roles(call, fields.flexmeasures_roles)
    )
    check_own_change(call.caller, user, change)
    _demand(change.role_ids is None or call.caller.is_admin)
    return Answer.with_status(write_user(change_noted(call.caller, user, change, call.logins, call.platform)))


def reset(call: Call) -> Answer:
    """Give a user a password that nobody knows, and tell them by mail how to choose one."""
    user = _user(call)
    _demand(call.caller.is_admin)
    send_new_password(renew_password(call.caller, user, call.logins, hashed_here, call.platform))
    return Answer.with_status({})


def list_sources(call: Call) -> Answer:
    """List the sources of data."""
    query = call.query(SourcesQuery)
    found = call.platform.store.sources.all()
    if query.only_latest:
        found = list({(one.name, one.type, one.model, one.user_id): one for one in found}.values())
    told = [_write_source(one) for one in found]
    return Answer({"types": sorted({one.type for one in found}), "sources": told})


def _write_source(source: Source) -> dict[str, object]:
    kept = ("model", "version", "account_id", "user_id")
    more = {name: getattr(source, name) for name in kept if getattr(source, name) is not None}
    return {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "description": f"{source.name} (model: {source.model})" if source.model else source.name,
        **more,
    }


def write_account(account: Account) -> dict[str, object]:
    """Write an account as JSON."""
    return {
        "id": account.id,
        "name": account.name,
        "primary_color": account.look.primary or None,
        "secondary_color": account.look.secondary or None,
        "logo_url": account.look.logo or None,
        "attributes": "{}",
        "account_roles": [{"id": place, "name": name} for place, name in enumerate(sorted(account.roles), 1)],
        "consultancy_account_id": None,
        "plan_id": None,
    }


def write_user(user: User) -> dict[str, object]:
    """Write a user as JSON."""
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "account_id": user.account.id,
        "account": {"id": user.account.id, "name": user.account.name},
        "active": user.active,
        "timezone": user.timezone,
        "flexmeasures_roles": sorted(user.roles),
        "last_login_at": user.last_login.isoformat() if user.last_login else None,
        "last_seen_at": None,
    }


def _user(call: Call) -> User:
    try:
        return call.platform.store.accounts.user(call.number("user_id"))
    except UnknownEntity as error:
        raise UnknownEntity(f"User {call.path['user_id']} not found") from error


def _may_change(caller: User, user: User) -> bool:
    """Tell whether one may change a user: oneself, and admins of the account or the platform."""
    same = caller.account.id == user.account.id
    return caller.is_admin or caller.id == user.id or (same and caller.has_role(ACCOUNT_ADMIN))


def _roles(call: Call, told: list[int | str] | None) -> tuple[int, ...] | None:
    """Return the ids of roles that are told by id or by name; zero for unknown ones."""
    if told is None:
        return None
    ids = call.platform.store.accounts.role_ids()
    return tuple(one if isinstance(one, int) else ids.get(one, 0) for one in told)


def _demand(allowed: bool) -> None:  # noqa: FBT001 - what is demanded is the question
    if not allowed:
        raise NotAuthorized(FORBIDDEN)


_USER = "/users/<int:user_id>"
ROUTES = (
    Route("GET", "/accounts", list_accounts, "List accounts.", Access.READ, query=PageQuery),
    Route("GET", "/accounts/<int:account_id>", show_account, "Get an account.", Access.READ),
    Route("GET", "/users", list_users, "List users.", Access.READ, query=UsersQuery),
    Route("GET", _USER, show_user, "Get a user.", Access.READ),
    Route("PATCH", _USER, change_one, "Change a user.", Access.UPDATE, UserFields),
    Route("PATCH", f"{_USER}/password-reset", reset, "Give a user a new password.", Access.ADMINS),
    Route("GET", "/sources", list_sources, "List sources of data.", Access.USERS, query=SourcesQuery),
)
