"""Everything the console raises on purpose.

ConsoleError
├── UsageError          a wrong argument or option (exit code 2)
├── ConfigError         a wrong or unreadable setting (exit code 2)
├── IngestError         a webhook that cannot be taken as it is
│   ├── SignatureError  not verified: which check failed, in words
│   └── PayloadError    verified, but not a JSON object
├── ApiError            a request to Telnyx that did not do what was asked
│   ├── Unreachable     no answer (exit code 4)
│   └── Refused         an answer that says no (exit code 3)
├── JournalError        the journal cannot be opened, read or written
│   └── NoJournalYet    there is none, or nothing has been recorded in it
└── EngineError         the engine cannot start or does not answer
    └── OutcomeUnknown  it was handed a command and has not told what became of it

Every error has one plain sentence for a person: what is wrong, where, what to do. It never contains a key, a
token or a header value.
"""


class ConsoleError(Exception):
    """Base of all errors raised on purpose; `user_message` is fit to be shown as it is."""

    exit_code = 1

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


class UsageError(ConsoleError):
    """A wrong argument, option or name on the command line."""

    exit_code = 2


class ConfigError(ConsoleError):
    """A setting that cannot be used; names file, key and what to do."""

    exit_code = 2


class IngestError(ConsoleError):
    """A webhook that cannot be taken as it is."""


class SignatureError(IngestError):
    """The webhook is not verified; the message says which check failed."""


class PayloadError(IngestError):
    """The webhook is verified, but its body is not a JSON object."""


class ApiError(ConsoleError):
    """A request to Telnyx that did not do what was asked."""


class Unreachable(ApiError):
    """No answer from Telnyx within the limits; `attempts` were made, and `may_have_arrived` says whether one of them
    got beyond connecting.
    """

    exit_code = 4

    def __init__(
        self, user_message: str, *, attempts: int = 0, may_have_arrived: bool = False
    ) -> None:
        super().__init__(user_message)
        self.attempts = attempts
        self.may_have_arrived = may_have_arrived


class Refused(ApiError):
    """Telnyx answered no; the message carries its code, our explanation and what to do."""

    exit_code = 3


class JournalError(ConsoleError):
    """The journal cannot be opened, read or written."""


class NoJournalYet(JournalError):
    """There is no journal, or nothing has been recorded in it: whoever writes it next makes it."""


class EngineError(ConsoleError):
    """The engine cannot start, or does not answer."""


class OutcomeUnknown(EngineError):
    """The engine was handed a command and has not told what became of it: it may have been sent."""
