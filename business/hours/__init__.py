"""When the firm works: weeks, exceptions, holidays, shifts; of the firm, a branch, a team, an agent."""
