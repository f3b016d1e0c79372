// Builds the tests into a folder of its own, because Node reads no TypeScript, and runs them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

const out = mkdtempSync(join(tmpdir(), 'frontend-tests-'));
const input = readdirSync('test').filter((name) => name.endsWith('.test.ts')).map((name) => join('test', name));
await build({ configFile: false, logLevel: 'error', build: { ssr: true, target: 'node20', outDir: out, emptyOutDir: true, rollupOptions: { input, output: { entryFileNames: '[name].mjs' } } } });
const files = readdirSync(out).filter((name) => name.endsWith('.test.mjs')).map((name) => join(out, name));
const { status } = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit', env: { ...process.env, TZ: 'America/New_York' } });
rmSync(out, { recursive: true });
process.exit(status ?? 1);
