"""The device's key: Ed25519 as RFC 8032 has it, kept for one user's eyes."""

import base64
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.workplace.agent import ed25519, keys

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_rfc_8032_come_out(name):
    secret, public, message, signature = (bytes.fromhex(part) for part in VECTORS[name])

    assert ed25519.public_key(secret) == public
    assert ed25519.sign(secret, message) == signature
    assert ed25519.verify(public, message, signature)


@settings(max_examples=60, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300))
def test_it_agrees_with_the_library(secret, message):
    library = Ed25519PrivateKey.from_private_bytes(secret)

    assert ed25519.public_key(secret) == library.public_key().public_bytes_raw()
    assert ed25519.sign(secret, message) == library.sign(message)
    assert ed25519.verify(ed25519.public_key(secret), message, library.sign(message))


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 63), bit=st.integers(0, 7), message=st.binary(max_size=40))
def test_one_wrong_bit_is_no_signature(place, bit, message):
    secret = bytes(range(32))
    signature = bytearray(ed25519.sign(secret, message))
    signature[place] ^= 1 << bit

    assert not ed25519.verify(ed25519.public_key(secret), message, bytes(signature))


@pytest.mark.parametrize("public", [b"", b"\xff" * 32, b"\x01" + b"\x00" * 30 + b"\x80", b"\x02" + b"\x00" * 31])
def test_what_is_no_point_of_the_curve_signs_nothing(public):
    assert not ed25519.verify(public, b"x", ed25519.sign(bytes(32), b"x"))


def test_a_signature_is_not_made_longer_by_the_order_of_the_group():
    signature = ed25519.sign(bytes(32), b"x")
    scalar = int.from_bytes(signature[32:], "little") + ed25519._ORDER

    assert not ed25519.verify(ed25519.public_key(bytes(32)), b"x", signature[:32] + scalar.to_bytes(32, "little"))


def test_a_key_is_made_for_one_users_eyes_and_read_back(tmp_path):
    made = keys.make_key(tmp_path)

    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600
    assert keys.read_key(tmp_path) == made
    assert base64.b64encode(made.secret).decode() not in repr(made)
    assert len(made.id) == 32


def test_the_folder_of_the_key_is_closed_to_others(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)

    keys.make_private(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_key_is_never_written_over(tmp_path):
    made = keys.make_key(tmp_path)

    with pytest.raises(Conflict, match="has a key already"):
        keys.make_key(tmp_path)

    assert keys.read_key(tmp_path) == made


def test_a_key_that_others_could_read_is_refused(tmp_path):
    keys.make_key(tmp_path)
    (tmp_path / "device.key").chmod(0o644)

    with pytest.raises(Invalid, match="can be read by others"):
        keys.read_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"AAAA\n", b"\xff\xfe", b"A" * 4000])
def test_a_damaged_key_is_refused(tmp_path, content):
    (tmp_path / "device.key").write_bytes(content)
    (tmp_path / "device.key").chmod(0o600)

    with pytest.raises(Invalid, match="damaged"):
        keys.read_key(tmp_path)


def test_without_a_key_the_device_is_not_enrolled(tmp_path):
    with pytest.raises(NotFound, match="not enrolled"):
        keys.read_key(tmp_path)

    keys.forget_key(tmp_path)


def test_what_is_signed_names_its_type_and_length(tmp_path):
    key = keys.make_key(tmp_path)
    body = b'{"a":1}'

    told = key.headers(keys.REPORT_TYPE, body)

    signed = b"DSSEv1 36 application/vnd.holdtrue.report+json 7 " + body
    Ed25519PublicKey.from_public_bytes(key.public).verify(base64.b64decode(told["Holdtrue-Signature"]), signed)
    assert told["Holdtrue-Key"] == keys.key_id(key.public)
