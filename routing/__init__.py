"""The talk: the one door in (intake), what was said (transcript), who answers (presence, handoff), and who is told
(publisher)."""
