"""What the firm knows: articles and answers, how they are found, which questions nobody answered."""
