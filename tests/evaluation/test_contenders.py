"""Every contender learns from examples and gives probabilities; rules know negation a little."""

import importlib.util

import numpy as np
import pytest
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from evaluation.contenders import OURS, Ours, SpacyTextcat, WholeText, contenders, tuned
from evaluation.encoder import LIBRARY, EncoderRegression, EncoderUnavailable, load_encoder
from evaluation.experiments import ablation, compare, learning_curve, truth_of
from evaluation.keyword_rules import KeywordRules
from models import corpora
from models.classifier.corpus import bank_arrays
from nlp.types import LABELS

SETTINGS = {"bits": 12, "families": ("words", "stems"), "folds": 2}


@pytest.fixture(scope="module")
def examples():
    """Every twentieth written submission: all labels, many writers."""
    return corpora.examples()[::20]


@pytest.fixture(scope="module")
def bank():
    return bank_arrays(corpora.clause_bank()[::60])


class HashedWords:
    """An encoder with the interface of sentence-transformers: counts of hashed words."""

    def encode(self, texts, *, normalize_embeddings, show_progress_bar):
        vectors = HashingVectorizer(n_features=256, norm="l2" if normalize_embeddings else None)
        return vectors.transform(texts).toarray()


@pytest.mark.parametrize(
    "make",
    [
        KeywordRules,
        lambda: WholeText(LogisticRegression(C=10.0, solver="liblinear")),
        lambda: WholeText(LinearSVC(C=0.5)),
        lambda: SpacyTextcat(epochs=1),
        lambda: Ours(SETTINGS, None),
        lambda: EncoderRegression(HashedWords()),
    ],
    ids=["rules", "lr", "svc", "spacy", "ours", "encoder"],
)
def test_a_contender_gives_a_probability_for_each_text_and_label(make, examples):
    texts = [example.text for example in examples[:7]]
    found = make().fit(examples).predict_proba([*texts, ""])
    assert found.shape == (8, len(LABELS))
    assert ((found >= 0) & (found <= 1)).all()


def test_thresholds_are_tuned_on_texts_that_were_not_learned_from(examples):
    seen = []

    class Watched(KeywordRules):
        def fit(self, part):
            seen.append(part)
            return super().fit(part)

    fitted = tuned(Watched, examples)
    trial, final = seen
    assert len(trial) == pytest.approx(0.8 * len(examples), abs=1)
    assert {e.id for e in trial} < {e.id for e in examples}
    assert len(final) == len(examples)
    assert ((fitted.thresholds >= 0) & (fitted.thresholds <= 1)).all()
    probabilities, suggested = fitted.suggest([examples[0].text])
    assert (suggested == (probabilities >= fitted.thresholds)).all()


def test_the_learning_curve_grows(examples, bank):
    curve = list(learning_curve(SETTINGS, bank, examples, examples[:20], shares=(0.5, 1.0)))
    assert [row.name for row in curve] == ["50%", "100%"]
    assert [row.size for row in curve] == [round(len(examples) / 2), len(examples)]


def test_the_ablation_leaves_out_one_part_at_a_time(examples, bank):
    makers = ablation(SETTINGS, bank)
    assert list(makers) == [
        "without words", "without stems", "without negation",
        "without the words of the whole text", "without the clause bank", "without marked evidence",
    ]  # fmt: skip
    assert makers["without negation"]().classifier.negation is False
    assert makers["without the words of the whole text"]().classifier.whole_text is False
    assert "without negation" not in ablation({**SETTINGS, "families": ("letters",)}, bank)
    families = [makers[name]().classifier.families for name in list(makers)[:2]]
    assert families == [("stems",), ("words",)]
    ours = contenders(SETTINGS, bank)[OURS]
    rows = list(compare({OURS: ours}, examples, examples[:20]))
    assert rows[0].macro_f1.value > 0.5  # these texts were learned from
    assert len(rows[0].by_label) == len(LABELS)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Vi har stadig ikke fået svar", {"frister"}),
        ("De overholdt fristen", set()),
        ("Ingen har spurgt os", {"partshøring"}),
        ("Afslaget kom uden begrundelse", {"begrundelse"}),
        ("Der var en fin klagevejledning", set()),
        ("Solen skinner i Vejle", set()),
    ],
)
def test_key_words_find_the_plain_cases(text, labels):
    hits = KeywordRules().predict_proba([text])[0]
    assert {label for label, hit in zip(LABELS, hits, strict=True) if hit} == labels


def test_truth_is_an_array_of_the_labels(examples):
    assert truth_of(examples[:3]).dtype == np.bool_
    assert truth_of(examples[:3]).tolist() == [[bool(v) for v in e.labels] for e in examples[:3]]


def test_a_folder_without_a_model_is_no_encoder(tmp_path):
    with pytest.raises(EncoderUnavailable, match="holds no sentence-transformers model"):
        load_encoder(tmp_path)


@pytest.mark.skipif(importlib.util.find_spec(LIBRARY) is not None, reason="the library is there")
def test_without_the_library_the_encoder_says_so(tmp_path):
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="is not installed"):
        load_encoder(tmp_path)


def test_a_tiny_encoder_is_loaded_from_its_folder(tmp_path, examples):
    """The real library with a model made here: random word vectors, averaged."""
    reason = "OPTIONAL: sentence-transformers is not installed"
    library = pytest.importorskip(LIBRARY, reason=reason)
    tokenizers = pytest.importorskip("tokenizers", reason=reason)
    words = sorted({w for e in examples[:40] for w in e.text.lower().split()})
    vocabulary = {"[UNK]": 0, **{word: i for i, word in enumerate(words, 1)}}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    static = library.models.StaticEmbedding(tokenizer, embedding_dim=16)
    library.SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path))
    fitted = EncoderRegression(load_encoder(tmp_path)).fit(examples[:60])
    assert fitted.predict_proba([examples[0].text]).shape == (1, len(LABELS))
