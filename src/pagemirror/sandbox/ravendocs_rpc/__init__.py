"""Raven Docs' page API as the published server 0.10 answers it: POST-only, with a JWT."""

from pagemirror.sandbox.ravendocs_rpc.api import RavendocsRpcApi, owner_token, reader_token

__all__ = ["RavendocsRpcApi", "owner_token", "reader_token"]
