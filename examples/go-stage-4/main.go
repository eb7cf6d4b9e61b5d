// Stage 4 and a blueprint of one's own in Go: writes the templates into cdk.out, or where OUT says; APP is a directory with a file `start`.
package main

import (
	"os"
	"strings"

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
	own := &stagecraft.Blueprint{
		Network: stagecraft.NetworkTier_Vpc(&stagecraft.VpcTierOptions{
			Groups: &[]stagecraft.SubnetGroup{stagecraft.SubnetGroup_PUBLIC, stagecraft.SubnetGroup_DATA},
		}),
		Database: stagecraft.DatabaseTier_Instance(&stagecraft.PrivateDatabaseOptions{ReadReplicas: jsii.Number(1)}),
		Cache:    stagecraft.CacheTier_Valkey(nil),
		Sessions: stagecraft.SessionStore_OnServer(),
		Web:      stagecraft.WebTier_SingleServer(nil),
		Edge:     stagecraft.EdgeTier_Direct(),
		Jobs:     stagecraft.JobsTier_None(),
		Reach:    stagecraft.Reach_Regional(),
	}
	deploy(app, "Shop", stages.Catalogue_Blueprint(jsii.Number(4)))
	deploy(app, "Blog", own)
	app.Synth(nil)
}

func deploy(app awscdk.App, id string, blueprint *stagecraft.Blueprint) {
	stack := stagecraft.NewRegionalStack(app, jsii.String(id), &stagecraft.RegionalStackProps{Region: jsii.String("eu-west-1")})
	stagecraft.NewWebArchitecture(stack, jsii.String("Web"), &stagecraft.WebArchitectureProps{
		Name:      jsii.String(strings.ToLower(id)),
		Blueprint: blueprint,
		App:       stagecraft.Application_At(jsii.String(os.Getenv("APP"))),
	})
}
