/** Colours of a picture. */
interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  /** Lines of requests, and of what is looked up. */
  readonly request: string;
  readonly lookup: string;
  readonly async: string;
  readonly copy: string;
  readonly cloud: string;
  readonly region: string;
  readonly vpc: string;
  readonly zone: string;
  readonly subnet: string;
  readonly public: string;
  readonly private: string;
  readonly box: string;
  readonly border: string;
  readonly marks: Readonly<Record<'new' | 'changed' | 'gone', string>>;
  readonly newBox: string;
  readonly changedBox: string;
  readonly badge: string;
}

/** Colours of AWS's architecture diagrams, and one for each mark. */
const LIGHT: Palette = {
  ...{ paper: '#fff', ink: '#232f3e', faint: '#5a6b7b', request: '#232f3e', lookup: '#7a8793', async: '#c7206b', copy: '#5b6abf' },
  ...{ cloud: '#232f3e', region: '#007a7c', vpc: '#6b2fd9', zone: '#0f72aa', subnet: '#41525f', public: '#f2f6e8', private: '#e6f6f7' },
  ...{ box: '#fff', border: '#aab7b8', newBox: '#eefbf1', changedBox: '#fff8e5', badge: '#fff' },
  marks: { new: '#1a7f37', changed: '#9a6700', gone: '#8c959f' },
};

/** The same at night. Icons keep their colours, as AWS asks. */
const DARK: Palette = {
  ...{ paper: '#10171f', ink: '#e8eef4', faint: '#a9b8c6', request: '#d5dee7', lookup: '#93a1ae', async: '#ff7ab2', copy: '#9fb0ff' },
  ...{ cloud: '#8796a5', region: '#3fd0d2', vpc: '#b794ff', zone: '#6cb6e8', subnet: '#b8c7d3', public: '#1b2418', private: '#122429' },
  ...{ box: '#1a232d', border: '#52616f', newBox: '#12301c', changedBox: '#342a0c', badge: '#10171f' },
  marks: { new: '#4cc26a', changed: '#e0b02e', gone: '#98a2ac' },
};

const SIZES = [9, 10, 11, 12].map((size) => `.s${size}{font-size:${size}px}`).join('');

function styleIn(c: Palette): string {
  return [
    `.paper{fill:${c.paper}}`,
    `.heading{font-size:18px;font-weight:700;fill:${c.ink}}`,
    SIZES,
    `.name{font-weight:700;fill:${c.ink}}.note{fill:${c.faint}}.middle{text-anchor:middle}`,
    `.cloud{fill:none;stroke:${c.cloud}}.region{fill:none;stroke:#00a4a6;stroke-dasharray:5 3}.vpc{fill:none;stroke:#8c4fff}.zone{fill:none;stroke:#147eba;stroke-dasharray:5 3}`,
    `.public{fill:${c.public}}.private{fill:${c.private}}.subnet{stroke:none}`,
    `.title-cloud,.title-region,.title-vpc,.title-zone,.title-subnet{fill:${c.ink}}.title-cloud,.title-region{font-weight:700}.title-region{fill:${c.region}}.title-vpc{fill:${c.vpc}}.title-zone{fill:${c.zone}}.title-subnet{fill:${c.subnet}}`,
    `.box{fill:${c.box};stroke:${c.border}}.box.users{stroke:none;fill:none}.box.border{stroke:#8c4fff}`,
    '.band.fleet,.band.service{stroke:#ed7100;stroke-dasharray:5 3}.band.balancer,.band.classic,.single.balancer{stroke:#8c4fff}',
    '.band.database,.band.cluster,.band.cache,.single.database,.band.documents,.band.graph{stroke:#c925d1}',
    `.line{fill:none;stroke-width:1.5}.line.request{stroke:${c.request}}.line.async{stroke:${c.async};stroke-dasharray:6 3}.line.copy{stroke:${c.copy};stroke-dasharray:2 3}.line.lookup{stroke:${c.lookup};stroke-dasharray:4 2 1 2}`,
    `.head.request{fill:${c.request}}.head.async{fill:${c.async}}.head.copy{fill:${c.copy}}.head.lookup{fill:${c.lookup}}`,
    `.label-box{fill:${c.paper};fill-opacity:.92}.label-text{fill:${c.ink}}`,
    ...(['new', 'changed', 'gone'] as const).flatMap((mark) => [
      `.thing.${mark}>.box{stroke:${c.marks[mark]};stroke-width:2.5}.line.${mark}{stroke:${c.marks[mark]}}.head.${mark}{fill:${c.marks[mark]}}.badge.${mark},.swatch.${mark}{fill:${c.marks[mark]}}`,
    ]),
    `.thing.new>.box{fill:${c.newBox}}.thing.changed>.box{fill:${c.changedBox}}.thing.gone{opacity:.55}.thing.gone>.box{stroke-dasharray:4 4}.label.gone,.line.gone{opacity:.55}`,
    `.badge-text{font-size:10px;font-weight:700;fill:${c.badge}}`,
  ].join('');
}

/** How everything looks. Marks have a word too: colour alone says nothing. */
export const STYLE = styleIn(LIGHT);

/** The same on a dark page; who inlines a picture scopes it there. The icon of users is dark, and nobody may recolour it: it gets a light ground. */
export const DARK_STYLE = `${styleIn(DARK)}.box.users{fill:#dfe6ec}.thing.users .name{fill:#10171f}`;
