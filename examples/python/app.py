"""Stage 4 and a blueprint of one's own in Python: python app.py writes the templates into cdk.out, or where OUT says; APP is a directory with a file `start`."""

import os

from aws_cdk import App
from cdk_stagecraft import (
    Application,
    Blueprint,
    CacheTier,
    DatabaseTier,
    EdgeTier,
    JobsTier,
    NetworkTier,
    Reach,
    RegionalStack,
    SessionStore,
    SubnetGroup,
    WebArchitecture,
    WebTier,
    stages,
)

own = Blueprint(
    network=NetworkTier.vpc(groups=[SubnetGroup.PUBLIC, SubnetGroup.DATA]),
    database=DatabaseTier.instance(read_replicas=1),
    cache=CacheTier.valkey(),
    sessions=SessionStore.on_server(),
    web=WebTier.single_server(),
    edge=EdgeTier.direct(),
    jobs=JobsTier.none(),
    reach=Reach.regional(),
)

app = App(outdir=os.environ.get("OUT", "cdk.out"), analytics_reporting=False)
for id, blueprint in {"Shop": stages.Catalogue.blueprint(4), "Blog": own}.items():
    stack = RegionalStack(app, id, region="eu-west-1")
    WebArchitecture(stack, "Web", name=id.lower(), blueprint=blueprint, app=Application.at(os.environ["APP"]))
app.synth()
