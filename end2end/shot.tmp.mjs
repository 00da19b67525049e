import { chromium } from '@playwright/test';
const [,, url, out, w='1440', h='900', scheme='light', wait='4000', action=''] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const ctx = await b.newContext({ viewport: { width: +w, height: +h }, colorScheme: scheme, deviceScaleFactor: +w < 500 ? 2 : 1, isMobile: +w < 500, hasTouch: +w < 500 });
const p = await ctx.newPage();
p.on('console', m => console.log('console', m.type(), m.text()));
p.on('pageerror', e => console.log('pageerror', e.stack));
await p.goto(url + '/');
if (p.url().includes('sign-in')) {
  if (action === 'signin') { await p.waitForTimeout(1000); await p.screenshot({ path: out }); process.exit(0); }
  await p.fill('input[name=name]', 'admin'); await p.fill('input[name=password]', 'correct-horse');
  await p.click('button[type=submit]'); await p.waitForURL(url + '/');
}
await p.waitForTimeout(+wait);
if (action === 'edit') { await p.click('text=Edit'); await p.waitForTimeout(300); }
if (action) { try { await eval(`(async()=>{${action.startsWith('js:')?action.slice(3):''}})()`); } catch (e) { console.log(e); } }
await p.screenshot({ path: out, fullPage: action==='full' });
await b.close();
