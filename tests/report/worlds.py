"""Scenarios that several tests tell about."""

CANCELLED = """\
title: A call, cancelled while it rings
vendor: tryvox
calls:
  alice: {to: "+15550100003", hangup_url: /hangup}
steps:
  - {at: 5s, hang_up: alice, expect: 204}
  - {after: 1s, hang_up: alice, expect: 404}
expect:
  alice: {cause: cancelled, ended: 5s}
"""

ROOM = """\
title: A room is ended
vendor: plivo
documents:
  /join: <Response><MultiPartyCall role="Agent">room</MultiPartyCall><Speak>Bye</Speak></Response>
  /survey: <Response><Wait length="2"/></Response>
calls:
  anna: {direction: inbound, placed: 0s, answer_url: /join}
steps:
  - {at: 2s, add: cleo, mpc: room, role: customer, far_end: {answers: 3s}}
  - {at: 2s, add: dora, mpc: room, role: customer, far_end: {answers: 3s}, exit_url: /survey}
  - {at: 30s, stop: room, expect: 204}
"""

QUEUED = """\
title: Hanging up a queued call
vendor: [plivo, tryvox, voipnow]
calls:
  alice: {to: "+15550100003", far_end: {rings: 10s}}
steps:
  - {at: 5s, hang_up: alice}
  - {at: 15s, hang_up: alice}
"""

SURROGATE = r"""
title: A lone surrogate in a body reaches a callback
vendor: tryvox
steps:
  - at: 1s
    request: POST /v1/voice/accounts/$account/calls
    body: '{"from": "+15550100077", "to": "+15550100003", "ring_timeout": 5,
            "answer_url": "http://app.test/\ud800", "hangup_url": "http://app.test/\ud800"}'
    expect: {body: '{"from": "\ud801"}'}
expect:
  callbacks: [{url: /nowhere}]
""".lstrip()

UP = """\
title: Still up
vendor: plivo
calls:
  alice: {to: "+15550100001"}
"""
