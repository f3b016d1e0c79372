import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../src/chart/data';
import { isPointwise, momentOf, stepAt } from '../src/chart/data';

const panel: Panel = {
  key: 'power', title: 'Power', unit: 'MW', note: '', start: 900, step: 900, size: 3, bucketed: false,
  series: [{ key: 'm', role: 'measured', name: 'Measured', values: [null, 1, 2], behind: [null, 60, 300] }],
};

test('a value that holds at a moment tells which', () => {
  assert.ok(isPointwise(panel));
  assert.deepEqual([0, 1, 2].map((step) => momentOf(panel, step)), [900, 1860, 3000]);
  assert.equal(momentOf({ ...panel, series: [{ ...panel.series[0]!, behind: undefined }] }, 1), 1800);
});

test('a step holds its start and not its end', () => {
  assert.deepEqual([899, 900, 1799, 1800, 3599, 3600].map((instant) => stepAt(panel, instant)), [-1, 0, 0, 1, 2, -1]);
});
