"""The error tree. It knows neither the command line nor HTTP; `api` decides on exit codes and status numbers.

    VipgrafError
    ├── InputError            the caller's input is wrong; the message says what to do
    │   ├── DocumentRefused   one document cannot be taken in (reason); the others can
    │   │   ├── NoAnswer      its host could not be reached, or broke off
    │   │   └── Missing       its host says that there is no such thing
    │   ├── IndexFileError    the --index table cannot be used
    │   ├── CodeListError     a file of classification codes cannot be used
    │   ├── CodeRefused       one row of it cannot be used (reason); the others can
    │   ├── QuestionError     a question or a file of judged questions cannot be used
    │   ├── SettingError      an environment variable holds something unusable
    │   └── QueryRefused      a SPARQL request that is never run
    │       ├── MalformedQuery     it does not parse
    │       ├── UpdateRefused      it would write
    │       └── ServiceRefused     it would call out
    ├── QueryFailed           a SPARQL query was started and gave no result
    │   ├── QueryTimeout      the deadline passed
    │   ├── QueryTooLarge     it needs more memory or output than allowed
    │   └── QueryBusy         all workers are taken
    ├── StoreLocked           another process writes to the working graph
    ├── ReleaseError          a release cannot be made, found or trusted
    │   ├── NoRelease         nothing has been published
    │   └── BrokenRelease     its files are not what its manifest says
    └── ModelUnavailable      a language pipeline, lexicon or embedding model cannot be loaded

Messages are Swedish, since users read them: what happened, to which thing, and what to do.
"""


class VipgrafError(Exception):
    """Every error that the product raises on purpose."""


class InputError(VipgrafError):
    """The caller's input is wrong."""


class DocumentRefused(InputError):
    """One document cannot be taken in."""


class NoAnswer(DocumentRefused):
    """The host could not be reached, or broke off: other documents of it are likely to fare the same."""


class Missing(DocumentRefused):
    """The server says that there is no such thing."""


class IndexFileError(InputError):
    """The table that describes the documents cannot be used."""


class CodeListError(InputError):
    """A file of classification codes cannot be used."""


class CodeRefused(InputError):
    """One row of a file of classification codes cannot be used."""


class QuestionError(InputError):
    """A question, or a file of judged questions, cannot be used."""


class SettingError(InputError):
    """A setting holds something unusable."""


class QueryRefused(InputError):
    """A SPARQL request that is never run."""


class MalformedQuery(QueryRefused):
    """A SPARQL query that does not parse."""


class UpdateRefused(QueryRefused):
    """A SPARQL request that would write."""


class ServiceRefused(QueryRefused):
    """A SPARQL query that would call another service."""


class QueryFailed(VipgrafError):
    """A SPARQL query was started and gave no result."""


class QueryTimeout(QueryFailed):
    """The deadline passed; the worker was killed."""


class QueryTooLarge(QueryFailed):
    """The query needs more memory, or gives more output, than allowed."""


class QueryBusy(QueryFailed):
    """All workers are taken and the queue is full."""


class StoreLocked(VipgrafError):
    """Another process writes to the working graph."""


class ReleaseError(VipgrafError):
    """A release cannot be made, found or trusted."""


class NoRelease(ReleaseError):
    """Nothing has been published."""


class BrokenRelease(ReleaseError):
    """The files of a release are not what its manifest says."""


class ModelUnavailable(VipgrafError):
    """A language pipeline, lexicon or embedding model cannot be loaded."""
