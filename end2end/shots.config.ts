// Makes the pictures of the documentation, which is no test: `npx playwright test --config shots.config.ts`
// here, with a debug server and the site already built. Look at them before they are kept.
import base from './playwright.config';

export default { ...base, testDir: 'shots', timeout: 300_000, reporter: [['list']] };
