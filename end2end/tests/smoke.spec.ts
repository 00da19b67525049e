// The least that must work: the server answers, the page hydrates, nothing complains.
import { expect, test } from './fixtures';
import { signIn, WITH_ADMIN } from './people';

test('the server says that it is well', async ({ server, request }) => {
  const health = await request.get('/health');
  expect(health.status()).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  expect((await request.get('/health/ready')).status()).toBe(200);
  expect((await server.stop()).code).toBe(0);
});

test.describe('with people', () => {
  test.use({ serverEnv: WITH_ADMIN });

  test('a page loads its program and style without an error', async ({ page }) => {
    const loaded = new Map<string, number>();
    page.on('response', (answer) => loaded.set(new URL(answer.url()).pathname, answer.status()));
    await page.goto('/');
    await expect(page).toHaveTitle('Sign in · Pulseboard');
    expect([...loaded.keys()].filter((path) => path.endsWith('.wasm'))).toEqual([]);
    await signIn(page);
    for (const file of ['pulseboard-viewing.wasm', 'pulseboard-viewing.js', 'pulseboard.css']) {
      expect(loaded.get(`/pkg/${file}`), file).toBe(200);
    }
  });
});
