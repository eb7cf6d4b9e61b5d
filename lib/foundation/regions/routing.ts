/** How DNS chooses between regions once there are several. Final from the first record on: Route 53 refuses to change it. */
export enum Routing {
  /** The region with the least network latency from the user. */
  LATENCY = 'latency',
  /** The region that the user's country or continent is assigned to; the nearest region for the rest, and where that region is not ready. */
  GEOLOCATION = 'geolocation',
}
