// node lockcheck.mjs: must print 0, else `npm ci` may fail or a platform lacks its binary
import { readFileSync } from 'node:fs';
const l = JSON.parse(readFileSync(process.argv[2] ?? 'package-lock.json')).packages;
let bad = 0;
for (const [k, v] of Object.entries(l)) for (const o of Object.keys(v.optionalDependencies ?? {})) {
  let p = k, found = false;
  for (;;) {
    if (l[`${p ? p + '/' : ''}node_modules/${o}`]) { found = true; break; }
    if (!p) break;
    p = p.includes('/node_modules/') ? p.slice(0, p.lastIndexOf('/node_modules/')) : '';
  }
  if (!found) { bad++; console.log(`${k}@${v.version} -> ${o} missing`); }
}
console.log('missing optional entries:', bad);
