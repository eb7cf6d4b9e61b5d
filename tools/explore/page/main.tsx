import { render } from 'preact';
import { DARK_STYLE, STYLE } from '../../draw/style';
import { App } from './app';
import { ladderOf } from './data';
import './style.css';

const page = document.querySelector('#page');
const data = document.querySelector('#ladder')?.textContent ?? '';

/** Pictures have the colours of AWS; on a dark page others, but never on paper. */
function addStyles(): void {
  const style = document.createElement('style');
  style.textContent = `svg{${STYLE}}@media screen{:root[data-theme=dark] svg{${DARK_STYLE}}}`;
  document.head.append(style);
}

/** Says it in a line where it can't be shown. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (page) page.textContent = `This page can't be shown: ${message}. A browser of 2023 or newer is needed.`;
}

ladderOf(data)
  .then((ladder) => {
    document.title = ladder.title;
    addStyles();
    if (!page) return;
    page.replaceChildren();
    render(<App ladder={ladder} />, page);
  })
  .catch(fail);
