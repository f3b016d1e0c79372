"""Who may call what: each role, on each service, in the order of the documents."""

from __future__ import annotations

import pytest
from tests.unit.api.messages.conftest import SINCE, VERSIONS, Portfolio

from flexmeasures.domain.accounts import USEF_ROLES
from flexmeasures.testing.factories import Factory

DEVICE_SERVICES = {"getDeviceMessage", "postUdiEvent"}
DEVICE_ROLES = {"Prosumer", "ESCo"}
OTHERS = ("admin", "anonymous", "account-admin", "task-runner")
ALL = "Aggregators, Suppliers, MDCs, DSOs, Prosumers, and ESCos"


def _may(role: str, service: str) -> bool:
    if role == "admin":
        return True
    return role in (DEVICE_ROLES if service in DEVICE_SERVICES else USEF_ROLES)


@pytest.mark.parametrize("role", [*USEF_ROLES, *OTHERS])
@pytest.mark.parametrize("in_account", [False, True], ids=["user", "account"])
def test_a_role_opens_its_services(portfolio: Portfolio, role: str, in_account: bool) -> None:
    make = Factory(portfolio.web.platform.store)
    account = make.account(*([role] if in_account else []), name="held")
    user = make.user(*([] if in_account else [role]), account=account, name="holder")
    caller = portfolio.web.as_user(user)
    for service, since in SINCE.items():
        send = caller.get if service.startswith("get") else caller.post
        for version in VERSIONS[VERSIONS.index(since) :]:
            reply = send(f"{version}/{service}", {})
            opened = _may(role, service) and not (in_account and role in OTHERS)

            assert (reply.code != 403) == opened, (version, service)
            assert (reply.status == "INVALID_SENDER") != opened


def test_case_does_not_matter_in_roles(portfolio: Portfolio) -> None:
    user = Factory(portfolio.web.platform.store).user("PROSUMER", name="loud")

    assert portfolio.web.as_user(user).get("v2_0/getConnection").code == 200


@pytest.mark.parametrize(
    ("roles", "service", "text"),
    [
        (
            ["Supplier"],
            "postUdiEvent",
            "You are a Supplier while this service is reserved for Prosumers and ESCos.",
        ),
        (
            ["MDC", "Aggregator"],
            "postUdiEvent",
            "You are an Aggregator and a MDC while this service is reserved for Prosumers and ESCos.",
        ),
        ([], "postMeterData", f"You have no role while this service is reserved for {ALL}."),
    ],
)
def test_the_refusal_says_who_may(portfolio: Portfolio, roles: list[str], service: str, text: str) -> None:
    user = Factory(portfolio.web.platform.store).user(*roles, name="caller")

    reply = portfolio.web.as_user(user).post(f"v1_3/{service}", {})

    assert reply.code == 403
    assert reply.body == {
        "type": f"{service[0].upper()}{service[1:]}Response",
        "result": "Rejected",
        "status": "INVALID_SENDER",
        "message": f"You don't have the right role to access this service. {text}",
    }


def test_anonymous_users_are_refused_whatever_else_they_hold(portfolio: Portfolio) -> None:
    user = Factory(portfolio.web.platform.store).user("anonymous", "admin", name="nobody")

    reply = portfolio.web.as_user(user).get("v1/getMeterData")

    assert reply.body["message"] == (
        "You are an anonymous user while this service is reserved for non-anonymous users."
    )


@pytest.mark.parametrize("service", SINCE)
def test_nobody_gets_in_without_a_token(portfolio: Portfolio, service: str) -> None:
    anonymous = portfolio.web.anonymous()
    send = anonymous.get if service.startswith("get") else anonymous.post
    for version in VERSIONS[VERSIONS.index(SINCE[service]) :]:
        reply = send(f"{version}/{service}", portfolio.right(service))

        assert reply.code == 401
        assert reply.body == {
            "type": f"{service[0].upper()}{service[1:]}Response",
            "status": "UNAUTHORIZED",
            "message": "You could not be properly authenticated for this content or functionality.",
        }


def test_only_the_owner_and_admins_reach_a_connection(portfolio: Portfolio) -> None:
    make = Factory(portfolio.web.platform.store)
    colleague = make.user("Prosumer", account=portfolio.owner.account, name="colleague")
    admin = make.user("admin", name="root")
    query = portfolio.right("getMeterData")

    codes = [
        portfolio.web.as_user(user).get("v2_0/getMeterData", query).code
        for user in (portfolio.owner, colleague, admin)
    ]

    assert codes == [200, 400, 200]


def test_services_are_listed_by_role(portfolio: Portfolio) -> None:
    anonymous = portfolio.web.anonymous()

    listed = anonymous.get("v1_3/getService", {"access": "supplier"}).body["services"]
    unknown = anonymous.get("v1_3/getService", {"access": "Wizard"})

    assert isinstance(listed, list)
    assert {service["name"] for service in listed} == set(SINCE) - DEVICE_SERVICES
    assert (unknown.code, unknown.status) == (400, "INVALID_ROLE")
    assert unknown.body["message"] == "No known services for specified role Wizard."
