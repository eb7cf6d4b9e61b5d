import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const FONTS = dirname(require.resolve('@expo-google-fonts/arimo/package.json'));

/** A picture as PNG, twice as fine as a screen; letters are those of a font that is shipped, so that it is the same everywhere. */
export function pngOf(svg: string, zoom = 2): Buffer {
  const fontFiles = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'].map((file) => join(FONTS, file));
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Arimo' },
  });
  return resvg.render().asPng();
}
