from pagemirror.content.outline import outline
from pagemirror.model.documents import LinkKind


def test_headings_are_found_with_their_bytes_and_words() -> None:
    text = "ü\n\n## A *b* ![c](d.png)\n\nE\n===\n\n```\n# no\n```\n"
    found = outline(text.encode(), text, bool).headings
    assert [(heading.level, heading.text, heading.words) for heading in found] == [
        ("H2", "A b c", "A b "),
        ("H1", "E", "E"),
    ]
    assert text.encode()[found[1].start : found[1].end] == b"E\n===\n"


def test_only_wanted_destinations_are_looked_for() -> None:
    text = "[a](b) <a href=c> [[d]]\n\n[e]: f\n"
    spots = outline(text.encode(), text, lambda destination: destination in {"c", "f"}).spots
    assert [(spot.destination, spot.kind) for spot in spots] == [("c", LinkKind.LINK), ("f", LinkKind.LINK)]


def test_a_definition_that_an_image_uses_is_an_images() -> None:
    text = "![a][X  y] [b][z]\n\n[x Y]: c.png\n[z]: d.md\n"
    spots = outline(text.encode(), text, bool).spots
    assert [(spot.destination, spot.kind) for spot in spots] == [("c.png", LinkKind.IMAGE), ("d.md", LinkKind.LINK)]


def test_rules_in_mid_text_are_never_taken_for_metadata() -> None:
    text = "a\n\n---\n[b](c.md)\n---\n"
    assert [spot.destination for spot in outline(text.encode(), text, bool).spots] == ["c.md"]


def test_a_destination_that_the_bytes_do_not_show_is_told_and_not_guessed() -> None:
    text = "[a](b.md)\n\n[c]: d.md\n"
    other = text.replace("b.md", "x.md").replace("d.md", "y.md")
    found = outline(other.encode(), text, bool)
    assert (found.spots, found.unparsed) == ([], [0, 11])
