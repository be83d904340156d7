"""What a message names: dates and times, phones, sums, personal names, the firm's own, numbers; in five languages."""
