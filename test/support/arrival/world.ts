import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Resource, resourcesOf } from '../synth';
import type { Statement } from './policy';

/** The account of all stacks here. */
export const ACCOUNT = '111111111111';

/** A place in a resource that names another one of the same stack. */
export interface Mention {
  readonly id: string;
  readonly resource: Resource;
  /** Properties on the way, without the places in lists: `AlarmActions`, `Targets.Arn`. */
  readonly path: string;
  /** What is named. */
  readonly target: string;
}

/** A stack with its properties as text: references are `<Id>` and `<Id.Attribute>`, names and ARNs of named buckets are literal. */
export class World {
  public readonly region: string;
  public readonly resources: Readonly<Record<string, Resource>>;

  /**
   * @param stack the stack.
   * @param deployment all stacks of the deployment: a further region's key is in a stack of its own.
   */
  public constructor(
    public readonly stack: Stack,
    private readonly deployment: readonly World[],
  ) {
    this.region = stack.region;
    this.resources = resourcesOf(Template.fromStack(stack));
  }

  /** The same stack after something was done to a copy of its resources. */
  public spoilt(spoil: (resources: Record<string, Resource>) => void): World {
    const copy = structuredClone(this.resources);
    spoil(copy);
    return Object.assign(Object.create(World.prototype) as World, this, { resources: copy });
  }

  /** All resources of some types. */
  public all(...types: string[]): [id: string, resource: Resource][] {
    return Object.entries(this.resources).filter(([, { Type }]) => types.includes(Type));
  }

  /** A value as text; lists and objects keep their shape. */
  public say(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.say(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Record<string, unknown>);
    if (entries.length === 1) {
      const [[operator, operand]] = entries;
      if (operator === 'Ref') return this.reference(String(operand));
      if (operator === 'Fn::GetAtt') return this.attribute(...(operand as [string, string]));
      if (operator === 'Fn::Join') {
        const [separator, parts] = operand as [string, unknown];
        const said = this.say(parts);
        return Array.isArray(said) ? said.map(String).join(separator) : `<join ${String(said)}>`;
      }
      if (operator.startsWith('Fn::')) return `<${operator} ${JSON.stringify(this.say(operand))}>`;
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.say(item)]));
  }

  /** A value that must be one text. */
  public text(value: unknown): string {
    return String(this.say(value));
  }

  /** Statements of a document. */
  public statements(document: unknown): Statement[] {
    return document === undefined ? [] : (this.say(document) as { Statement: Statement[] }).Statement;
  }

  /** The statements that a resource policy of some type holds for one resource. */
  public policyOf(type: string, property: string, target: string): Statement[] {
    return this.all(type)
      .filter(([, { Properties }]) => [this.say(Properties[property])].flat().some((owner) => this.idOf(String(owner)) === target))
      .flatMap(([, { Properties }]) => this.statements(Properties.PolicyDocument));
  }

  /** The policy of the key that a property names, in this stack or in the storage stack of this region. */
  public keyPolicy(property: unknown): Statement[] {
    const said = this.text(property);
    const id = this.idOf(said);
    if (id !== undefined) return this.statements(this.resources[id].Properties.KeyPolicy);
    const elsewhere = this.deployment.filter(({ region, stack }) => region === this.region && said.includes(stack.stackName));
    const [[world, [, key]]] = elsewhere.flatMap((world) => world.all('AWS::KMS::Key').map((found) => [world, found] as const));
    return world.statements(key.Properties.KeyPolicy);
  }

  /** The stack whose output is said, or this one. */
  public ownerOf(said: string): World {
    return this.deployment.find(({ stack }) => said.includes(`"StackName":"${stack.stackName}"`)) ?? this;
  }

  /** The statements of a role's own policies. */
  public identity(role: string): Statement[] {
    return this.all('AWS::IAM::Policy')
      .filter(([, { Properties }]) => [this.say(Properties.Roles)].flat().includes(`<${role}>`))
      .flatMap(([, { Properties }]) => this.statements(Properties.PolicyDocument));
  }

  /** The type of what `idOf` finds. */
  public typeOf(said: string): string | undefined {
    const id = this.idOf(said);
    return id === undefined ? undefined : this.resources[id].Type;
  }

  /** Every place where a resource names another one of the given types. */
  public mentions(...types: string[]): Mention[] {
    const wanted = new Set(this.all(...types).map(([id]) => id));
    return Object.entries(this.resources).flatMap(([id, resource]) =>
      [...this.walk(resource.Properties, '')].filter(({ target }) => wanted.has(target)).map((found) => ({ ...found, id, resource })),
    );
  }

  /** The logical id behind what `say` made of a reference to a resource, its ARN, or the literal name or ARN of a bucket. */
  public idOf(said: string): string | undefined {
    const [, id = ''] = /^(?:<)?([A-Za-z0-9]+)(?:\.(?:Arn|TopicArn|KeyId|LogGroupName))?>?$/.exec(said) ?? [];
    if (id in this.resources) return id;
    const name = said.replace(/^arn:aws:s3:::/, '');
    return this.all('AWS::S3::Bucket').find(([, { Properties }]) => this.text(Properties.BucketName) === name)?.[0];
  }

  private *walk(value: unknown, path: string): Generator<{ path: string; target: string }> {
    if (Array.isArray(value)) {
      for (const item of value) yield* this.walk(item, path);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'Ref') yield { path, target: String(item) };
      else if (key === 'Fn::GetAtt') yield { path, target: (item as string[])[0] };
      else if (key.startsWith('Fn::')) yield* this.walk(item, path);
      else yield* this.walk(item, path === '' ? key : `${path}.${key}`);
    }
  }

  /** The ARN of a log group, without its streams. */
  public groupArn(id: string): string {
    const { LogGroupName } = this.resources[id].Properties;
    return `arn:aws:logs:${this.region}:${ACCOUNT}:log-group:${LogGroupName === undefined ? `<${id}>` : this.text(LogGroupName)}`;
  }

  private reference(id: string): string {
    const pseudo = new Map([
      ['AWS::AccountId', ACCOUNT],
      ['AWS::Region', this.region],
      ['AWS::Partition', 'aws'],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]);
    if (pseudo.has(id)) return pseudo.get(id) ?? '';
    if (!(id in this.resources)) return `<${id}>`;
    const { Type, Properties } = this.resources[id];
    const named = Type === 'AWS::S3::Bucket' && Properties.BucketName !== undefined;
    return named ? this.text(Properties.BucketName) : `<${id}>`;
  }

  private attribute(id: string, attribute: string): string {
    const { Type, Properties } = this.resources[id];
    // CloudFormation's ARN of a group ends in its streams.
    if (Type === 'AWS::Logs::LogGroup' && attribute === 'Arn') return `${this.groupArn(id)}:*`;
    const named = Type === 'AWS::S3::Bucket' && Properties.BucketName !== undefined && attribute === 'Arn';
    return named ? `arn:aws:s3:::${this.text(Properties.BucketName)}` : `<${id}.${attribute}>`;
  }
}
