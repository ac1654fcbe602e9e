"""Forms with a file, read back by a parser that isn't ours."""

from email.parser import BytesParser
from email.policy import HTTP

from pagemirror.transport.forms import encoded
from pagemirror.transport.interface import Form


def test_fields_stand_before_the_file_and_its_bytes_come_back_as_they_are() -> None:
    content = b"\x89PNG\r\n--\r\n\x00\xff"
    form = Form(fields={"pageId": "p1"}, name='a "b".png', mime="image/png", content=content)
    kind, body = encoded(form)
    read = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    field, file = read.iter_parts()
    assert field.get_content().strip() == "p1"
    assert (file.get_filename(), file.get_content_type()) == ("a %22b%22.png", "image/png")
    assert file.get_payload(decode=True) == content
    assert encoded(form) == (kind, body)
