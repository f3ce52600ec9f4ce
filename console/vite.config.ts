import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The service serves the pages at /console, with a nonce of its own in the place of this one: src/console/console-files.ts. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/console-pages',
    emptyOutDir: true,
    // An asset within a style sheet would be one more kind of source for the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  // For work on the console beside a running service.
  server: { proxy: { '/admin': 'http://127.0.0.1:3000', '/services': 'http://127.0.0.1:3000' } },
});
