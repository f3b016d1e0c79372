// Pins that keep apart: near ones push each other away, far out they gather in clusters.

import * as L from 'leaflet';
import { glyph } from '../page';
import type { Place } from './places';
import { popup } from './popup';

const LEAST_GAP = 3;
const CLUSTERED_BELOW = 8;
const CLUSTER_REACH = 22;
const CLUSTER = 38;

/** Something round on the map that wants its place. */
interface Body { marker: L.Marker; size: number; home: L.LatLng }

interface Pin { place: Place; marker: L.Marker; size: number; home: L.LatLng }

/** All pins of a map. */
export class Pins {
  private pins: Pin[] = [];
  private clusters: L.Marker[] = [];
  private readonly map: L.Map;

  constructor(map: L.Map) {
    this.map = map;
    map.on('zoomend', () => this.arrange());
  }

  /** Show places; pins that stay are changed in place. */
  show(places: Place[]): void {
    const open = this.opened;
    this.pins.forEach(({ marker }) => marker.remove());
    const largest = Math.max(...places.map(({ size }) => size), 1e-9);
    this.pins = places.map((place) => {
      const size = Math.round(26 + 18 * Math.sqrt(place.size / largest));
      const home = L.latLng(place.latitude, place.longitude);
      const element = document.createElement('div');
      element.append(glyph(place.kind));
      const icon = L.divIcon({ className: `kind pin ${place.kind} ${place.freshness}${place.coming ? ' coming' : ''}`, html: element, iconSize: [size, size] });
      const marker = L.marker(home, { title: place.name, alt: `${place.name}, ${place.type}: ${place.state}${place.coming ? '; a schedule will change it' : ''}`, icon });
      marker.bindPopup(() => popup(place), { minWidth: 220, autoPanPadding: [24, 24] });
      return { place, marker, size, home };
    });
    this.arrange();
    if (open !== undefined) this.pins.find(({ place }) => place.id === open)?.marker.openPopup();
  }

  /** Show all places at once. */
  fit(): void {
    if (this.pins.length) this.map.fitBounds(L.latLngBounds(this.pins.map(({ home }) => home)).pad(0.12), { maxZoom: 9 });
  }

  /** Open what the pin of an asset tells; it is brought into sight if it is in a cluster. */
  open(id: number): void {
    const pin = this.pins.find(({ place }) => place.id === id);
    if (!pin) return;
    if (!this.map.hasLayer(pin.marker)) this.map.setView(pin.home, CLUSTERED_BELOW);
    pin.marker.openPopup();
  }

  /** The asset whose popup is open. */
  get opened(): number | undefined {
    return this.pins.find(({ marker }) => marker.isPopupOpen())?.place.id;
  }

  /** Mark the pin of an asset, or of none. */
  light(id: number | null): void {
    for (const { place, marker } of this.pins) marker.getElement()?.classList.toggle('lit', place.id === id);
  }

  private arrange(): void {
    this.clusters.forEach((cluster) => cluster.remove());
    this.clusters = [];
    const waiting = new Set(this.pins);
    const bodies: Body[] = [];
    for (const pin of this.pins) {
      if (!waiting.has(pin)) continue;
      const group = [...waiting].filter((other) => other === pin || this.touches(pin, other));
      group.forEach((member) => waiting.delete(member));
      bodies.push(group.length === 1 ? pin : this.gather(group));
    }
    this.pushApart(bodies);
  }

  private touches(one: Pin, other: Pin): boolean {
    const apart = this.at(one).distanceTo(this.at(other));
    return apart < (this.map.getZoom() < CLUSTERED_BELOW ? CLUSTER_REACH : (one.size + other.size) * 0.2);
  }

  private at(body: Body): L.Point {
    return this.map.latLngToContainerPoint(body.home);
  }

  private gather(group: Pin[]): Body {
    group.forEach(({ marker }) => marker.remove());
    const bounds = L.latLngBounds(group.map(({ home }) => home));
    const names = group.map(({ place }) => place.name).join(', ');
    const icon = L.divIcon({ className: 'kind pin cluster', html: String(group.length), iconSize: [CLUSTER, CLUSTER] });
    const apart = bounds.getNorthEast().distanceTo(bounds.getSouthWest()) > 20;
    const cluster = L.marker(bounds.getCenter(), { title: names, alt: `${group.length} assets: ${names}`, icon });
    if (apart) cluster.on('click', () => this.map.fitBounds(bounds.pad(0.3)));
    else cluster.bindPopup(() => { const all = document.createElement('div'); all.append(...group.map(({ place }) => popup(place))); return all; });
    this.clusters.push(cluster);
    return { marker: cluster, size: CLUSTER, home: bounds.getCenter() };
  }

  private pushApart(bodies: Body[]): void {
    const points = bodies.map((body) => this.at(body));
    for (let round = 0; round < 30; round += 1)
      for (let i = 0; i < bodies.length; i += 1)
        for (let j = i + 1; j < bodies.length; j += 1) {
          const by = points[j]!.subtract(points[i]!);
          const apart = Math.hypot(by.x, by.y) || 1;
          const need = (bodies[i]!.size + bodies[j]!.size) / 2 + LEAST_GAP;
          if (apart >= need) continue;
          const push = (apart === 1 ? L.point(1, 1) : by).multiplyBy((need - apart) / 2 / apart);
          points[i] = points[i]!.subtract(push);
          points[j] = points[j]!.add(push);
        }
    bodies.forEach(({ marker }, i) => marker.setLatLng(this.map.containerPointToLatLng(points[i]!)).addTo(this.map));
  }
}
