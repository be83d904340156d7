"""What binds a booking, as the owner has set it."""

from business.booking.model import BookingRules
from business.booking.settings import BookingSettings
from crm_store import Tx
from crm_store.remembering import remember


def load_rules(tx: Tx) -> BookingRules:
    """As of the beginning of the transaction."""
    return remember(tx, "booking rules", lambda: _load(tx))


def _load(tx: Tx) -> BookingRules:
    kept = BookingSettings.load(tx)
    return BookingRules(
        online=kept.online,
        notice_min=kept.notice_min,
        far_days=kept.far_days,
        change_min=kept.change_min,
        late_min=kept.late_min,
        hold_min=kept.hold_min,
        step_min=kept.step_min,
        revert_min=60 * kept.revert_hours,
    )
