import { Application, type Blueprint, Bridge, DatabaseTier, SessionStore, Sizing } from '../lib';
import { InvalidInput } from '../lib/foundation/invalid-input';
import { Catalogue } from './catalogue';
import type { Context } from './context';
import { DatabaseChoice } from './database-choice';
import { SessionChoice } from './session-choice';

/** A blueprint as the context wants it. */
export interface Tuned {
  /** The blueprint with the choices of the context. */
  readonly blueprint: Blueprint;
  /** Keys that were given and that this stage has no use for. */
  readonly unused: string[];
}

/** The blueprint of a stage with the choices of a context, or the bridge that leads to it. */
export function chooseBlueprint(context: Context): Tuned {
  const { stage, from, serving, fromDatabase } = context;
  const there = tune(ordinary(stage, context), context);
  if (from !== undefined) {
    return { ...there, blueprint: Bridge.between(tune(ordinary(from, context), context).blueprint, there.blueprint) };
  }
  if (fromDatabase !== undefined && !there.unused.includes('database')) {
    const here = tune(ordinary(stage, { ...context, database: fromDatabase }), context).blueprint;
    return { ...there, blueprint: Bridge.between(here, there.blueprint) };
  }
  if (serving === undefined) return there;
  if (!there.blueprint.database.shardMap) return { ...there, unused: [...there.unused, 'serving'] };
  return { ...there, blueprint: Bridge.resharding(there.blueprint, serving) };
}

/** The tiers that a deployment may have from the first stage with several databases on. */
const DATABASES: { readonly [choice in DatabaseChoice]?: DatabaseTier } = {
  [DatabaseChoice.INSTANCE]: Catalogue.blueprint(4).database,
  [DatabaseChoice.CLUSTER]: DatabaseTier.cluster(),
};

/** A stage with the database that was chosen. Several databases are for an application that knows them, or has a model of them: any other has one cluster. */
function ordinary(stage: number, { app, database, model }: Context): Blueprint {
  const blueprint = Catalogue.blueprint(stage);
  if (!blueprint.database.shardMap) return blueprint;
  if (model && app === undefined) {
    throw new InvalidInput(
      'model is for an application of your own, the reference application has tables of its own: type -c app=DIRECTORY',
    );
  }
  const knowsShards = model !== undefined || app === undefined || Application.at(app).isSelfConfigured;
  const usual = knowsShards ? DatabaseChoice.SHARDED : DatabaseChoice.CLUSTER;
  return { ...blueprint, database: DATABASES[database ?? usual] ?? blueprint.database };
}

/** Applies the choices of a context to a stage; a tier that has nothing to choose returns itself, so the key is not used. */
function tune(stage: Blueprint, context: Context): Tuned {
  const { stage: number, model, shards, sharding, database: wanted, sessions: wantedStore, fromDatabase, regions, places } = context;
  const sized = Sizing.of(context.profile.apply(stage), context);
  const unused = [...sized.unused];
  if (!Catalogue.blueprint(number).database.shardMap) {
    if (wanted !== undefined) unused.push('database');
    if (fromDatabase !== undefined) unused.push('fromDatabase');
  }
  const choose = <Tier, Choice>(key: string, tier: Tier, choice: Choice | undefined, apply: (choice: Choice) => Tier): Tier => {
    const chosen = choice === undefined ? tier : apply(choice);
    if (choice !== undefined && chosen === tier) unused.push(key);
    return chosen;
  };
  const whole = sized.blueprint.database;
  const modelled = choose('model', whole, model, (it) => whole.withModel(it));
  const sharded = choose('shards', modelled, shards, (count) => modelled.withShards(count));
  const database = choose('sharding', sharded, sharding, (strategy) => sharded.withSharding(strategy));
  const { sessions: store } = sized.blueprint;
  if (wantedStore !== undefined && !store.shared) unused.push('sessions');
  const sessions = store.shared && wantedStore === SessionChoice.DYNAMODB ? SessionStore.dynamoDb() : store;
  if (!stage.reach.isGlobal && regions.length > 1) unused.push('regions after the first');
  if (!stage.reach.isGlobal && places !== undefined) unused.push('places');
  return { blueprint: { ...sized.blueprint, database, sessions }, unused };
}
