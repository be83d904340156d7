"""The door of Telegram: a bot, and the owner's own account where he lets the bot answer there (Telegram Business).

The wire is https://core.telegram.org/bots/api, spoken by python-telegram-bot, which is loaded with the first request.
"""
