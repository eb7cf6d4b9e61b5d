import fc from 'fast-check';
import { escape, html } from '../../workload/pages/html';

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

test('no text can end an element or an attribute, and none is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('<>&"\'aé😀 ;#')) }), (text) => {
      expect(escape(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(unescape(escape(text))).toBe(text);
    }),
  );
});

test('puts in text, HTML, lists and nothing', () => {
  expect(html`<p title="${'"'}">${'<'}${html`<b>${'&'}</b>`}${[html`<i></i>`, '>']}${undefined}${false}${0}</p>`.markup).toBe(
    '<p title="&quot;">&lt;<b>&amp;</b><i></i>&gt;0</p>',
  );
});
