"""Who answers: the plan (no input, no output), what carries it out, and the leases by which agents are known to be
there. The rules are told in docs/subsystems/assignment.md."""
