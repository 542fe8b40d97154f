"""What is not set, and what does not work without it."""

from collections.abc import Iterator, Mapping

from console.config.load import Loaded
from console.config.secrets import is_referred_to


def missing(loaded: Loaded, environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each setting that live calls need and that is not there; nothing is read or run."""
    api = loaded.settings.api
    polls = loaded.settings.poll.enabled
    if not polls and not api.public_key and not api.public_key_file:
        yield (
            "no public key: every webhook is refused;"
            " set api.public_key or TELNYX_PUBLIC_KEY (portal: Keys & Credentials)"
        )
    if not is_referred_to(loaded, environ):
        yield (
            "no API key: watching only, nothing can be sent;"
            " set TELNYX_API_KEY, or api.api_key_file or api.api_key_command"
        )
    if not api.connection_id:
        yield (
            "no connection id: calls that began before cannot be found;"
            " set api.connection_id to the id of your Call Control application"
        )
