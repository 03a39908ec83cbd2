"""Where the base rules come from: standards that every one of these systems is built on, and the models' own ground."""

from __future__ import annotations

from callsim.provenance import Evidence, assumed, documented, observed

SEEN = "2026-11-21"

RFC3261 = "https://www.rfc-editor.org/rfc/rfc3261"

RFC3261_INVITE = documented(Evidence(f"{RFC3261}#section-13", SEEN, "provisional and final answers to a call, in that order"))
RFC3261_CANCEL = documented(
    Evidence(f"{RFC3261}#section-9", SEEN, "a cancel ends a call nobody answered, and changes nothing after a final answer")
)
RFC3261_BYE = documented(Evidence(f"{RFC3261}#section-15", SEEN, "an established call is ended by either side, once"))
RFC3261_BUSY = documented(Evidence(f"{RFC3261}#section-21", SEEN, "busy, declined and unreachable are final answers"))
CSTA = observed(
    Evidence(
        "Cisco CTI OS and Avaya TSAPI guides, Clear Call and Clear Connection",
        SEEN,
        "clearing what is cleared is an error that leaves all as it is",
    )
)
XML_FLOW = assumed(
    "core.instructions",
    Evidence("https://plivo.com/docs/voice/xml/routing.md", SEEN, "elements run one at a time, from top to bottom"),
)
PHONE_CALL = assumed(
    "core.phone_calls",
    Evidence("https://wiki.4psa.com/display/VNUAPI30/UnPark+PhoneCalls", SEEN, "a phone call can be parked and taken back"),
)
MODEL_MPC = assumed(
    "core.multiparty",
    Evidence("https://plivo.com/docs/voice/api/multiparty-calls.md", SEEN, "the fullest published life of a multiparty call"),
)
PLATFORM = assumed(
    "core.platform",
    Evidence(
        "https://plivo.com/docs/voice/troubleshooting/hangup-causes.md", "2026-11-22",
        "what a platform ends calls for by itself: no media, no credit, a machine that answers",
    ),
)  # fmt: skip
MODEL_DIAL = assumed(
    "core.conversations",
    Evidence("https://plivo.com/docs/voice/xml/routing.md", "2026-11-22", "several called at once, the first to answer is connected"),
)
