// Fails where a page of a built site leads to a file of the site that isn't there: VitePress checks links in Markdown, and neither HTML nor pictures.
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = process.argv[2];
const pages = readdirSync(root, { recursive: true }).filter((path) => path.endsWith('.html') && path !== '404.html');
const isThere = (path) => existsSync(path) && (statSync(path).isFile() || existsSync(join(path, 'index.html')));
let count = 0;
const dead = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\s(?:href|src)="([^"#?]+)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^(?:\w+:|\/\/)/.test(target))
    .filter((target) => {
      count++;
      const path = target.startsWith('/') ? join(root, target) : join(root, dirname(page), target);
      return !isThere(path) && !isThere(`${path}.html`);
    })
    .map((target) => `${page}: ${target}`),
);
if (dead.length > 0) {
  console.error(`Dead links of the site:\n${[...new Set(dead)].join('\n')}`);
  process.exit(1);
}
console.log(`${pages.length} pages, ${count} links and pictures inside of the site: none is dead`);
