/** What the server's `standalone.js` has in place of a model. */
export const ARTIFACT_PLACEHOLDER = '__TRAINYARD_ARTIFACT__';
