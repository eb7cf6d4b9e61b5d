/** Where sessions can be from stage 4 on. */
export enum SessionChoice {
  /** A Valkey group in each region. */
  VALKEY = 'valkey',
  /** A DynamoDB table, with several regions a global table. */
  DYNAMODB = 'dynamodb',
}
