/** A cell of a table without lines. */
export interface Cell {
  /** Its lines, as wide as they are read: without colours. */
  readonly lines: readonly string[];
  /** Gives a line its colour. */
  readonly paint: (line: string) => string;
  /** Whether it stands at the right edge of its column, as numbers do. */
  readonly isRight?: boolean;
}

/** Rows in columns, two spaces between them; each row is as high as its highest cell. */
export function columns(rows: readonly (readonly Cell[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map(({ lines }, column) => Math.max(known.at(column) ?? 0, ...lines.map(({ length }) => length))),
    [],
  );
  return rows.flatMap((row) => {
    const height = Math.max(...row.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, index) =>
      row
        .map(({ lines, paint, isRight }, column) => {
          const line = lines.at(index) ?? '';
          const space = ' '.repeat(widths[column] - line.length);
          const painted = line === '' ? '' : paint(line);
          return isRight ? space + painted : painted + space;
        })
        .join('  ')
        .trimEnd(),
    );
  });
}
