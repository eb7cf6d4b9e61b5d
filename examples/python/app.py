"""Stage 4 in Python: python app.py writes the template into cdk.out, or where OUT says; APP is a directory with a file `start`."""

import os

from aws_cdk import App
from cdk_stagecraft import Application, RegionalStack, WebArchitecture, stages

app = App(outdir=os.environ.get("OUT", "cdk.out"), analytics_reporting=False)
stack = RegionalStack(app, "Shop", region="eu-west-1")
WebArchitecture(stack, "Web", name="shop", blueprint=stages.Catalogue.blueprint(4), app=Application.at(os.environ["APP"]))
app.synth()
