// How VitePress makes the pages of the checkout a site: the same files in the same places, with a search that needs no server. `.ci/site` has named
// each README index.md, as sites do.
import { posix } from 'node:path';

/** Where sources are, which the site doesn't have. Without it they are named and not linked. */
const repository = process.env.REPOSITORY;

function links(md) {
  md.core.ruler.after('inline', 'links', ({ tokens, env }) => {
    let isNamed = false;
    for (const token of tokens.flatMap((one) => [one, ...(one.children ?? [])])) {
      if (token.type.startsWith('html')) token.content = token.content.replace(/(href="[^":]+)\.md(?=[#"])/g, '$1.html');
      if (token.type === 'link_close' && isNamed) [token.tag, isNamed] = ['span', false];
      if (token.type !== 'link_open') continue;
      const href = token.attrGet('href').replace(/\bREADME\.md(?=#|$)/, 'index.md');
      token.attrSet('href', href);
      if (/^(\w+:|#|\/)/.test(href) || /\.md(#|$)/.test(href)) continue;
      if (repository) token.attrSet('href', `${repository}/blob/main/${posix.join(posix.dirname(env.relativePath), href)}`);
      else [token.tag, token.attrs, isNamed] = ['span', null, true];
    }
  });
}

export default {
  title: 'Stagecraft',
  description: 'One web application, six AWS architectures, climbed in place',
  // Pictures stay files beside the pages.
  vue: { template: { transformAssetUrls: false } },
  markdown: { config: links },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Which page do I need?', link: '/docs/' },
      { text: 'Stages', items: [1, 2, 3, 4, 5, 6].map((stage) => ({ text: `Stage ${stage}`, link: `/docs/stages/${stage}` })) },
      { text: 'API', link: '/API' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
  },
};
