// The form of an asset: a map whose pin and two fields follow each other.

import * as L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './styles/map.css';
import { onTheme } from './colours';
import { ground } from './map/basemap';
import { one } from './page';

const NEAR = 7;
const element = one('.place');
const latitude = one<HTMLInputElement>('#latitude');
const longitude = one<HTMLInputElement>('#longitude');

const map = L.map(element, { minZoom: 1, maxZoom: 14, preferCanvas: true, zoomSnap: 0.5, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, worldCopyJump: true });
map.attributionControl.setPrefix(false).addAttribution('Natural Earth');
const icon = L.divIcon({ className: 'pin chosen', iconSize: [22, 22] });
const pin = L.marker([0, 0], { icon, draggable: true, keyboard: false, title: 'The chosen place: drag it' });

/** Return the place that is typed, if there is one. */
function typed(): L.LatLng | null {
  const [north, east] = [latitude, longitude].map((field) => (field.value.trim() ? Number(field.value.replace(',', '.').replace('−', '-')) : NaN));
  return Math.abs(north!) <= 90 && Math.abs(east!) <= 180 ? L.latLng(north!, east!) : null;
}

function follow(): void {
  const place = typed();
  if (!place) { pin.remove(); return; }
  pin.setLatLng(place).addTo(map);
  if (!map.getBounds().contains(place)) map.setView(place, Math.max(map.getZoom(), NEAR));
}

function choose(place: L.LatLng): void {
  const { lat, lng } = place.wrap();
  latitude.value = lat.toFixed(5);
  longitude.value = lng.toFixed(5);
  for (const field of [latitude, longitude]) field.dispatchEvent(new Event('change', { bubbles: true }));
  pin.setLatLng([lat, lng]).addTo(map);
}

const begin = typed();
if (begin) map.setView(begin, NEAR);
else map.setView([30, 10], 1.5);
follow();
onTheme(ground(map, element));
map.on('click', (event) => choose(event.latlng));
pin.on('dragend', () => choose(pin.getLatLng()));
latitude.addEventListener('input', follow);
longitude.addEventListener('input', follow);
document.documentElement.setAttribute('data-drawn', '');
