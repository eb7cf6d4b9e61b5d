// What the programs of examples/ do in Python, Go and Java, from the package that jsii compiled.
const { App } = require('aws-cdk-lib');
const stagecraft = require(process.argv[2]);
const { Application, CacheTier, DatabaseTier, EdgeTier, JobsTier, NetworkTier, Reach, SessionStore, SubnetGroup, WebTier } = stagecraft;

const app = new App({ outdir: process.env.OUT, analyticsReporting: false });
const own = {
  network: NetworkTier.vpc({ groups: [SubnetGroup.PUBLIC, SubnetGroup.DATA] }),
  database: DatabaseTier.instance({ readReplicas: 1 }),
  cache: CacheTier.valkey(),
  sessions: SessionStore.onServer(),
  web: WebTier.singleServer(),
  edge: EdgeTier.direct(),
  jobs: JobsTier.none(),
  reach: Reach.regional(),
};
for (const [id, blueprint] of Object.entries({ Shop: stagecraft.stages.Catalogue.blueprint(4), Blog: own })) {
  const stack = new stagecraft.RegionalStack(app, id, { region: 'eu-west-1' });
  new stagecraft.WebArchitecture(stack, 'Web', { name: id.toLowerCase(), blueprint, app: Application.at(process.env.APP) });
}
app.synth();
