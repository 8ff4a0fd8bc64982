"""Everything that can go wrong with pictures, words and vectors.

    RetrievalError
    ├── PictureUnreadable      bytes that are no picture, are hostile, or cannot be decoded
    ├── ModelUnavailable       unknown model name, missing or damaged weights
    ├── CombinerInvalid        a checkpoint that is no Combiner, or of another size than the encoder
    ├── SnapshotInvalid        a snapshot that is damaged, or made for another model or Combiner
    ├── CatalogueInvalid       a catalogue file or folder that cannot be read at all
    ├── IndexingFailed         the job as a whole stopped (disk full, nothing readable)
    ├── ReferenceUnknown       a reference that is not in the snapshot
    │   └── PhotoUnusable      a photo that was encoded by another model, or is damaged
    ├── SearchOverloaded       the worker's queue is full
    └── SearchTimedOut         the worker did not answer in time

The message of each is one sentence for the person or admin it concerns; the cause is chained.
"""


class RetrievalError(Exception):
    """Root of this package's errors; `str(error)` is one clear sentence."""


class PictureUnreadable(RetrievalError):
    """A picture that cannot be decoded, or that is refused because decoding it would be dangerous."""


class ModelUnavailable(RetrievalError):
    """The model cannot be loaded; the message says which names are known or which file is damaged."""


class CombinerInvalid(RetrievalError):
    """A Combiner checkpoint that cannot be used with this encoder; the message names both sizes."""


class SnapshotInvalid(RetrievalError):
    """A snapshot that must not be served; the message says what to do."""


class CatalogueInvalid(RetrievalError):
    """A catalogue source that cannot be read at all (single bad entries are counted, not raised)."""


class IndexingFailed(RetrievalError):
    """The indexing job as a whole stopped; the live snapshot is untouched."""


class ReferenceUnknown(RetrievalError):
    """A reference picture that this snapshot does not hold."""


class PhotoUnusable(ReferenceUnknown):
    """What was kept of a photo that somebody sent is damaged, or of another encoder."""


class SearchOverloaded(RetrievalError):
    """Too many requests are waiting at the worker."""


class SearchTimedOut(RetrievalError):
    """The worker did not answer within its time limit."""
