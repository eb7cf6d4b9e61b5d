import io.github.cdkstagecraft.Application;
import io.github.cdkstagecraft.Blueprint;
import io.github.cdkstagecraft.CacheTier;
import io.github.cdkstagecraft.DatabaseTier;
import io.github.cdkstagecraft.EdgeTier;
import io.github.cdkstagecraft.JobsTier;
import io.github.cdkstagecraft.NetworkTier;
import io.github.cdkstagecraft.PrivateDatabaseOptions;
import io.github.cdkstagecraft.Reach;
import io.github.cdkstagecraft.RegionalStack;
import io.github.cdkstagecraft.RegionalStackProps;
import io.github.cdkstagecraft.SessionStore;
import io.github.cdkstagecraft.SubnetGroup;
import io.github.cdkstagecraft.VpcTierOptions;
import io.github.cdkstagecraft.WebArchitecture;
import io.github.cdkstagecraft.WebArchitectureProps;
import io.github.cdkstagecraft.WebTier;
import io.github.cdkstagecraft.stages.Catalogue;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** Stage 4 and a blueprint of one's own in Java: writes the templates into cdk.out, or where OUT says; APP is a directory with a file `start`. */
public final class Shop {
    public static void main(String[] arguments) {
        String out = System.getenv().getOrDefault("OUT", "cdk.out");
        App app = new App(AppProps.builder().outdir(out).analyticsReporting(false).build());
        Blueprint own = Blueprint.builder()
            .network(NetworkTier.vpc(VpcTierOptions.builder().groups(List.of(SubnetGroup.PUBLIC, SubnetGroup.DATA)).build()))
            .database(DatabaseTier.instance(PrivateDatabaseOptions.builder().readReplicas(1).build()))
            .cache(CacheTier.valkey())
            .sessions(SessionStore.onServer())
            .web(WebTier.singleServer())
            .edge(EdgeTier.direct())
            .jobs(JobsTier.none())
            .reach(Reach.regional())
            .build();
        deploy(app, "Shop", Catalogue.blueprint(4));
        deploy(app, "Blog", own);
        app.synth();
    }

    private static void deploy(App app, String id, Blueprint blueprint) {
        RegionalStack stack = new RegionalStack(app, id, RegionalStackProps.builder().region("eu-west-1").build());
        new WebArchitecture(stack, "Web", WebArchitectureProps.builder()
            .name(id.toLowerCase())
            .blueprint(blueprint)
            .app(Application.at(System.getenv("APP")))
            .build());
    }
}
