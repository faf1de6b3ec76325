// Grades a site with the HTTP Observatory and prints the result as JSON:
//
//   node grade.mjs HTTP_PORT HTTPS_PORT
//
// The Observatory's scan() supports only ports 80 and 443. This script retrieves the pages from
// other ports and then adds up the scores in the same way.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const entry = createRequire(import.meta.url).resolve('@mdn/mdn-http-observatory');
const observatory = path.dirname(path.dirname(entry));
// The Observatory downloads the HSTS preload list when it is installed. If that failed, an empty
// list will do: localhost isn't on it.
const preload = path.join(observatory, 'conf', 'hsts-preload.json');
if (!fs.existsSync(preload)) fs.writeFileSync(preload, '{}');

const { retrieve } = await import(path.join(observatory, 'src/retriever/retriever.js'));
const { ALL_TESTS } = await import(path.join(observatory, 'src/constants.js'));
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(path.join(observatory, 'src/grader/charts.js'));
const { getGradeForScore, getScoreModifier } = await import(path.join(observatory, 'src/grader/grader.js'));

const [httpPort, httpsPort] = process.argv.slice(2).map(Number);
const retrieved = await retrieve('localhost', { httpPort, httpsPort, path: '/' });
if (!retrieved.responses.auto) throw new Error('the site does not respond');
const results = ALL_TESTS.map((test) => test(retrieved));
const modifiers = results.map((r) => getScoreModifier(r.result));
const sum = (numbers) => numbers.reduce((a, b) => a + b, 100);
const uncurved = sum(modifiers.filter((m) => m < 0));
const total = uncurved >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(modifiers) : uncurved;
const { score, grade } = getGradeForScore(total);
console.log(JSON.stringify({
  grade, score, status: retrieved.responses.auto.status,
  results: results.map((r, i) => ({
    test: r.constructor.name, result: r.result, pass: r.pass, modifier: modifiers[i],
  })),
}));
