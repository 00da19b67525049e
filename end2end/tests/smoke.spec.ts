// The least that must work: the server answers, the page hydrates, nothing complains.
import { expect, test } from './fixtures';

test('the server says that it is well', async ({ server, request }) => {
  const health = await request.get('/health');
  expect(health.status()).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  expect((await request.get('/health/ready')).status()).toBe(200);
  expect((await server.stop()).code).toBe(0);
});

test('the page loads its program and style without an error', async ({ page }) => {
  const loaded = new Map<string, number>();
  page.on('response', (answer) => loaded.set(new URL(answer.url()).pathname, answer.status()));
  await page.goto('/');
  await expect(page).toHaveTitle(/Pulseboard/);
  for (const file of ['pulseboard.wasm', 'pulseboard.js', 'pulseboard.css']) {
    await expect.poll(() => loaded.get(`/pkg/${file}`), { message: file }).toBe(200);
  }
});
