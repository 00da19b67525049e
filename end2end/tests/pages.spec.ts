// The page renders any dashboard document, found through the picker.
import { expect, test } from './fixtures';
import { ink } from './canvas';
import { signIn, WITH_ADMIN } from './people';

test.use({ serverEnv: WITH_ADMIN });

test('a document of one\'s own is in the picker and renders', async ({ page, problems }) => {
  await signIn(page);
  const document = {
    id: 'network',
    title: 'Network',
    version: 0,
    widgets: [
      {
        id: 'received',
        kind: 'area',
        title: 'Received',
        metrics: [{ metric: 'host.network.received_bytes', field: 'rate', by: 'interface' }],
        place: { x: 0, y: 0, w: 12, h: 6 },
      },
    ],
  };
  const saved = await page.request.put('/api/dashboards/network', { data: document });
  expect(saved.ok(), await saved.text()).toBeTruthy();
  await page.getByTitle('Choose a dashboard').click();
  await page.getByRole('link', { name: 'Network' }).click();
  await expect(page).toHaveTitle('Network · Pulseboard');
  await expect(page).toHaveURL(/\/d\/network$/);
  await expect.poll(async () => (await ink(page, 'received')).columns.length).toBeGreaterThan(2);
  await expect(page.locator('[data-widget="received"] .legend')).toContainText(/lo.*\d/);

  problems.allow(/404/);
  await page.goto('/d/no-such-dashboard');
  await expect(page.getByRole('heading')).toContainText('There is no such page');
});
