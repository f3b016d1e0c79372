// The dashboard: the map beside the list of assets, both of the same state.

import * as L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './styles/map.css';
import { onTheme } from './colours';
import { ground } from './map/basemap';
import { Pins } from './map/pins';
import { places } from './map/places';
import { look, one } from './page';

const element = document.querySelector<HTMLElement>('.map');
if (element) {
  const map = L.map(element, { minZoom: 1, maxZoom: 12, preferCanvas: true, zoomSnap: 0.5, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, worldCopyJump: true });
  map.attributionControl.setPrefix(false).addAttribution('Natural Earth');
  map.setView([30, 10], 2);
  const pins = new Pins(map);
  const list = one('#state');
  pins.show(places(list));
  begin(map, pins);
  onTheme(ground(map, element));
  document.querySelector('[data-fit]')?.addEventListener('click', () => { pins.fit(); look('bbox', ''); });
  for (const event of ['dragend', 'keydown', 'zoomend'] as const) map.on(event, () => map.once('moveend', () => look('bbox', boxOf(map))));
  map.on('popupopen', () => look('asset', String(pins.opened ?? '')));
  map.on('popupclose', () => look('asset', ''));
  const idAt = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset.id;
  list.addEventListener('pointerover', (event) => pins.light(Number(idAt(event) ?? NaN)));
  list.addEventListener('pointerleave', () => pins.light(null));
  list.addEventListener('focusin', (event) => pins.light(Number(idAt(event) ?? NaN)));
  new MutationObserver(() => pins.show(places(list))).observe(list, { attributes: true, attributeFilter: ['data-places'] });
  document.documentElement.setAttribute('data-drawn', '');
}

/** Show what the address states: a box in degrees west, south, east and north, and an asset; all of them otherwise. */
function begin(map: L.Map, pins: Pins): void {
  const query = new URLSearchParams(location.search);
  const [west, south, east, north] = (query.get('bbox') ?? '').split(',').map(Number) as [number, number, number, number];
  if (north > south && east > west) map.fitBounds([[south, west], [north, east]]);
  else pins.fit();
  const asset = Number(query.get('asset') ?? NaN);
  if (asset) pins.open(asset);
}

function boxOf(map: L.Map): string {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(3)).join(',');
}
