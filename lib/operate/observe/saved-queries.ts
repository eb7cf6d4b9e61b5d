import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Props of {@link SavedQueries}. */
export interface SavedQueriesProps {
  /** Name of the deployment: the folder of the queries. */
  readonly name: string;
  /** Log group of the application. */
  readonly logGroup: logs.ILogGroup;
}

/** Questions to the application's log, ready in CloudWatch Logs Insights under "Saved queries". */
export class SavedQueries extends Construct {
  /** Which routes are slow, by the slowest one in a hundred. */
  public readonly slowestRoutes: logs.QueryDefinition;
  /** Which requests and jobs failed, each with its trace id. */
  public readonly errorsByTrace: logs.QueryDefinition;
  /** All that happened for one request, on web servers and workers, in order. */
  public readonly oneRequest: logs.QueryDefinition;

  public constructor(scope: Construct, id: string, props: SavedQueriesProps) {
    super(scope, id);
    const shared = (query: string, queryString: logs.QueryStringProps): logs.QueryDefinitionProps => ({
      queryDefinitionName: `${props.name}/${query}`,
      queryString: new logs.QueryString(queryString),
      logGroups: [props.logGroup],
    });
    this.slowestRoutes = new logs.QueryDefinition(
      this,
      'SlowestRoutes',
      shared('slowest-routes', {
        filterStatements: ['msg = "request"'],
        statsStatements: ['count(*) as requests, pct(ms, 50) as p50, pct(ms, 99) as p99, max(ms) as slowest by method, route'],
        sort: 'p99 desc',
        limit: 25,
      }),
    );
    this.errorsByTrace = new logs.QueryDefinition(
      this,
      'ErrorsByTrace',
      shared('errors-by-trace', {
        filterStatements: ['level = "error" or status >= 500'],
        statsStatements: [
          'count(*) as lines, max(status) as worst, latest(route) as lastRoute, latest(jobId) as job, latest(reason) as lastReason, max(@timestamp) as seen by traceId',
        ],
        sort: 'seen desc',
        limit: 100,
      }),
    );
    this.oneRequest = new logs.QueryDefinition(
      this,
      'OneRequest',
      shared('one-request', {
        fields: ['@timestamp', 'server', 'level', 'msg', 'method', 'route', 'status', 'ms', 'jobId', 'reason'],
        filterStatements: ['traceId = "put the trace id here"'],
        sort: '@timestamp asc',
        limit: 1000,
      }),
    );
  }
}
