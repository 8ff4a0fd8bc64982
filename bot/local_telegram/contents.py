"""What a message can carry beside text and photos (Bot API, Message): made up, as small as Telegram would send it.

Whoever writes a test needs the kinds, seldom their particulars; ``POST /sim/message`` takes those as ``content``.
"""

from bot.local_telegram.errors import Json

FILES: dict[str, tuple[str, str]] = {
    "animation": ("mp4", "video/mp4"),
    "audio": ("mp3", "audio/mpeg"),
    "sticker": ("webp", "image/webp"),
    "video": ("mp4", "video/mp4"),
    "video_note": ("mp4", "video/mp4"),
    "voice": ("ogg", "audio/ogg"),
}
"""Kinds that are files: extension and MIME type."""

_PERSON: Json = {"id": 77, "is_bot": False, "first_name": "Dora"}
_CHANNEL: Json = {"id": -1009001, "type": "channel", "title": "News"}
_PHOTO: list[Json] = [{"file_id": "AgADBA", "file_unique_id": "AQADBA", "width": 90, "height": 90}]
_STICKER: Json = {
    "file_id": "CAADBA", "file_unique_id": "CAADBQ", "type": "regular", "width": 512, "height": 512,
    "is_animated": False, "is_video": False,
}  # fmt: skip
_PLACE: Json = {"latitude": 52.52, "longitude": 13.405}
_GIFT: Json = {"gift": {"id": "5170145012310081615", "sticker": _STICKER, "star_count": 15}}
_TASK: Json = {"id": 1, "text": "Find a dress"}
_POINT: Json = {"name": "Dots", "sticker": _STICKER, "rarity_per_mille": 5}
_BACKDROP: Json = {"center_color": 1, "edge_color": 2, "symbol_color": 3, "text_color": 4}
_UNIQUE: Json = {
    "gift_id": "5170145012310081615", "base_name": "Bear", "name": "Bear-1", "number": 1, "model": _POINT,
    "symbol": _POINT, "backdrop": {"name": "Night", "colors": _BACKDROP, "rarity_per_mille": 5},
}  # fmt: skip
_PAID: Json = {"currency": "XTR", "total_amount": 5, "invoice_payload": "-", "telegram_payment_charge_id": "1"}
_OPTION: Json = {"text": "red", "voter_count": 0, "persistent_id": "1"}
_POSTED: Json = {"id": "1", "text": "Which one?", "option_persistent_id": "1", "option_text": "The red one"}

SENT: dict[str, Json] = {
    "checklist": {"title": "Shopping", "tasks": [_TASK]},
    "contact": {"phone_number": "+49301234567", "first_name": "Dora"},
    "dice": {"emoji": "🎲", "value": 4},
    "game": {"title": "Lumberjack", "description": "Chop!", "photo": _PHOTO},
    "giveaway": {"chats": [_CHANNEL], "winners_selection_date": 1893456000, "winner_count": 1},
    "giveaway_winners": {
        "chat": _CHANNEL, "giveaway_message_id": 5, "winners_selection_date": 1893456000, "winner_count": 1,
        "winners": [_PERSON],
    },
    "invoice": {
        "title": "A dress", "description": "Red", "start_parameter": "", "currency": "EUR", "total_amount": 4900,
    },
    "location": _PLACE,
    "paid_media": {"star_count": 5, "paid_media": [{"type": "preview", "width": 90, "height": 90}]},
    "poll": {
        "id": "5", "question": "Which one?", "options": [_OPTION], "total_voter_count": 0,
        "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
        "allows_revoting": False, "members_only": False,
    },
    "story": {"chat": _CHANNEL, "id": 3},
    "venue": {"location": _PLACE, "title": "Alexanderplatz", "address": "Berlin"},
}  # fmt: skip
"""What people send, by the field of the message."""

TEXT: dict[str, object] = {
    "business_connection_id": "1",
    "effect_id": "5104841245755180586",
    "forward_origin": {"type": "user", "date": 1700000000, "sender_user": _PERSON},
    "reply_to_story": {"chat": _CHANNEL, "id": 3},
    "sender_boost_count": 2,
    "sender_business_bot": {"id": 78, "is_bot": True, "first_name": "Desk"},
    "suggested_post_info": {"state": "pending"},
}
"""What accompanies a text, by the field of the message."""

SERVICE: dict[str, object] = {
    "boost_added": {"boost_count": 1},
    "channel_chat_created": True,
    "chat_background_set": {
        "type": {"type": "fill", "fill": {"type": "solid", "color": 255}, "dark_theme_dimming": 0},
    },
    "chat_owner_changed": {"new_owner": _PERSON},
    "chat_owner_left": {},
    "chat_shared": {"request_id": 1, "chat_id": -1009001},
    "checklist_tasks_added": {"tasks": [_TASK]},
    "checklist_tasks_done": {"marked_as_done_task_ids": [1]},
    "connected_website": "example.org",
    "delete_chat_photo": True,
    "direct_message_price_changed": {"are_direct_messages_enabled": True},
    "forum_topic_closed": {},
    "forum_topic_created": {"name": "Dresses", "icon_color": 7322096},
    "forum_topic_edited": {"name": "Bags"},
    "forum_topic_reopened": {},
    "general_forum_topic_hidden": {},
    "general_forum_topic_unhidden": {},
    "gift": _GIFT,
    "gift_upgrade_sent": _GIFT,
    "giveaway_completed": {"winner_count": 1},
    "giveaway_created": {},
    "group_chat_created": True,
    "left_chat_member": _PERSON,
    "managed_bot_created": {"bot": {"id": 78, "is_bot": True, "first_name": "Desk"}},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
    "new_chat_members": [_PERSON],
    "new_chat_photo": _PHOTO,
    "new_chat_title": "Friends of dresses",
    "paid_message_price_changed": {"paid_message_star_count": 1},
    "passport_data": {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}},
    "pinned_message": {"message_id": 1, "date": 0, "chat": _CHANNEL},
    "poll_option_added": _POSTED,
    "poll_option_deleted": _POSTED,
    "proximity_alert_triggered": {"traveler": _PERSON, "watcher": _PERSON, "distance": 100},
    "refunded_payment": _PAID,
    "successful_payment": _PAID | {"provider_payment_charge_id": "2"},
    "suggested_post_approval_failed": {"price": {"currency": "XTR", "amount": 5}},
    "suggested_post_approved": {"send_date": 1893456000},
    "suggested_post_declined": {},
    "suggested_post_paid": {"currency": "XTR"},
    "suggested_post_refunded": {"reason": "post_deleted"},
    "supergroup_chat_created": True,
    "unique_gift": {"gift": _UNIQUE, "origin": "upgrade"},
    "users_shared": {"request_id": 1, "users": [{"user_id": 77}]},
    "video_chat_ended": {"duration": 60},
    "video_chat_participants_invited": {"users": [_PERSON]},
    "video_chat_scheduled": {"start_date": 1893456000},
    "video_chat_started": {},
    "web_app_data": {"data": "-", "button_text": "Open"},
    "write_access_allowed": {},
}
"""Notes of the chat itself, by the field of the message. ``migrate_to_chat_id`` comes of ``POST /sim/chat``."""


def content_of(kind: str) -> Json | None:
    """Return the fields of a made-up message of this kind, or None where it is none that is made up here."""
    known = SENT | TEXT | SERVICE
    if kind not in known:
        return None
    # For older bots a venue is a location as well (Bot API, Message).
    return {kind: known[kind]} | ({"location": _PLACE} if kind == "venue" else {})
