/** Names that stand in URLs: `penguins`, `churn-v2`. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/;
