// How the browser tests run. `cargo xtask test` sets everything up and calls this; by hand it is
// `npx playwright test` here, after `cargo xtask test` or with a debug server already built.
import { defineConfig, devices } from '@playwright/test';

// The system's Chromium; without it Playwright uses the one that it brought itself.
const executablePath = process.env.CHROMIUM || undefined;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results/files',
  // Each test drives a server and a browser: more at a time only makes all of them late.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'chromium' }],
});
