"""Assets that are part of others, on the list, in the form and on their pages."""

from __future__ import annotations

from tests.browser.scene import ADMIN, PROSUMER, STRANGER
from tests.browser.site import Site
from tests.unit.ui.conftest import Enter
from tests.unit.ui.test_asset_forms import send


def form_of(site: Site, name: str, **changes: str) -> dict[str, str]:
    """Return the form of a building of the scene, but for some changes."""
    asset = site.scene.assets[name]
    return {
        "display_name": asset.display_name,
        "type": asset.type.name,
        "capacity": "0.8",
        "resolution": "15",
        "timezone": "Europe/Amsterdam",
        "market": str(site.scene.market.id),
        "owner": str(asset.owner_id),
        "latitude": str(asset.latitude),
        "longitude": str(asset.longitude),
        **changes,
    }


def test_an_asset_becomes_part_of_another_and_leaves_it(site: Site, enter: Enter) -> None:
    client, scene = enter(PROSUMER), site.scene
    hall, roof = scene.assets["Town hall"].id, scene.assets["Bus charging"].id
    store = site.platform.store.assets
    path = f"/assets/{roof}/edit"
    assert f'<option value="{hall}">Town hall' in client.get(path).text
    code, page = send(client, path, form_of(site, "Bus charging", parent=str(hall)))
    assert code == 200
    assert store.asset(roof).parent_id == hall
    assert "Part of" in page
    assert "Made part of Town hall." in page
    assert "Bus charging</a>" in client.get(f"/assets/{hall}").text
    listed = client.get("/assets?sort=group&per=25").text
    assert "in Town hall" in listed
    assert listed.index("Town hall") < listed.index("Bus charging")
    assert f"{roof}" in next(
        row for row in client.get("/assets.csv").text.splitlines() if row.endswith(f",{hall}")
    )
    send(client, path, form_of(site, "Bus charging"))
    assert store.asset(roof).parent_id == hall
    send(client, path, form_of(site, "Bus charging", parent=""))
    assert store.asset(roof).parent_id is None


def test_nothing_is_part_of_itself_or_of_what_others_own(site: Site, enter: Enter) -> None:
    scene, client = site.scene, enter(ADMIN)
    hall, roof = scene.assets["Town hall"].id, scene.assets["Bus charging"].id
    send(client, f"/assets/{roof}/edit", form_of(site, "Bus charging", parent=str(hall)))
    for parent in (hall, roof, 999_999):
        code, page = send(client, f"/assets/{hall}/edit", form_of(site, "Town hall", parent=str(parent)))
        assert code == 422
        assert "part of another asset that you may change" in page
    assert site.platform.store.assets.asset(hall).parent_id is None
    assert "Town hall" not in enter(STRANGER).get("/assets?sort=group").text


def test_the_form_shows_the_latest_state(site: Site, enter: Enter) -> None:
    client = enter(PROSUMER)
    page = client.get(f"/assets/{site.scene.assets['Town hall'].id}/edit").text
    assert 'class="measured" d="M' in page
    assert "consuming" in page.split("Latest state")[1]
    silent = client.get(f"/assets/{next(a.id for n, a in site.scene.assets.items() if 'script' in n)}/edit")
    assert "Latest state" not in silent.text
