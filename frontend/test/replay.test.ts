import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChartData } from '../src/chart/data';
import { asKnown, valuesAt } from '../src/chart/known';

const track = { event: [0, 1, 0], time: [0, 1, 2], value: [1, 2, 3] };

test('of each step the value counts that was recorded last', () => {
  assert.deepEqual([0, 1, 2].map((place) => valuesAt(track, 2, place)), [[1, null], [1, 2], [3, 2]]);
});

test('an earlier period stays beside what was known', () => {
  const shown: ChartData = { start: 0, end: 3600, last: null, panels: [{
    key: 'power', title: 'Power', unit: 'MW', note: '', start: 0, step: 900, size: 4, bucketed: false,
    series: [{ key: 'earlier:Day before', role: 'earlier', name: 'Day before', values: [1, 2, 3, 4] }],
  }] };
  const told = { key: 'power', unit: 'MW', start: 900, step: 900, size: 2, tracks: [{ key: 'm', role: 'measured' as const, name: 'Measured', ...track }] };
  const [panel] = asKnown({ start: 0, step: 60, size: 3, panels: [told] }, 2, shown, [900, 2700]).panels;
  assert.deepEqual(panel!.series.map(({ values }) => values), [[3, 2], [2, 3]]);
});
