"""getUpdates, setWebhook, deleteWebhook, getWebhookInfo."""

from bot.local_telegram.errors import Json, conflict
from bot.local_telegram.methods.context import Context
from bot.local_telegram.webhook import check_secret, check_url

_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_WEBHOOK_SET = "terminated by setWebhook request"


async def get_updates(context: Context) -> list[Json]:
    """Return waiting updates, or wait for them."""
    account = context.account
    if account.webhook.url:
        raise conflict(_WEBHOOK_ACTIVE)
    _set_allowed(context)
    parameters = context.parameters
    return await account.updates.poll(
        parameters.integer("offset"), parameters.integer("limit", 100), max(0, parameters.integer("timeout"))
    )


async def set_webhook(context: Context) -> bool:
    """Have updates posted to an address; an empty one ends that."""
    url, secret = context.text("url") or "", context.text("secret_token") or ""
    webhook = context.account.webhook
    check_secret(secret)
    if url:
        check_url(url)
    _set_allowed(context)
    if context.parameters.boolean("drop_pending_updates"):
        context.account.updates.drop()
    await webhook.delete()
    if url:
        context.account.updates.interrupt(conflict(_WEBHOOK_SET))
        webhook.set(url, secret, context.parameters.integer("max_connections", 40))
    return True


async def delete_webhook(context: Context) -> bool:
    """Return to getUpdates."""
    if context.parameters.boolean("drop_pending_updates"):
        context.account.updates.drop()
    await context.account.webhook.delete()
    return True


async def get_webhook_info(context: Context) -> Json:
    """Return the state of the webhook."""
    return context.account.webhook.info()


def _set_allowed(context: Context) -> None:
    """Keep ``allowed_updates`` where it is given; an empty list is the default set, absence the previous one."""
    allowed = context.parameters.structure("allowed_updates", "can't parse allowed_updates JSON object")
    if isinstance(allowed, list):
        context.account.updates.allowed = frozenset(map(str, allowed)) or None
