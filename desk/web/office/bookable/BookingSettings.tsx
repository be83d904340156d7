import { SettingGroups } from "../manage/StoreSettings";

const groups = [
  ["grid", ["step_min", "duration_min", "day_start", "day_end", "shift_min", "staff_order", "useful_only", "copies", "revert_hours"]],
  ["customers", ["online", "notice_min", "far_days", "change_min", "late_min", "confirm", "ask_source", "phone_check", "hold_min", "offer_min"]],
  ["reminders", ["remind_first_hours", "remind_last_hours", "missed_rule", "missed_count"]],
] as const;

/** How booking goes: its grid, what customers may do, reminders. */
export function BookingSettings() {
  return <SettingGroups path="booking-settings" title="manage.booking" groups={groups.map(([name, keys]) => ({ title: `bookable.set_${name}`, has: (key) => keys.some((one) => key === `booking.${one}`) }))} words="bookable.choice" />;
}
