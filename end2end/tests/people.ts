// Signing in, and what an admin makes for others.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import type { Server } from './server';

const run = promisify(execFile);

export const ADMIN_PASSWORD = 'correct-horse-battery';

/** Environment of a server that has user `admin` from the start. */
export const WITH_ADMIN = { PULSEBOARD_ADMIN_PASSWORD: ADMIN_PASSWORD };

/** Signs in by the form and waits until data is live. */
export async function signIn(page: Page, name = 'admin', password = ADMIN_PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await live(page);
}

/** Waits until the page has taken over what the server rendered. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByType('resource').some((r) => new URL(r.name).pathname.endsWith('.wasm')));
  await page.waitForLoadState('networkidle').catch(() => undefined);
}

/** Waits until frames arrive and something is drawn. */
export async function live(page: Page): Promise<void> {
  await expect(page.locator('.connection')).toHaveAttribute('data-status', 'live');
  await expect(page.locator('[data-widget="memory"] .value b')).toHaveText(/\d/);
}

/** Makes a user; `page` is signed in as an admin. */
export async function addUser(page: Page, name: string, password: string, roles: string[]): Promise<void> {
  const answer = await page.request.post('/api/admin/users', { data: { name, password, roles } });
  expect(answer.ok(), await answer.text()).toBeTruthy();
}

/** Makes a token that may send events, and answers its secret. */
export async function addToken(page: Page): Promise<string> {
  const answer = await page.request.post('/api/admin/tokens', { data: { name: 'test', scopes: ['ingest'] } });
  expect(answer.ok(), await answer.text()).toBeTruthy();
  return (await answer.json()).secret;
}

/** Sends an event as any program can: with curl. */
export async function curlEvent(server: Server, secret: string, event: unknown): Promise<string> {
  const { stdout } = await run('curl', [
    '--silent',
    '--show-error',
    `${server.url}/api/events`,
    '--header',
    `Authorization: Bearer ${secret}`,
    '--json',
    JSON.stringify(event),
  ]);
  return stdout;
}
