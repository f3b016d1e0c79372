// The dashboard: the map beside the list of assets, both of the same state.

import * as L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './styles/map.css';
import { onTheme } from './colours';
import { ground } from './map/basemap';
import { Pins } from './map/pins';
import { places } from './map/places';
import { one } from './page';

const element = document.querySelector<HTMLElement>('.map');
if (element) {
  const map = L.map(element, { minZoom: 1, maxZoom: 12, preferCanvas: true, zoomSnap: 0.5, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, worldCopyJump: true });
  map.attributionControl.setPrefix(false).addAttribution('Natural Earth');
  map.setView([30, 10], 2);
  const pins = new Pins(map);
  const list = one('#state');
  pins.show(places(list));
  pins.fit();
  onTheme(ground(map, element));
  document.querySelector('[data-fit]')?.addEventListener('click', () => pins.fit());
  const idAt = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset.id;
  list.addEventListener('pointerover', (event) => pins.light(Number(idAt(event) ?? NaN)));
  list.addEventListener('pointerleave', () => pins.light(null));
  list.addEventListener('focusin', (event) => pins.light(Number(idAt(event) ?? NaN)));
  new MutationObserver(() => pins.show(places(list))).observe(list, { attributes: true, attributeFilter: ['data-places'] });
  document.documentElement.setAttribute('data-drawn', '');
}
