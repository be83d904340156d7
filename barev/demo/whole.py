"""All of the demo's stories in one place; imported only when they are told."""

from typing import Final

from barev.demo import almaty, tbilisi, yerevan
from barev.demo.script import Story

STORIES: Final[tuple[Story, ...]] = (yerevan.STORY, tbilisi.STORY, almaty.STORY)
