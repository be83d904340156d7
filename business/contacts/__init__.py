"""Who the customers are: cards, merging, history, tasks, the bin, and what becomes of personal data."""
