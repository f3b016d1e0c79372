// The offline map: the world of Natural Earth far out, cells of ten degrees nearer by, all from our own server.

import * as L from 'leaflet';
import type { FeatureCollection, Polygon } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { colour } from '../colours';

const CELL = 10;
const NEAR = 5;

/** Put the tiles of the operator's choice under a map, if there are any, or else the land as we have it. */
export function ground(map: L.Map, element: HTMLElement): () => void {
  const tiles = element.dataset.tiles;
  if (!tiles) return basemap(map, element.dataset.basemap!);
  map.attributionControl.addAttribution('© Mapbox © OpenStreetMap');
  L.tileLayer(tiles, { maxZoom: 19, referrerPolicy: 'origin' }).addTo(map);
  return () => undefined;
}

/** Draw land under a map, in as much detail as the zoom needs; return what redraws it in other colours. */
export function basemap(map: L.Map, folder: string): () => void {
  const style = (): L.PathOptions => ({ color: colour('coast'), weight: 0.8, fillColor: colour('land'), fillOpacity: 1 });
  const world = L.geoJSON(undefined, { style, interactive: false });
  const detail = L.geoJSON(undefined, { style, interactive: false });
  const seen = new Set<string>();
  const follow = async (): Promise<void> => {
    const near = map.getZoom() >= NEAR;
    map.removeLayer(near ? world : detail);
    (near ? detail : world).addTo(map);
    if (!near) await once('world', async (answer) => { world.addData(countries((await answer.json()) as Topology)); });
    else await Promise.all(cells(map.getBounds().pad(0.2)).map((key) => once(key, async (answer) => { detail.addData(polygons((await answer.json()) as Polygon['coordinates'][])); })));
  };
  const once = async (key: string, add: (answer: Response) => Promise<void>): Promise<void> => {
    if (seen.has(key)) return;
    seen.add(key);
    const answer = await fetch(`${folder}${key}.json`);
    if (answer.status === 200) await add(answer);
  };
  map.on('moveend', () => void follow());
  void follow();
  return () => { world.setStyle(style()); detail.setStyle(style()); };
}

const countries = (world: Topology): FeatureCollection => feature(world, world.objects.countries as GeometryCollection);

const polygons = (cell: Polygon['coordinates'][]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: cell.map((coordinates) => ({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates } })),
});

function cells(bounds: L.LatLngBounds): string[] {
  const from = (degrees: number) => Math.floor(degrees / CELL) * CELL;
  const found: string[] = [];
  for (let west = from(bounds.getWest()); west < bounds.getEast(); west += CELL)
    for (let south = from(bounds.getSouth()); south < bounds.getNorth(); south += CELL)
      if (west >= -180 && west < 180 && south >= -90 && south < 90) found.push(`${west}_${south}`);
  return found;
}
