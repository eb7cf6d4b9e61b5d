// Stage 4 in Go: writes the template into cdk.out, or where OUT says; APP is a directory with a file `start`.
package main

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	stagecraft "github.com/cdk-stagecraft/cdk-stagecraft-go/cdkstagecraft"
	"github.com/cdk-stagecraft/cdk-stagecraft-go/cdkstagecraft/stages"
)

func main() {
	defer jsii.Close()
	out := os.Getenv("OUT")
	if out == "" {
		out = "cdk.out"
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: &out, AnalyticsReporting: jsii.Bool(false)})
	stack := stagecraft.NewRegionalStack(app, jsii.String("Shop"), &stagecraft.RegionalStackProps{Region: jsii.String("eu-west-1")})
	stagecraft.NewWebArchitecture(stack, jsii.String("Web"), &stagecraft.WebArchitectureProps{
		Name:      jsii.String("shop"),
		Blueprint: stages.Catalogue_Blueprint(jsii.Number(4)),
		App:       stagecraft.Application_At(jsii.String(os.Getenv("APP"))),
	})
	app.Synth(nil)
}
