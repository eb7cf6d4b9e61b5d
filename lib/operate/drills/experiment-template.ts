import * as fis from 'aws-cdk-lib/aws-fis';

/** The L1 with targets also where there are none: CloudFormation requires the property, and the CDK leaves out what is empty. */
export class ExperimentTemplate extends fis.CfnExperimentTemplate {
  protected override renderProperties(props: { [key: string]: unknown }): { [key: string]: unknown } {
    return { Targets: {}, ...super.renderProperties(props) };
  }
}
