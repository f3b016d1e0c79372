// Cuts Natural Earth's 1:10m countries into cells of ten degrees and copies the 1:110m world: the offline map.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { feature } from 'topojson-client';

const CELL = 10;
const target = new URL('../../src/flexmeasures/ui/static/basemap/', import.meta.url);
const atlas = (name) => JSON.parse(readFileSync(new URL(`../node_modules/world-atlas/${name}`, import.meta.url)));

/** Keep the part of a ring on one side of a line (Sutherland-Hodgman). */
function cut(ring, inside, crossing) {
  return ring.flatMap((point, i) => {
    const next = ring[(i + 1) % ring.length];
    const kept = inside(point) ? [point] : [];
    return inside(point) === inside(next) ? kept : [...kept, crossing(point, next)];
  });
}

const onMeridian = (x) => (a, b) => [x, a[1] + ((x - a[0]) / (b[0] - a[0])) * (b[1] - a[1])];
const onParallel = (y) => (a, b) => [a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]), y];

/** Cut a ring down to a cell. */
function within(ring, west, south) {
  let rest = cut(ring, (p) => p[0] >= west, onMeridian(west));
  rest = cut(rest, (p) => p[0] <= west + CELL, onMeridian(west + CELL));
  rest = cut(rest, (p) => p[1] >= south, onParallel(south));
  return cut(rest, (p) => p[1] <= south + CELL, onParallel(south + CELL));
}

const rounded = (point) => point.map((degrees) => +degrees.toFixed(3));
const differs = (point, i, all) => i === 0 || point[0] !== all[i - 1][0] || point[1] !== all[i - 1][1];

/** Yield the west and south edges of the cells that a polygon touches. */
function* cellsOf(outline) {
  const at = (axis, pick) => Math.floor(outline.reduce((best, p) => pick(best, p[axis]), outline[0][axis]) / CELL) * CELL;
  for (let x = at(0, Math.min); x <= at(0, Math.max); x += CELL)
    for (let y = at(1, Math.min); y <= at(1, Math.max); y += CELL) yield [x, y];
}

const cells = new Map();
const countries = atlas('countries-10m.json');
for (const { geometry } of feature(countries, countries.objects.countries).features) {
  for (const polygon of geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) {
    for (const [west, south] of cellsOf(polygon[0])) {
      const rings = polygon
        .map((ring) => within(ring.slice(0, -1), west, south).map(rounded).filter(differs))
        .filter((ring) => ring.length > 3)
        .map((ring) => [...ring, ring[0]]);
      const key = `${west}_${south}`;
      if (rings.length) cells.set(key, [...(cells.get(key) ?? []), rings]);
    }
  }
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const write = (name, data) => writeFileSync(new URL(`${name}.json.gz`, target), gzipSync(JSON.stringify(data), { level: 9 }));
for (const [key, polygons] of cells) write(key, polygons);
write('world', atlas('countries-110m.json'));
console.log(`${cells.size} cells`);
