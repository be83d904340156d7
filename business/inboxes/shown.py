"""An inbox as a visitor meets it: its settings in his language (the port ``InboxView``)."""

from dataclasses import dataclass

from business.inboxes.settings import WidgetSettings, say
from conversation.forms import Asked, AskedConsent, AskedField
from conversation.inboxes import Face
from conversation.messages import Language
from conversation.ports import Texts


@dataclass(frozen=True, slots=True)
class Inbox:
    """One inbox as it is set up. ``logo``: the name under which the picture is had, ``agent``: name and photo of whose
    face it has; ``signs``: the site can vouch for its customers."""

    id: int
    key: str
    name: str
    domains: tuple[str, ...]
    settings: WidgetSettings
    texts: Texts
    logo: str | None = None
    agent: tuple[str, str | None] | None = None
    signs: bool = False

    def face(self, language: Language) -> Face:
        """In a visitor's language."""
        settings, look = self.settings, self.settings.look
        theme: dict[str, object] = {"accent": look.accent, "scheme": look.scheme, "side": look.side}
        if look.variables:
            theme["variables"] = dict(look.variables)
        if look.likeness == "logo" and self.logo:
            theme["logo"] = self.logo
        if look.likeness == "agent" and self.agent:
            name, photo = self.agent
            theme["agent"] = {"name": name, "photo": photo}
        widget: dict[str, object] = {
            "rating": settings.rating,
            "transcript": settings.transcript,
            "sound": settings.sound,
        }
        if settings.buttons:
            widget["buttons"] = [
                {"label": say(one.label, language), "text": say(one.text or one.label, language)}
                for one in settings.buttons
            ]
        if settings.proactive:
            widget["proactive"] = [
                {
                    "key": one.key,
                    "pages": one.pages,
                    "after_s": one.after_s,
                    "often": one.often,
                    "text": say(one.text, language),
                }
                for one in settings.proactive
            ]
        return Face(
            asked=self.asked(language),
            title=say(settings.title, language),
            greeting=say(settings.greeting, language),
            away=say(settings.away, language),
            theme=theme,
            widget=widget,
        )

    def asked(self, language: Language) -> Asked:
        """The form in a language."""
        fields = tuple(
            AskedField(
                one.key,
                one.kind,
                say(one.label, language) or self._usual_label(one.key, language),
                one.required,
                tuple(say(choice, language) for choice in one.choices),
            )
            for one in self.settings.form
        )
        consent = self.settings.consent
        if not consent.texts:
            return Asked(fields, None, self.id)
        spoken: Language = language if consent.texts.get(language) else "en" if "en" in consent.texts else language
        if spoken not in consent.texts:
            spoken = next(iter(consent.texts))
        return Asked(fields, AskedConsent(consent.version, consent.texts[spoken], spoken), self.id)

    def _usual_label(self, key: str, language: Language) -> str:
        return self.texts.get(language, f"form.{key}") if key in ("name", "phone", "email") else key
