// Looks at the page in each state, given as NAME=URL. Says `down` and `up` when the database of
// `turning` is to change. Ends with status 1 and a list of what is wrong.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const urls = new Map(process.argv.slice(2).map((state) => state.split(/=(.*)/s)));
const shots = process.env.SCREENSHOTS;

const browser = await chromium.launch({
  executablePath: which(process.env.CHROMIUM ?? 'chromium'),
  // The kernel gives root no sandbox.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const failures = [];

function which(program) {
  if (program.includes('/')) return program;
  for (const folder of process.env.PATH.split(':')) {
    try { readFileSync(`${folder}/${program}`); return `${folder}/${program}`; } catch {}
  }
  throw new Error(`no ${program} in PATH`);
}

async function look(name, path, options, work) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const said = [];
  page.on('console', (line) => said.push(line.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('dialog', (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  try {
    const answer = await page.goto(urls.get(name) + path);
    await work(page, answer);
    // A browser complains of every 503 that it loads, and of an icon that nobody has.
    const ours = said.filter((line) => !/status of (503|404)/.test(line));
    assert.deepEqual(ours, [], 'the console is empty');
  } catch (error) {
    failures.push(`${name}${path} ${JSON.stringify(options)}: ${error.stack}`);
  }
  await context.close();
}

const text = (page, what) => page.locator(what).first().innerText();
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The first request starts the background checks.
for (const url of urls.values()) await fetch(url);
await wait(500);

// Every state is said in words, and axe finds nothing, at both widths and in both schemes.
const words = {
  healthy: /notes: healthy/, red: /notes: unhealthy/, degraded: /notes: degraded/,
  starting: /notes: starting/, draining: /notes: shutting down/, never: /^\S*\s*unhealthy/,
  crowd: /unhealthy/, markup: /unhealthy/,
};
for (const [name, word] of Object.entries(words)) {
  for (const width of [390, 1280]) {
    for (const colorScheme of ['light', 'dark']) {
      const options = { viewport: { width, height: 900 }, colorScheme };
      await look(name, '', options, async (page, answer) => {
        assert.match(await text(page, 'h1'), word);
        const healthy = ['healthy', 'degraded'].includes(name);
        assert.equal(answer.status(), healthy ? 200 : 503);
        const [across, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(across <= seen, `nothing is wider than the window: ${across} > ${seen}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run());
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        assert.deepEqual(found.map((line) => line.slice(0, 400)), []);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: name !== 'crowd' });
      });
    }
  }
}

// What is red, since when, why: first in the text.
await look('red', '', {}, async (page) => {
  assert.match(await text(page, 'section h2'), /fail[\s\S]*ready/);
  const first = await text(page, 'li');
  for (const part of [/fail/, /database/, /Can't reach the database/, /failing for/, /last asked .*, took/]) {
    assert.match(first, part);
  }
});

// Names and texts are no markup, and go to the check's own page.
await look('markup', '', {}, async (page) => {
  assert.equal(await page.locator('main script, main img').count(), 0);
  const link = page.locator('h3 a');
  assert.equal(await link.innerText(), '<script>alert(1)</script>');
  await link.click();
  assert.match(await text(page, 'h1'), /ready\/<script>alert\(1\)<\/script>: unhealthy/);
  await page.getByRole('link', { name: 'All endpoints' }).click();
  assert.equal(page.url(), urls.get('markup'));
});

// Every link leads where it says, from the prefix with and without a slash.
for (const path of ['', '/']) {
  await look('healthy', path, {}, async (page) => {
    await page.getByRole('link', { name: 'ready', exact: true }).click();
    assert.equal(page.url(), `${urls.get('healthy')}/ready`);
    assert.match(await text(page, 'h1'), /notes ready: healthy/);
    await page.getByRole('link', { name: 'disk' }).click();
    assert.equal(page.url(), `${urls.get('healthy')}/ready/disk`);
    await page.getByRole('link', { name: 'JSON', exact: true }).click();
    assert.equal(JSON.parse(await page.innerText('body')).checks[0].name, 'disk');
  });
}

// Complete without script: all of it is there, and no button that does nothing.
await look('red', '', { javaScriptEnabled: false }, async (page) => {
  assert.match(await page.locator('main').innerText(), /Can't reach the database/);
  assert.equal(await page.locator('button').isVisible(), false);
});

// Nobody but a reader who may see details is told a name.
await look('never', '', {}, async (page, answer) => {
  assert.doesNotMatch(await answer.text(), /database|search|notes/);
});

// 500 checks: those that fail come first.
await look('crowd', '', {}, async (page, answer) => {
  assert.equal(await page.locator('li').count(), 500);
  assert.ok((await answer.body()).length <= 300 * 1024);
  assert.match(await text(page, 'li'), /tenant-007/);
});

// Refreshed in place: the reader's scroll, focus and open history stay; pause is a pause.
await look('turning', '', { viewport: { width: 390, height: 300 } }, async (page) => {
  const ready = (word) => page.waitForFunction(
    (word) => document.querySelector('h1').innerText.includes(word), word, { timeout: 15000 });
  await ready(': healthy');
  console.log('down');
  await ready('unhealthy');
  assert.match(await page.title(), /unhealthy/);
  console.log('up');
  await ready(': healthy');
  const details = page.locator('li:has(a:text-is("database")) details').first();
  await details.locator('summary').click();
  await page.evaluate(() => document.querySelector('li:last-of-type').scrollIntoView());
  const link = page.getByRole('link', { name: 'queue' });
  await link.focus();
  const before = await link.boundingBox();
  console.log('down');
  await ready('unhealthy');
  const after = await page.getByRole('link', { name: 'queue' }).boundingBox();
  assert.ok(Math.abs(before.y - after.y) < 60, `the place is kept: ${before.y} ${after.y}`);
  assert.equal(await details.evaluate((element) => element.open), true, 'it stays open');
  assert.equal(await page.evaluate(() => document.activeElement.innerText), 'queue');
  await page.getByRole('button', { name: 'Pause updates' }).click();
  console.log('up');
  await wait(7000);
  assert.match(await page.innerText('h1'), /unhealthy/, 'nothing moves while it is paused');
  await page.getByRole('button', { name: 'Resume updates' }).click();
  await ready(': healthy');
});

// By keyboard alone: to the button, and to every link.
await look('healthy', '', {}, async (page) => {
  const reached = new Set();
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.innerText));
  }
  for (const name of ['Pause updates', 'ready', 'database', 'text', 'metrics']) {
    assert.ok(reached.has(name), `${name} is reached: ${[...reached]}`);
  }
});

await browser.close();
for (const failure of failures) console.error(failure);
process.exit(failures.length === 0 ? 0 : 1);
