import { compareAccess } from '../../../tools/access/compare';
import { phrases } from '../../../tools/access/phrases';
import type { Json, Resource } from '../../../tools/shared/template';
import { resource, role, stackOf } from '../diff/fixture';

type Resources = Parameters<typeof stackOf>[0];

/** What opens and what narrows from one set of resources to another, in words. */
function access(before: Resources, after: Resources): { opened: string[]; narrowed: string[] } {
  const { opened, narrowed } = compareAccess([stackOf(before)], [stackOf(after)]);
  const said = (changes: typeof opened): string[] => phrases(changes).map(({ breadth, owner, text }) => `${breadth}: ${owner} ${text}`);
  return { opened: said(opened), narrowed: said(narrowed) };
}

const NOTHING = { opened: [], narrowed: [] };

describe('security groups', () => {
  const group = (...SecurityGroupIngress: Json[]): Resource =>
    resource('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress,
      SecurityGroupEgress: [{ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }],
    });
  const tcp = (port: number, CidrIp: string, ToPort = port): Json => ({ IpProtocol: 'tcp', FromPort: port, ToPort, CidrIp });

  test('a rule for everybody says port and range', () => {
    expect(access({ G: group() }, { G: group(tcp(22, '0.0.0.0/0')) }).opened).toEqual(['anyone: Web/G tcp 22 from anywhere (0.0.0.0/0)']);
    expect(access({ G: group() }, { G: group({ IpProtocol: '-1', CidrIpv6: '::/0' }) }).opened).toEqual([
      'anyone: Web/G all traffic from anywhere (::/0)',
    ]);
    expect(access({ G: group() }, { G: group(tcp(8000, '10.0.0.0/8', 8080)) }).opened).toEqual([
      'named: Web/G tcp 8000–8080 from 10.0.0.0/8',
    ]);
  });

  test('a smaller range narrows and opens nothing; a larger one the other way round', () => {
    const [wide, small] = [{ G: group(tcp(443, '10.0.0.0/8')) }, { G: group(tcp(443, '10.1.0.0/16')) }];
    expect(access(wide, small)).toEqual({ opened: [], narrowed: ['named: Web/G tcp 443 from 10.0.0.0/8'] });
    expect(access(small, wide)).toEqual({ opened: ['named: Web/G tcp 443 from 10.0.0.0/8'], narrowed: [] });
    expect(access({ G: group(tcp(0, '10.0.0.0/8', 65535)) }, { G: group(tcp(443, '10.0.0.0/8')) }).opened).toEqual([]);
    expect(access({ G: group(tcp(443, '10.0.0.0/8')) }, { G: group(tcp(443, '11.0.0.0/16')) }).opened).toHaveLength(1);
  });

  test('a rule that moves out of the group, or to another logical id, is no change', () => {
    const beside = { ...(tcp(443, '10.0.0.0/8') as Record<string, Json>), GroupId: { 'Fn::GetAtt': ['G', 'GroupId'] } };
    const apart = { G: group(), Rule: resource('AWS::EC2::SecurityGroupIngress', beside) };
    expect(access({ G: group(tcp(443, '10.0.0.0/8')) }, apart)).toEqual(NOTHING);
    expect(access(apart, { G: group(), Renamed: apart.Rule })).toEqual(NOTHING);
  });

  test('peers are said by construct path, and a change of the description alone is none', () => {
    const from = (id: string, Description: string): Resource =>
      resource('AWS::EC2::SecurityGroupIngress', {
        GroupId: { Ref: 'G' },
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        Description,
        SourceSecurityGroupId: { Ref: id },
      });
    expect(access({ G: group() }, { G: group(), R: from('Other', 'a'), Other: group() }).opened).toEqual([
      'named: Web/G tcp 80 from Web/Other',
    ]);
    expect(access({ G: group(), R: from('G', 'a') }, { G: group(), R: from('G', 'b') })).toEqual(NOTHING);
  });

  test('a group without rules outwards lets everything out, one with a rule beside it does not', () => {
    const open = resource('AWS::EC2::SecurityGroup');
    const out = resource('AWS::EC2::SecurityGroupEgress', {
      GroupId: { Ref: 'G' },
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      DestinationSecurityGroupId: { Ref: 'G' },
    });
    expect(access({ G: group() }, { G: open }).opened).toEqual(['wildcard: Web/G all traffic to anywhere (0.0.0.0/0)']);
    expect(access({ G: group() }, { G: open, Out: out }).opened).toEqual(['named: Web/G tcp 80 to Web/G']);
  });
});

