"""Each built-in backend passes the suite for backends, over real HTTP against the sandbox."""

import pytest

from pagemirror.sandbox.process import SandboxProcess
from pagemirror.testing import Conformance, Subject
from support.subjects import RPC, SandboxSubject


class TestExec(Conformance):
    @pytest.fixture
    def subject(self, box: SandboxProcess) -> Subject:
        return SandboxSubject(box, "exec")


class TestPharen(Conformance):
    @pytest.fixture
    def subject(self, box: SandboxProcess) -> Subject:
        return SandboxSubject(box, "pharen")


class TestRavendocs(Conformance):
    @pytest.fixture
    def subject(self, box: SandboxProcess) -> Subject:
        return SandboxSubject(box, "ravendocs")


class TestRavendocsRpc(Conformance):
    @pytest.fixture
    def subject(self, box: SandboxProcess) -> Subject:
        return SandboxSubject(box, RPC)
