// What every test starts from: a server of its own, and a page on which any error fails the test.
// Import `test` and `expect` from here and not from Playwright.
import { test as base, expect, type Page } from '@playwright/test';
import { Server } from './server';

/** Collects what goes wrong in pages; a test ends with none, but for what it has allowed. */
export class Problems {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Expected from now on or already seen, as the network errors are while a server restarts. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /** Watches a page that the test opened by itself, in another context for example. */
  watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const { url } = message.location();
      this.found.push(`console: ${message.text()} (${url})`);
    });
    page.on('pageerror', (error) => this.found.push(`page: ${error.stack ?? error.message}`));
    page.on('crash', () => this.found.push('page: crashed'));
  }

  /** All that was found and not allowed. */
  get unexpected(): string[] {
    return this.found.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
  }
}

/** What Chromium prints while a server is gone. Pass it to `problems.allow` for such a test. */
export const WHILE_DOWN =
  /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

type Options = {
  /** Environment for the server: `test.use({ serverEnv: { PULSEBOARD_ADMIN_PASSWORD: '…' } })`. */
  serverEnv: Record<string, string>;
  /** Problems that are expected in all tests of a file: `test.use({ allowed: /…/ })`. */
  allowed: RegExp;
};

type Fixtures = {
  /** Started for this test, and stopped after it. `page.goto('/')` leads to it. */
  server: Server;
  /** What went wrong in the pages so far. */
  problems: Problems;
};

export const test = base.extend<Options & Fixtures>({
  serverEnv: [{}, { option: true }],
  // Matches nothing. Not a list: Playwright would take one for [value, options].
  allowed: [/(?!)/, { option: true }],

  server: async ({ serverEnv }, use, info) => {
    const server = await Server.start(serverEnv);
    try {
      await use(server);
      if (info.status === info.expectedStatus) await server.stop();
    } finally {
      if (info.status !== info.expectedStatus) {
        await info.attach('server output', { body: server.output, contentType: 'text/plain' });
      }
      await server.remove();
    }
  },

  baseURL: async ({ server }, use) => use(server.url),

  problems: async ({ allowed }, use) => {
    const problems = new Problems();
    problems.allow(allowed);
    await use(problems);
    expect(problems.unexpected, 'errors in the page or its console').toEqual([]);
  },

  page: async ({ page, problems }, use) => {
    problems.watch(page);
    await use(page);
  },
});

export { expect };
