/** What an alarm says of itself alone: in brackets, behind what all of its kind say and before where to look first. */
export function ownWords(description: string): string | undefined {
  return /^[^(]*\((.*)\)\. Look first at/.exec(description)?.[1];
}

/** What a sign that it is time to climb measures, with its unit, by its alarm's description: `CPU of the server (%)`. */
export function measuredBy(description: string): string | undefined {
  return ownWords(description)?.replace(/ above [\d.]+$/, '');
}
