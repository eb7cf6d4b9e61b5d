/** What stage 6 needs. */
export const GEO = { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' };

/** All that pictures are proven on: stages, bridges, many regions, many shards, many replicas. */
export const PICTURED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ...Object.fromEntries([1, 2, 3, 4, 5].map((stage) => [`stage ${stage}`, { stage }])),
  'stage 6': { stage: 6, ...GEO },
  ...Object.fromEntries([2, 3, 4, 5].map((stage) => [`bridge ${stage - 1} to ${stage}`, { stage, from: stage - 1 }])),
  'bridge 5 to 6': { stage: 6, from: 5, ...GEO },
  'five regions': { stage: 6, ...GEO, regions: 'us-east-1,eu-west-1,ap-southeast-2,sa-east-1,ca-central-1' },
  'three regions': { stage: 6, ...GEO, regions: 'us-east-1,eu-west-1,ap-southeast-2' },
  ...(process.env.CI === 'true' ? { '1,024 shards': { stage: 5, shards: 1024 } } : { '40 shards': { stage: 5, shards: 40 } }),
  '15 replicas': { stage: 4, replicas: 15 },
  'office hours': { stage: 4, replicas: 0, nat: 'instance', awake: 'Mon-Fri 08:00-18:00 Europe/Berlin' },
  'a domain and a firewall': { stage: 4, waf: 'true', domain: GEO.domain, hostedZoneId: GEO.hostedZoneId },
};
