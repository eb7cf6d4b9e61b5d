// Whole files: jsii finds no types that are named one by one in a namespace.
export * from './1-single-server';
export * from './2-private-database';
export * from './3-read-path';
export * from './4-stateless-tier';
export * from './5-data-scaling';
export * from './6-multi-region';
export * from './app';
export * from './catalogue';
export * from './context';
export * from './database-choice';
export * from './session-choice';
