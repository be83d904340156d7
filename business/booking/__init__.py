"""Services, schedules, free time, appointments, the waiting list: what is booked, and never twice."""
