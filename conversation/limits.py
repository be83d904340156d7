"""How often: token buckets for visitors, addresses and logins. In memory, bounded, standard library only."""

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_s`` a second on average, ``burst`` at once."""

    per_s: float
    burst: float


class TokenBucket:
    """One bucket. Times are seconds of a monotonic clock, handed in by the caller."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, at: float) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at = at

    def take(self, at: float) -> float:
        """Takes one token. Returns 0.0, or the seconds until one is there (then nothing was taken)."""
        left = min(self._rate.burst, self._left + (at - self._at) * self._rate.per_s)
        self._at = at
        if left >= 1.0:
            self._left = left - 1.0
            return 0.0
        self._left = left
        return (1.0 - left) / self._rate.per_s

    def full(self, at: float) -> bool:
        """Whether forgetting this bucket would change nothing."""
        return self._left + (at - self._at) * self._rate.per_s >= self._rate.burst


class Limiter:
    """A bucket for every key, the longest unused forgotten beyond ``keys`` of them."""

    def __init__(self, rate: Rate, keys: int = 100_000) -> None:
        self._rate = rate
        self._keys = keys
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def bucket(self, key: str, at: float) -> TokenBucket:
        """``key``'s bucket, for one who will take from it often."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate, at)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket

    def take(self, key: str, at: float) -> float:
        """Takes one token of ``key``'s bucket; 0.0, or the seconds to wait."""
        return self.bucket(key, at).take(at)
