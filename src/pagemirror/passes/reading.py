"""What a pass has read: files as documents without their bodies, records, and which of them belong together."""

from dataclasses import dataclass, field

from pagemirror.content import link_keys
from pagemirror.model.documents import Document, Finding
from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.records import Record
from pagemirror.passes.library import Known, Library
from pagemirror.planner.identity import Matches

__all__ = ["Reading"]


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was read. `whole`: everything was. `quiet` are records whose file did not move, looked at all the same.

    `parsed` is without bodies; the library puts its documents there. Of these, `targets` are the paths that documents
    link to and that are no files at hand, `keys` (of a part alone) all that a link may mean, `names` what wiki links
    name. `uids` gives each file at hand its document's uid.
    """

    whole: bool
    library: Library
    files: dict[RepoPath, BlobId] = field(default_factory=dict)
    parsed: Known = field(default_factory=dict)
    left_out: set[RepoPath] = field(default_factory=set)
    targets: set[RepoPath] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    records: dict[Uid, Record] = field(default_factory=dict)
    quiet: dict[Uid, Record] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    matches: Matches = field(default_factory=lambda: Matches(found={}))
    uids: dict[RepoPath, Uid] = field(default_factory=dict)

    @property
    def documents(self) -> dict[RepoPath, Document]:
        """The files that can be pages."""
        return {path: item for path, item in self.parsed.items() if isinstance(item, Document)}

    @property
    def outside(self) -> set[RepoPath]:
        """What a link may mean that is no document: files that are none, and other paths that are linked to."""
        aside = {path for path in self.files if not isinstance(self.parsed.get(path), Document)}
        return self.targets | aside

    def add(self, document: Document) -> None:
        """Note a document, and what it links to."""
        self.findings += document.findings
        for slot in document.links:
            if slot.name:
                self.names.add(slot.name)
            if slot.path is not None and slot.path not in self.files:
                self.targets.add(slot.path)
            if not self.whole:
                self.keys.update(link_keys(slot))
