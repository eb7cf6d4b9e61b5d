/** Colours of AWS's architecture diagrams, and one for each mark. */
const COLOURS = { ink: '#232f3e', faint: '#5a6b7b', new: '#1a7f37', changed: '#9a6700', gone: '#8c959f' };

const SIZES = [9, 10, 11, 12].map((size) => `.s${size}{font-size:${size}px}`).join('');

/** How everything looks. Marks have a word too: colour alone says nothing. */
export const STYLE = [
  '.paper{fill:#fff}',
  `.heading{font-size:18px;font-weight:700;fill:${COLOURS.ink}}`,
  SIZES,
  `.name{font-weight:700;fill:${COLOURS.ink}}.note{fill:${COLOURS.faint}}.middle{text-anchor:middle}`,
  `.cloud{fill:none;stroke:${COLOURS.ink}}.region{fill:none;stroke:#00a4a6;stroke-dasharray:5 3}.vpc{fill:none;stroke:#8c4fff}.zone{fill:none;stroke:#147eba;stroke-dasharray:5 3}`,
  '.public{fill:#f2f6e8}.private{fill:#e6f6f7}.subnet{stroke:none}',
  `.title-cloud,.title-region,.title-vpc,.title-zone,.title-subnet{fill:${COLOURS.ink}}.title-cloud,.title-region{font-weight:700}.title-region{fill:#007a7c}.title-vpc{fill:#6b2fd9}.title-zone{fill:#147eba}.title-subnet{fill:#41525f}`,
  '.box{fill:#fff;stroke:#aab7b8}.box.users{stroke:none;fill:none}.box.border{stroke:#8c4fff}',
  '.band.fleet,.band.service{stroke:#ed7100;stroke-dasharray:5 3}.band.balancer,.band.classic,.single.balancer{stroke:#8c4fff}',
  '.band.database,.band.cluster,.band.cache,.single.database,.band.documents,.band.graph{stroke:#c925d1}',
  '.line{fill:none;stroke-width:1.5}.line.request{stroke:#232f3e}.line.async{stroke:#c7206b;stroke-dasharray:6 3}.line.copy{stroke:#5b6abf;stroke-dasharray:2 3}.line.lookup{stroke:#7a8793;stroke-dasharray:4 2 1 2}',
  '.head.request{fill:#232f3e}.head.async{fill:#c7206b}.head.copy{fill:#5b6abf}.head.lookup{fill:#7a8793}',
  `.label-box{fill:#fff;fill-opacity:.92}.label-text{fill:${COLOURS.ink}}`,
  ...(['new', 'changed', 'gone'] as const).flatMap((mark) => [
    `.thing.${mark}>.box{stroke:${COLOURS[mark]};stroke-width:2.5}.line.${mark}{stroke:${COLOURS[mark]}}.head.${mark}{fill:${COLOURS[mark]}}.badge.${mark},.swatch.${mark}{fill:${COLOURS[mark]}}`,
  ]),
  '.thing.new>.box{fill:#eefbf1}.thing.changed>.box{fill:#fff8e5}.thing.gone{opacity:.55}.thing.gone>.box{stroke-dasharray:4 4}.label.gone,.line.gone{opacity:.55}',
  '.badge-text{font-size:10px;font-weight:700;fill:#fff}',
].join('');
