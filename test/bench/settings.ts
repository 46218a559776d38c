/**
 * The settings with which agents reach the figures of their benchmarks, tests and notebook. The example sale has 12
 * hours, 30 units and 8 discounts; it is undiscounted, and its rewards are scaled to the order of 1.
 */
export const SALE_TABLE = { episodes: 300_000 };
export const SALE_DQN = { steps: 40_000, discount: 1, rewardScale: 1 / 200, priority: 0, lookAhead: 1 };
export const SALE_PPO = {
  ...{ steps: 200_000, discount: 1, rewardScale: 1 / 100 },
  ...{ learningRate: 0.003, horizon: 256, batch: 512, epochs: 6 },
};

/** Ten steps of look-ahead, since on a cart what is wrong shows late; and a far horizon, since it drifts slowly. */
export const CART_DQN = {
  ...{ steps: 50_000, every: 2, lookAhead: 10, discount: 0.995, rewardScale: 0.05 },
  ...{ explored: 0.1, lastExploration: 0.02 },
};
/** The settings that RL Baselines3 Zoo publishes for CartPole-v1 (hyperparams/ppo.yml), by our names. */
export const CART_PPO = {
  ...{ steps: 100_000, environments: 8, horizon: 32, batch: 256, epochs: 20, discount: 0.98, lambda: 0.8 },
  ...{ learningRate: 1e-3, lastLearningRate: 0, clip: 0.2, lastClip: 0, entropy: 0, hidden: [64, 64] },
};
/** The same for DQN (hyperparams/dqn.yml), which is the plain one. */
export const CART_ZOO_DQN = {
  ...{ steps: 50_000, capacity: 100_000, batch: 64, warmUp: 1000, every: 256, updates: 128, discount: 0.99 },
  ...{ learningRate: 2.3e-3, lastLearningRate: 2.3e-3, explored: 0.16, lastExploration: 0.04, hidden: [256, 256] },
  ...{ follow: 1, followEvery: 10, lookAhead: 1 },
};
