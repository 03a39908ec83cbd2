"""All of Plivo's tables together: what it lays over the base rules, its interface, its words and its assumptions."""

from __future__ import annotations

from callsim.rules import Vendor

from . import (
    asking,
    bulk,
    conferences,
    delay,
    dial,
    dialling,
    documents,
    door,
    fetching,
    hearing,
    later,
    parts,
    platform,
    policies,
    recordings,
    records,
    rooms,
    rules,
    telling,
    views,
    words,
)
from .assumptions import ASSUMPTIONS

VENDOR = Vendor(
    "plivo", "Plivo",
    (*rules.PUBLISHED, *rules.OVERLAY, *rooms.ROOM_OVERLAY, *parts.PART_OVERLAY, *telling.TELLING_OVERLAY, *fetching.OVERLAY,
     *platform.OVERLAY, *dial.OVERLAY, *dialling.OVERLAY, *delay.DELAY_OVERLAY, *recordings.OVERLAY, *conferences.OVERLAY,
     *documents.OVERLAY, *hearing.OVERLAY),
    (*rules.ROUTES, *rooms.ROOM_ROUTES, *parts.PART_ROUTES, *parts.PART_ANSWERS, *telling.TELLING_WORDS, *rules.LIMITS,
     *rules.ANSWERS, *rooms.ROOM_ANSWERS, *words.WORDS, *rooms.ROOM_WORDS, *fetching.ROWS, *policies.ROWS, *asking.ROWS,
     *platform.ROWS, *dial.WORDS, *dialling.ROWS, *documents.ROWS, *recordings.ROWS, *conferences.ROWS, *door.ROWS, *records.ROWS,
     *views.ROWS, *bulk.ROWS, *hearing.ROWS, *later.ROWS),
    (*ASSUMPTIONS, *delay.DELAY_ASSUMPTIONS, *recordings.ASSUMPTIONS, *conferences.ASSUMPTIONS, *door.ASSUMPTIONS,
     *records.ASSUMPTIONS, *views.ASSUMPTIONS, *bulk.ASSUMPTIONS, *hearing.ASSUMPTIONS, *later.ASSUMPTIONS,
     *rooms.ROOM_ASSUMPTIONS, *parts.PART_ASSUMPTIONS, *documents.ASSUMPTIONS,
     *fetching.ASSUMPTIONS, *policies.ASSUMPTIONS, *asking.ASSUMPTIONS, *platform.ASSUMPTIONS, *dialling.ASSUMPTIONS),
)  # fmt: skip
