"""A passkey in software: what a browser and a device answer, with a real signature."""

import json
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class SoftPasskey:
    """A passkey of one person for one host. It asks for a PIN unless made otherwise."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = token_bytes(32)
        self.user_handle = ""
        self.origin = origin
        self.flags = PRESENT | (VERIFIED if verifies else 0)

    def make(self, options: dict[str, Any]) -> str:
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        data = self._data(asked["rp"]["id"], self.flags | WITH_KEY) + bytes(16)
        data += len(self.id).to_bytes(2) + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", asked),
            attestationObject=cbor.encode(attested),
        )

    def show(self, options: dict[str, Any], *, host: str = "localhost") -> str:
        asked = options["publicKey"]
        client_data = self._client_data("webauthn.get", asked)
        data = self._data(asked.get("rpId", host), self.flags)
        signed = data + sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + bytes(4)

    def _client_data(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> str:
        response = {name: websafe_encode(part) for name, part in parts.items()}
        if "signature" in parts:
            response["userHandle"] = self.user_handle
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
