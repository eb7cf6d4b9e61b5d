export * from '../lib';
export * as stages from './stages';