describe('policies', () => {
  const allow = (Action: Json, Resource: Json, rest: Record<string, Json> = {}): Json => ({ Effect: 'Allow', Action, Resource, ...rest });
  const S3 = 'arn:aws:s3:::shop/*';

  test('wildcards of actions and of resources stand out', () => {
    expect(access({ R: role() }, { R: role(allow('*', '*')) }).opened).toEqual(['wildcard: Web/R may * on everything (*)']);
    expect(access({ R: role() }, { R: role(allow('s3:*', S3)) }).opened).toEqual(['wildcard: Web/R may s3:* on s3:::shop/*']);
    expect(access({ R: role() }, { R: role(allow('s3:Get*', S3)) }).opened).toEqual(['named: Web/R may s3:Get* on s3:::shop/*']);
  });

  test('statements that are joined, split, sorted anew or moved to another policy are no change', () => {
    const together = { R: role(allow(['s3:GetObject', 's3:PutObject'], [S3, 'arn:aws:s3:::b/*'])) };
    const policy = resource('AWS::IAM::Policy', {
      Roles: [{ Ref: 'R' }],
      PolicyDocument: { Statement: allow(['s3:PutObject', 's3:GetObject'], S3) },
    });
    const apart = { R: role(allow('s3:GetObject', 'arn:aws:s3:::b/*'), allow('s3:PutObject', ['arn:aws:s3:::b/*'])), P: policy };
    expect(access(together, apart)).toEqual(NOTHING);
  });

  test('what a wider statement of before took in does not open, and its end narrows', () => {
    const [wide, small] = [{ R: role(allow('s3:*', '*')) }, { R: role(allow('s3:GetObject', S3)) }];
    expect(access(wide, small)).toEqual({ opened: [], narrowed: ['wildcard: Web/R may s3:* on everything (*)'] });
    expect(access(small, wide).narrowed).toEqual([]);
    // The dot of an action or a name is no wildcard.
    expect(access({ R: role(allow('s3:*', 'a.b*')) }, { R: role(allow('s3:*', 'axb')) }).opened).toHaveLength(1);
  });

  test('a condition that goes opens, one that comes narrows', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const [bound, free] = [{ R: role(allow('sqs:SendMessage', 'q', { Condition })) }, { R: role(allow('sqs:SendMessage', 'q')) }];
    expect(access(bound, free)).toEqual({ opened: ['named: Web/R may sqs:SendMessage on q'], narrowed: [] });
    expect(access(free, bound)).toEqual({ opened: [], narrowed: ['named: Web/R may sqs:SendMessage on q'] });
    expect(access({ R: role() }, bound).opened).toEqual(['named: Web/R may sqs:SendMessage on q when aws:SourceAccount is <account>']);
  });

  test('a denial that goes opens, one that comes narrows, and one of a new resource is neither', () => {
    const bucket = resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
    const Statement = [
      { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: S3, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ];
    const denied = { B: bucket, P: resource('AWS::S3::BucketPolicy', { Bucket: { Ref: 'B' }, PolicyDocument: { Statement } }) };
    const text = 'wildcard: Web/B anyone may not s3:* on s3:::shop/* when aws:SecureTransport is false';
    expect(access(denied, { B: bucket })).toEqual({ opened: [text], narrowed: [] });
    expect(access({ B: bucket }, denied)).toEqual({ opened: [], narrowed: [text] });
    expect(access({}, denied)).toEqual(NOTHING);
  });

  test.each([
    ['AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'X' }] }, 'PolicyDocument'],
    ['AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'X' }] }, 'PolicyDocument'],
    ['AWS::S3::BucketPolicy', { Bucket: { Ref: 'X' } }, 'PolicyDocument'],
    ['AWS::SecretsManager::ResourcePolicy', { SecretId: { Ref: 'X' } }, 'ResourcePolicy'],
  ])('%s for anyone', (type, owner, document) => {
    const X = resource('AWS::SQS::Queue');
    const open = {
      [document]: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'a:Do', Resource: { 'Fn::GetAtt': ['X', 'Arn'] } }] },
    };
    expect(access({ X }, { X, P: resource(type, { ...owner, ...open }) }).opened).toEqual(['anyone: Web/X anyone may a:Do']);
  });

  test('keys, trust, another account, a function', () => {
    const statement = (Principal: Json, Action: Json): Json => ({ Statement: [{ Effect: 'Allow', Principal, Action, Resource: '*' }] });
    const root = { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] };
    const after = {
      K: resource('AWS::KMS::Key', { KeyPolicy: statement({ AWS: [root, 'arn:aws:iam::999999999999:root'] }, 'kms:Decrypt') }),
      R: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: statement({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole') }),
      F: resource('AWS::Lambda::Permission', {
        FunctionName: { Ref: 'K' },
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
    };
    expect(access({}, after).opened).toEqual([
      'named: Web/K this account may kms:Decrypt',
      'named: Web/K iam::999999999999:root may kms:Decrypt',
      'named: Web/K s3.amazonaws.com may lambda:InvokeFunction',
      'named: Web/R may be assumed by ec2.amazonaws.com',
    ]);
  });

  test('everything but something is a wildcard', () => {
    expect(access({ R: role() }, { R: role({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) }).opened).toEqual([
      'wildcard: Web/R may everything but iam:* on everything (*)',
    ]);
  });
});

describe('doors', () => {
  const bucket = (block?: Json): Resource =>
    resource('AWS::S3::Bucket', block === undefined ? {} : { PublicAccessBlockConfiguration: block });
  const ALL = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

  test('a block of public access that is turned off or taken away opens; a new bucket without one does not', () => {
    expect(access({ B: bucket(ALL) }, { B: bucket({ ...ALL, BlockPublicPolicy: false }) }).opened).toEqual([
      'anyone: Web/B BlockPublicPolicy is off',
    ]);
    expect(access({ B: bucket(ALL) }, { B: bucket() }).opened).toHaveLength(4);
    expect(access({}, { B: bucket() }).opened).toEqual([]);
    expect(access({}, { B: bucket({ ...ALL, BlockPublicAcls: false }) }).opened).toHaveLength(1);
  });

  test('public databases, load balancers and managed policies', () => {
    const after = {
      D: resource('AWS::RDS::DBInstance', { PubliclyAccessible: true }),
      L: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' }),
      I: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }),
      R: resource('AWS::IAM::Role', { ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess' }] }),
    };
    expect(access({}, after).opened).toEqual([
      'anyone: Web/D has an address on the internet',
      'anyone: Web/L has addresses on the internet',
      'wildcard: Web/R has the managed policy AdministratorAccess',
    ]);
  });
});

test('what a new stack allows just as an older one does is marked, but never what is open to anyone', () => {
  const resources = {
    R: role({ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: { 'Fn::Sub': 'arn:aws:ssm:${AWS::Region}:1:parameter/x' } }),
    L: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' }),
  };
  const [old, further] = [stackOf(resources), stackOf(resources, 'shop-us-east-1', 'us-east-1')];
  const { opened } = compareAccess([old], [old, further]);
  expect(opened.map(({ owner, repeats }) => [owner, repeats])).toEqual([
    ['Web/R', 'shop-eu-west-1'],
    ['Web/L', undefined],
  ]);
});

test('a value of another stack is said by its path there', () => {
  const storage = stackOf({ Key: resource('AWS::KMS::Key') }, 'shop-storage');
  const outputs = { ...storage, template: { ...storage.template, Outputs: { Out: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } } } };
  const user = stackOf({
    R: role({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: { 'Fn::GetStackOutput': { StackName: 'shop-storage', OutputName: 'Out' } },
    }),
  });
  const { opened } = compareAccess([outputs], [outputs, user]);
  expect(phrases(opened).map(({ text }) => text)).toEqual(['may kms:Decrypt on shop-storage Web/Key']);
});
