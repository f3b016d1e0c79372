import { defineConfig } from 'vite';

// One entry per page; the server finds the hashed names in the manifest.
export default defineConfig({
  base: './',
  build: {
    outDir: '../src/flexmeasures/ui/static/dist',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome125', 'firefox126', 'safari18'],
    assetsInlineLimit: 0,
    modulePreload: false,
    manifest: 'manifest.json',
    rollupOptions: {
      input: ['src/frame.ts', 'src/dashboard.ts', 'src/asset.ts', 'src/place.ts', 'src/upload.ts', 'src/portfolio.ts', 'src/analytics.ts'],
      output: {
        // Few requests: what charts share is one file, what all pages share another.
        codeSplitting: {
          groups: [
            { name: 'chart', priority: 1, test: /src\/(chart\/(?!data)|followed)|uplot|styles\/chart/ },
            { name: 'page', priority: 2, test: /src\/(page|live|colours|time|chart\/data)\.ts/ },
          ],
        },
      },
    },
  },
});
