import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DIRECTORY = join(dirname(require.resolve('aws-icons/package.json')), 'icons');

/** Files of AWS's icons, by kind. They are inlined as they are: AWS asks that nobody recolours them. */
const FILES: Readonly<Record<string, string>> = {
  cloud: 'architecture-group/AWSCloudlogo',
  region: 'architecture-group/Region',
  vpc: 'architecture-group/VirtualprivatecloudVPC',
  users: 'resource/Users',
  dns: 'architecture-service/AmazonRoute53',
  zone: 'architecture-service/AmazonRoute53',
  health: 'architecture-service/AmazonRoute53',
  cdn: 'architecture-service/AmazonCloudFront',
  accelerator: 'architecture-service/AWSGlobalAccelerator',
  firewall: 'architecture-service/AWSWAF',
  gateway: 'resource/AmazonVPCInternetGateway',
  endpoint: 'resource/AmazonVPCEndpoints',
  server: 'resource/AmazonEC2Instance',
  volume: 'resource/AmazonElasticBlockStoreVolume',
  nat: 'resource/AmazonVPCNATGateway',
  balancer: 'resource/ElasticLoadBalancingApplicationLoadBalancer',
  classic: 'resource/ElasticLoadBalancingClassicLoadBalancer',
  fleet: 'resource/AmazonEC2Instance',
  service: 'resource/AmazonElasticContainerServiceTask',
  kubernetes: 'architecture-service/AmazonElasticKubernetesService',
  search: 'architecture-service/AmazonOpenSearchService',
  files: 'architecture-service/AmazonEFS',
  cache: 'architecture-service/AmazonElastiCache',
  cacheNode: 'architecture-service/AmazonElastiCache',
  cacheServerless: 'architecture-service/AmazonElastiCache',
  cluster: 'architecture-service/AmazonAurora',
  database: 'architecture-service/AmazonRDS',
  documents: 'architecture-service/AmazonDocumentDB',
  graph: 'architecture-service/AmazonNeptune',
  kafka: 'architecture-service/AmazonManagedStreamingforApacheKafka',
  api: 'architecture-service/AmazonAPIGateway',
  httpApi: 'architecture-service/AmazonAPIGateway',
  graphql: 'architecture-service/AWSAppSync',
  identities: 'architecture-service/AmazonCognito',
  function: 'architecture-service/AWSLambda',
  steps: 'architecture-service/AWSStepFunctions',
  bucket: 'architecture-service/AmazonSimpleStorageService',
  table: 'architecture-service/AmazonDynamoDB',
  globalTable: 'architecture-service/AmazonDynamoDB',
  images: 'architecture-service/AmazonElasticContainerRegistry',
  queue: 'architecture-service/AmazonSimpleQueueService',
  stream: 'architecture-service/AmazonKinesisDataStreams',
  bus: 'architecture-service/AmazonEventBridge',
  topic: 'architecture-service/AmazonSimpleNotificationService',
  secret: 'architecture-service/AWSSecretsManager',
  key: 'architecture-service/AWSKeyManagementService',
  snapshots: 'resource/AmazonElasticBlockStoreAmazonDataLifecycleManager',
  vault: 'architecture-service/AWSBackup',
};

/** The icon of a kind as a symbol, to be used as often as wanted. */
export function symbolOf(kind: string): string {
  const text = readFileSync(join(DIRECTORY, `${FILES[kind]}.svg`), 'utf8');
  const [, box = '0 0 48 48'] = /viewBox="([^"]+)"/.exec(text) ?? [];
  const content = text
    .replace(/^.*?<svg[^>]*>/s, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<title>.*?<\/title>/s, '');
  return `<symbol id="icon-${kind}" viewBox="${box}">${scoped(content, kind)}</symbol>`;
}

/** Names inside an icon must not meet those of another. */
function scoped(content: string, kind: string): string {
  return content
    .replace(/\bid="([^"]+)"/g, `id="${kind}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${kind}-$1)`)
    .replace(/href="#([^"]+)"/g, `href="#${kind}-$1"`);
}

/** Kinds that have an icon. */
export const ICON_KINDS: readonly string[] = Object.keys(FILES);
