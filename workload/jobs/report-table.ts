import type { Database } from '../data/database';
import type { Claim, Report, ReportLine, ReportState, ReportWish } from './report';

/** Why a report can't be claimed. */
export type Refusal = 'done' | 'busy' | 'unknown';

// A report whose worker died waits for another one, unless that was the last try.
const COLUMNS = `id, days, seconds, result, CASE WHEN state <> 'running' OR claimed_until >= now() THEN state
  WHEN last_try THEN 'failed' ELSE 'accepted' END AS state`;
const UNTIL = "now() + $3 * interval '1 second'";

/**
 * The states of reports: accepted → running → done or failed. Each step is one conditional statement, so a job that is delivered twice
 * is done once, and a worker that was thought dead can't overwrite the result of another.
 */
export class ReportTable {
  public constructor(private readonly database: Database) {}

  /** Keeps a new report. */
  public async add(id: string, { days, seconds }: ReportWish): Promise<void> {
    await this.database.write("INSERT INTO reports (id, state, days, seconds) VALUES ($1, 'accepted', $2, $3)", [id, days, seconds]);
  }

  /** One report. One that a reader doesn't know yet is looked for at the writer. */
  public async find(fresh: boolean, id: string): Promise<Report | undefined> {
    const sql = `SELECT ${COLUMNS} FROM reports WHERE id = $1`;
    const found = (await this.database.read<Report>(fresh, sql, [id])).at(0);
    return found ?? (await this.database.read<Report>(true, sql, [id])).at(0);
  }

  /** Claims a report for some seconds, unless it is done or somebody works on it. One that failed may be tried again. */
  public async claim(id: string, lastTry: boolean, seconds: number): Promise<Claim | Refusal> {
    const rows = await this.database.write<Claim>(
      `UPDATE reports SET state = 'running', claim = claim + 1, last_try = $2, claimed_until = ${UNTIL}
       WHERE id = $1 AND state <> 'done' AND (state <> 'running' OR claimed_until < now()) RETURNING id, claim, days, seconds`,
      [id, lastTry, seconds],
    );
    if (rows.length > 0) return rows[0];
    const found = (await this.database.read<{ state: ReportState }>(true, 'SELECT state FROM reports WHERE id = $1', [id])).at(0);
    if (!found) return 'unknown';
    return found.state === 'done' ? 'done' : 'busy';
  }

  /** Keeps a claim for some seconds more, and says whether it still held. */
  public async renew({ id, claim }: Claim, seconds: number): Promise<boolean> {
    return this.change(`claimed_until = ${UNTIL}`, id, claim, [seconds]);
  }

  /** Ends a claim with the result, and says whether it still held. */
  public async finish({ id, claim }: Claim, result: readonly ReportLine[]): Promise<boolean> {
    return this.change("state = 'done', finished_at = now(), result = $3", id, claim, [JSON.stringify(result)]);
  }

  /** Ends a claim without a result: the report waits to be tried again. */
  public async giveBack({ id, claim }: Claim): Promise<boolean> {
    return this.change("state = 'accepted'", id, claim);
  }

  /** Ends a claim: it was tried for the last time. */
  public async fail({ id, claim }: Claim): Promise<boolean> {
    return this.change("state = 'failed', finished_at = now()", id, claim);
  }

  /** Nobody will do it: it couldn't be handed over. */
  public async refuse(id: string): Promise<void> {
    await this.database.write("UPDATE reports SET state = 'failed' WHERE id = $1 AND state = 'accepted'", [id]);
  }

  private async change(what: string, id: string, claim: string, values: readonly (string | number)[] = []): Promise<boolean> {
    const sql = `UPDATE reports SET ${what} WHERE id = $1 AND claim = $2 AND state = 'running' RETURNING id`;
    return (await this.database.write(sql, [id, claim, ...values])).length > 0;
  }
}
