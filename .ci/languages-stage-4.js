// What examples/python does, from the package that jsii compiled.
const { App } = require('aws-cdk-lib');
const { Application, RegionalStack, WebArchitecture, stages } = require(process.argv[2]);

const app = new App({ outdir: process.env.OUT, analyticsReporting: false });
const stack = new RegionalStack(app, 'Shop', { region: 'eu-west-1' });
new WebArchitecture(stack, 'Web', { name: 'shop', blueprint: stages.Catalogue.blueprint(4), app: Application.at(process.env.APP) });
app.synth();
