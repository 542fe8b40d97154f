"""What a simulator can be told. Seconds are the simulated world's: `speed` divides every wait of a call."""

from dataclasses import dataclass

from console.errors import UsageError

MAX_SPEED = 1000.0
"""Beyond it nothing but timers would run, and no signal would be heard."""
MAX_RATE = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """Values with units in their names; `port` 0 takes any free port, `seed` None a different run every time."""

    host: str = "127.0.0.1"
    port: int = 0
    webhook_url: str | None = None
    """Where the listener is; it can also be told later with PATCH /call_control_applications/{id}."""
    failover_url: str | None = None
    webhook_api_version: str = "2"
    rate: float = 6.0
    """Incoming calls a simulated minute (`speed` shortens these waits too); 0: none but those asked for."""
    seed: int | None = None
    chaos: bool = False
    speed: float = 1.0
    call_cost: bool = False
    """Whether the application reports call.cost (`call_cost_in_webhooks`)."""
    rate_limit: int | None = None
    """Requests a second before the API answers 429; None: no limit and no x-ratelimit headers."""

    def __post_init__(self) -> None:
        if not 0 < self.speed <= MAX_SPEED:
            raise UsageError(
                f"The simulator's speed must be above 0 and at most {MAX_SPEED:g}, not {self.speed:g}."
            )
        if not 0 <= self.rate <= MAX_RATE:
            raise UsageError(
                f"The rate of incoming calls must be from 0 to {MAX_RATE:g} a minute, not {self.rate:g}."
            )
        if self.webhook_api_version not in {"1", "2"}:
            raise UsageError("The webhook version of the simulator is 1 or 2.")
