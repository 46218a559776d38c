/** Several models that speak as one. */
export { averageLogits, averageProbabilities, averageRanks, type Outputs } from "./average";
export { groupFolds, splitFold, stratifiedFolds } from "./folds";
export { type SoftmaxRegression, softmaxRegression } from "./softmax-regression";
export { type Learner, type Predictor, type Stack, type StackOptions, stack } from "./stacking";
