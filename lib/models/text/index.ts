/** Review text: encoders of BERT's family, linear models of n-grams, and networks of characters trained from nothing. */
export { type Bert, loadBert, meanState, tokenStates } from "./bert";
export { type BertClassifier, type BertClassifierOptions, createBertClassifier } from "./bert-classifier";
export {
  type CharacterCnnShape,
  type CharacterTransformerShape,
  createCharacterCnn,
  createCharacterTransformer,
} from "./character-networks";
export { type Characters, fitCharacters } from "./characters";
export { type BertShape, bertShape, longestText, readBertShape } from "./config";
export { EVIDENCE_STEPS, type Evidence, fitEvidence, readEvidence } from "./evidence";
export { decisions, type LinearSvm, linearSvm } from "./linear-svm";
export { logCountRatios, weighColumns } from "./naive-bayes";
export { type NearDuplicates, nearDuplicates } from "./near-duplicates";
export { type Need, needScores, similarTexts } from "./needs";
export { accuracy, labelTask, type TextNetwork, textScores } from "./network";
export { fitNgrams, type NgramOptions, type Ngrams, ngramFeatures } from "./ngrams";
export { type FetchModelOptions, fetchTextModel } from "./packages";
export {
  type CharacterNetworkOptions,
  fitCharacterNetwork,
  fitNgramSvm,
  type LabelledTexts,
  type NgramSvmOptions,
  type TextScorer,
} from "./scorers";
export { embedSentences, type SentenceEmbeddings, type SentenceOptions } from "./sentences";
export { encodeTexts, openTokenizer, type TextTokenizer } from "./tokenizer";
