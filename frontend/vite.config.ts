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
    rollupOptions: { input: ['src/frame.ts', 'src/dashboard.ts', 'src/asset.ts', 'src/portfolio.ts', 'src/analytics.ts'] },
  },
});
